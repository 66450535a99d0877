"""A small clinic in virtual time: real sessions, real alarms, a real journal; only the devices are words."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from devices.model import (
    Arrival,
    CuffPhase,
    CuffResult,
    CuffState,
    DeviceEvent,
    DeviceState,
    LinkChange,
    MetricCode,
    Observation,
    Origin,
    RateMethod,
    Validity,
)
from monitor.config import ChairSettings, DeviceSettings, NotifySettings, Settings, UserSettings
from monitor.limits import default_preset
from monitor.sessions.actions import (
    Act,
    BeginBaseline,
    ConfirmBaseline,
    Finish,
    OperatorAction,
    Outcome,
    Seat,
    Start,
)
from monitor.store.journal import Journal
from monitor.store.prepare import prepare
from monitor.store.queries import JournalReader
from monitor.store.rows import CuffOrder
from monitor.store.snapshot import AlarmView, ChairView, SessionView, Snapshot
from monitor.terms import Now, Role
from monitor.turn.maker import TurnMaker

BEGIN_MS = 1_770_000_000_000

NOTHING = NotifySettings()
OXIMETER = {MetricCode.SPO2: 1.0, MetricCode.PULSE_RATE: 1.0, MetricCode.PERFUSION_INDEX: 1.0}
MONITOR = {MetricCode.NIBP: None, MetricCode.HEART_RATE: 1.0}
VALID, QUESTIONABLE, INVALID = Validity.VALID, Validity.QUESTIONABLE, Validity.INVALID


def settings(
    store: Path,
    *,
    chairs: int = 2,
    simulated: bool = False,
    replay: bool = False,
    notify: NotifySettings = NOTHING,
) -> Settings:
    """Chairs 1…n, each with an oximeter `oxi-n` and a monitor `mon-n` that has a cuff and an ECG."""
    names = [str(n) for n in range(1, chairs + 1)]
    return Settings(
        name="Test clinic",
        site="test",
        chairs=tuple(
            ChairSettings(id=n, label=f"Chair {n}", simulated=simulated, replay=replay) for n in names
        ),
        devices=tuple(
            device
            for n in names
            for device in (
                DeviceSettings(f"oxi-{n}", "masimo-ascii1", n, f"Oximeter {n}"),
                DeviceSettings(f"mon-{n}", "dinamap", n, f"Monitor {n}"),
            )
        ),
        users=tuple(
            UserSettings(name, name, role, "")
            for name, role in (("nina", Role.NURSE), ("leo", Role.NURSE), ("ruiz", Role.ANESTHESIA))
        ),
        presets={"default": default_preset()},
        store=store,
        notify=notify,
    )


class Clinic:
    """Runs turns by hand. `crash` forgets everything that is not in the journal, as kill -9 does."""

    def __init__(
        self,
        folder: Path,
        *,
        chairs: int = 2,
        simulated: bool = False,
        replay: bool = False,
        notify: NotifySettings = NOTHING,
    ) -> None:
        self.folder = folder
        self.settings = settings(folder, chairs=chairs, simulated=simulated, replay=replay, notify=notify)
        self.now = Now(BEGIN_MS, 100.0)
        self.orders: list[CuffOrder] = []
        self._ids = count(1)
        self._seq = count(1)
        self._action = count(1)
        self._boot = count(1)
        self._waiting: list[Arrival] = []
        prepare(folder)
        self._open()

    def _open(self) -> None:
        self.journal = Journal.open(self.folder)
        # What a power cut leaves is not what these stories are about, and thousands of turns wait for a disk.
        self.journal._connection.exec_driver_sql("PRAGMA synchronous=OFF")
        self.reader = JournalReader.open(self.folder)
        periods = {}
        for chair in self.settings.chairs:
            periods[f"oxi-{chair.id}"] = OXIMETER
            periods[f"mon-{chair.id}"] = MONITOR
        self.maker = TurnMaker(
            self.settings,
            periods,
            self.journal.recover(),
            self.now,
            boot=f"boot-{next(self._boot)}",
            new_id=lambda: f"id{next(self._ids)}",
        )
        self.snapshot: Snapshot | None = self.reader.snapshot()

    def close(self) -> None:
        self.journal.close()
        self.reader.close()

    def crash(self, *, away_s: float = 0.0) -> None:
        """Lose the process, then start another one after a while."""
        self._waiting.clear()
        self.close()
        self.pass_time(away_s)
        self._open()

    def pass_time(self, seconds: float) -> None:
        self.now = Now(self.now.utc_ms + round(seconds * 1000), self.now.mono_s + seconds)

    def set_clock(self, by_s: float) -> None:
        """Somebody sets the wall clock of the host; no time passes."""
        self.now = self.now._replace(utc_ms=self.now.utc_ms + round(by_s * 1000))

    def says(
        self,
        device: str,
        event: DeviceEvent,
        *,
        ago_s: float = 0.0,
        live: bool = True,
        origin: Origin = Origin.REAL,
        seq: int | None = None,
        run: str = "run",
    ) -> Arrival:
        arrival = Arrival(
            device=device,
            event=event,
            received_ms=self.now.utc_ms,
            determined_ms=self.now.utc_ms - round(ago_s * 1000),
            origin=origin,
            session=run,
            seq=next(self._seq) if seq is None else seq,
            live=live,
        )
        self._waiting.append(arrival)
        return arrival

    def connected(self, chair: str = "1") -> None:
        for device in self.settings.devices:
            if device.chair == chair:
                self.says(device.id, LinkChange(DeviceState.CONNECTED))

    def spo2(
        self, value: float | None, chair: str = "1", *, flags: tuple[str, ...] = (), **how: object
    ) -> None:
        validity = INVALID if value is None else VALID
        self.says(f"oxi-{chair}", Observation(MetricCode.SPO2, value, validity, flags), **how)  # type: ignore[arg-type]

    def pulse(self, value: float | None, chair: str = "1", **how: object) -> None:
        validity = INVALID if value is None else VALID
        event = Observation(MetricCode.PULSE_RATE, value, validity, method=RateMethod.OXIMETER)
        self.says(f"oxi-{chair}", event, **how)  # type: ignore[arg-type]

    def ecg(self, value: float, chair: str = "1") -> None:
        self.says(f"mon-{chair}", Observation(MetricCode.HEART_RATE, value, VALID, method=RateMethod.ECG))

    def cuff(
        self,
        systolic: float | None,
        diastolic: float | None = None,
        chair: str = "1",
        *,
        ago_s: float = 0.0,
        **how: object,
    ) -> None:
        failed = systolic is None
        event = CuffResult(
            systolic=systolic,
            diastolic=diastolic,
            mean=None,
            pulse_rate=None if failed else 71,
            validity=INVALID if failed else VALID,
            flags=("nibp_failed",) if failed else (),
        )
        self.says(f"mon-{chair}", event, ago_s=ago_s, **how)  # type: ignore[arg-type]

    def measuring(self, chair: str = "1") -> None:
        self.says(f"mon-{chair}", CuffState(CuffPhase.MEASURING))

    def turn(self, *actions: OperatorAction) -> Snapshot:
        """Make and commit one turn at the present moment."""
        waiting, self._waiting = self._waiting, []
        record = self.maker.step(waiting, actions, self.now)
        self.journal.commit(record)
        self.orders += record.rows.orders
        self.snapshot = self.reader.snapshot()
        assert self.snapshot is not None
        return self.snapshot

    def run(
        self, seconds: float, *, spo2: float | None = 98, pulse: float | None = 70, chair: str = "1"
    ) -> None:
        """A turn a second, with calm continuous values."""
        for _ in range(round(seconds)):
            self.pass_time(1)
            if spo2 is not None:
                self.spo2(spo2, chair)
            if pulse is not None:
                self.pulse(pulse, chair)
            self.turn()

    def action(
        self,
        act: Act,
        chair: str = "1",
        *,
        role: Role = Role.NURSE,
        user: str = "nina",
        session: str | None = "open",
    ) -> OperatorAction:
        return OperatorAction(
            seq=next(self._action),
            at_ms=self.now.utc_ms,
            user=user,
            role=role,
            station="desk",
            chair=chair,
            session=self.maker.open_session(chair) if session == "open" else session,
            act=act,
        )

    def does(self, act: Act, chair: str = "1", **how: object) -> Outcome:
        """An operator acts; return what the turn answered."""
        action = self.action(act, chair, **how)  # type: ignore[arg-type]
        self.turn(action)
        (outcome,) = self.reader.outcomes(action.seq - 1)
        return outcome

    def must(self, act: Act, chair: str = "1", **how: object) -> None:
        outcome = self.does(act, chair, **how)
        assert outcome.accepted, outcome.message

    def seat(self, chair: str = "1", label: str = "JD") -> str:
        self.connected(chair)
        self.must(Seat(label, identifiers_confirmed=True), chair)
        return self.session(chair).id

    def infuse(self, chair: str = "1", pressure: tuple[float, float] = (121, 75)) -> str:
        """Seat, take two readings, confirm, start."""
        session = self.seat(chair)
        self.must(BeginBaseline(), chair)
        for _ in range(2):
            self.pass_time(60)
            self.run(1, chair=chair)
            self.cuff(*pressure, chair)
            self.turn()
        self.must(ConfirmBaseline(), chair)
        self.must(Start(), chair)
        return session

    def leaves(self, chair: str = "1") -> None:
        """Anesthesia lets the patient go straight from recovery, whatever is missing."""
        self.must(Finish(override_reason="transferred"), chair, role=Role.ANESTHESIA)

    def chair(self, chair: str = "1") -> ChairView:
        assert self.snapshot is not None
        return next(view for view in self.snapshot.chairs if view.id == chair)

    def session(self, chair: str = "1") -> SessionView:
        session = self.chair(chair).session
        assert session is not None
        return session

    def alarms(self, chair: str = "1", at_least: str = "low") -> dict[str, AlarmView]:
        ranks = ["advisory", "low", "medium", "high"]
        wanted = ranks[ranks.index(at_least) :]
        return {alarm.condition: alarm for alarm in self.chair(chair).alarms if alarm.priority in wanted}
