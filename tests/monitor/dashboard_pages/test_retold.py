"""What the monitor said with names and numbers in it, told in another language with the same ones."""

from __future__ import annotations

import pytest

from monitor import language
from monitor.dashboard.views import retold


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Nobody sits on chair 7.", "Nadie ocupa el sillón 7."),
        ("Already acknowledged by Leo 12 s ago.", "Ya reconocida por Leo hace 12 s."),
        (
            "Already acknowledged by Leo 12 s ago. Take it over instead.",
            "Ya reconocida por Leo hace 12 s. Hágase cargo en su lugar.",
        ),
        (
            "This alarm has risen from medium to high; look at it again.",
            "Esta alarma ha subido de media a alta; mírela de nuevo.",
        ),
        ("This alarm has ended.", "Esta alarma ha terminado."),
        ("Something that no table has, 7.", "Something that no table has, 7."),
    ],
)
def test_a_refusal_keeps_its_names_and_numbers(said: str, told: str) -> None:
    with language.spoken("es"):
        assert retold.refusal(said) == told
    assert retold.refusal(said) == said


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("SYS 184 ≥ 180, unconfirmed", "PAS 184 ≥ 180, sin confirmar"),
        ("DIA 109, limit 110", "PAD 109, límite 110"),
        ("SpO₂ 96.6 > 95", "SpO₂ 96,6 > 95"),
        ("Dinamap 7 lost", "Dinamap 7 perdido"),
        ("SpO₂ probe off", "Sensor de SpO₂ suelto"),
    ],
)
def test_an_alarm_of_the_past_keeps_its_numbers(said: str, told: str) -> None:
    with language.spoken("es"):
        assert retold.alarm(said) == told
    assert retold.alarm(said) == said


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Only anesthesia starts now, with a reason: pressure 162.5/95 ≥ 160/100, HR 112.5 > 110.",
            "Ahora solo anestesia inicia, con un motivo: presión 162,5/95 ≥ 160/100, FC 112,5 > 110.",
        ),
        (
            (
                "Not without a reason from anesthesia; still missing: 12 more min, "
                "two pressures 10 min apart, SpO₂ ≥ 94 %, HR 50–110, end of 2 alarms, escort."
            ),
            (
                "No sin un motivo de anestesia; falta todavía: 12 min más, "
                "dos presiones con 10 min entre ellas, SpO₂ ≥ 94 %, FC 50–110, fin de 2 alarmas, acompañante."
            ),
        ),
        (
            "SYS high, high: expected above 160, the medium limit, got 150.5.",
            "PAS alta, alta: se espera por encima de 160, el límite de prioridad media; hay 150,5.",
        ),
        (
            "Mark ready is possible in recovery; chair 7 is in infusion.",
            "Listo para irse: posible en Recuperación; el sillón 7 está en: Infusión.",
        ),
        (
            "Dose in mg/kg: expected 0.01 to 5, got 7.25.",
            "Dosis en mg/kg: se espera de 0,01 a 5, hay 7,25.",
        ),
        ("Only a nurse or anesthesia may act; Left is signed in as wall.", "Left ha iniciado sesión"),
    ],
)
def test_a_refusal_that_is_put_together_is_told_part_by_part(said: str, told: str) -> None:
    with language.spoken("es"):
        assert told in retold.refusal(said)


@pytest.mark.parametrize(
    ("what", "said", "told"),
    [
        (
            "seat",
            "planned 40 min, two identifiers confirmed, 70.5 kg, 0.25 mg/kg",
            "previstos 40 min, dos identificadores confirmados, 70,5 kg, 0,25 mg/kg",
        ),
        ("confirm_baseline", "118/76, HR 67.5, 2 readings", "118/76, FC 67,5, 2 lecturas"),
        (
            "start",
            "without baseline; override: known, treated (pressure 170/90 ≥ 160/100); caution: no valid SpO₂",
            (
                "sin línea de base; decisión de anestesia: known, treated (presión 170/90 ≥ 160/100); "
                "precaución: sin SpO₂ válida"
            ),
        ),
        (
            "change_limit",
            "SYS high, medium 160 → 170: stroke last year",
            "PAS alta, media 160 → 170: stroke last year",
        ),
        (
            "reset_limits",
            "SYS high, medium 170 → 160, SpO₂ low, low off → 95",
            "PAS alta, media 170 → 160, SpO₂ baja, baja apagado → 95",
        ),
        (
            "pause_audio",
            "120 s for SYS 184 ≥ 180, unconfirmed (high), HR 121.5 > 120 (medium)",
            "120 s: PAS 184 ≥ 180, sin confirmar (alta), FC 121,5 > 120 (media)",
        ),
        ("alarm_off", "SpO₂ low; cold hands", "SpO₂ baja; cold hands"),
        ("standby", "Bathroom, 10 min", "Baño, 10 min"),
        ("set_limbs", "IV left, cuff right arm", "vía IV: izquierdo, manguito: brazo derecho"),
        ("note", "escort, 2 more min", "escort, 2 more min"),
        ("abort", "no valid HR", "no valid HR"),
    ],
)
def test_the_record_is_retold_and_what_people_wrote_stays(what: str, said: str, told: str) -> None:
    with language.spoken("es"):
        assert retold.note(what, said) == told
    assert retold.note(what, said) == said


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("SYS 184.5 ≥ 180 → everyone and outside", "PAS 184,5 ≥ 180 → todos y exterior"),
        ("HR no data 30 s → anesthesia", "FC sin datos desde hace 30 s → anestesia"),
        ("SYS 184 ≥ 180 With another patient", "PAS 184 ≥ 180 Con otro paciente"),
        ("Dinamap 7 lost in another room", "Dinamap 7 perdido in another room"),
        ("Oxi: its gateway's clock 75 s slow", "Oxi: el reloj de su pasarela va 75 s atrasado"),
        ("SYS --, repeat cuff", "PAS --, repetir toma"),
    ],
)
def test_an_alarm_names_whom_it_called_and_why_somebody_rejected_it(said: str, told: str) -> None:
    with language.spoken("es"):
        assert retold.alarm(said) == told
