"""What administrators do, on a running dashboard: users at once, clinic.toml whole or not at all."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from monitor.config import ConfigError, Settings
from monitor.config.edit import NotEditable, faults_of, open_file, save_file
from monitor.dashboard.administration import Administration
from monitor.dashboard.audit import Audit
from monitor.dashboard.people import People
from monitor.dashboard.pins import Pins
from monitor.dashboard.services import ActRefused, Viewer
from monitor.dashboard.viewer import Present, current
from monitor.store.desk import Desk
from monitor.terms import Role
from tests.monitor.dashboard_server.clinic import Clinic, ShiftedClock, clinic_settings, open_store

HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("2468")
FILE = f"""# Our clinic
[clinic]
name = "Test clinic"
[[chair]]
id = "1"
[[user]]
name = "nora"
role = "nurse"
pin_hash = "{HASH}"
"""


class Office:
    """An Administration over a real desk, and whoever asks it."""

    def __init__(self, settings: Settings, desk: Desk, people: People) -> None:
        clock = ShiftedClock()
        self.desk, self.people, self.audit = desk, people, Audit(desk, clock)
        self.ended: list[str] = []
        pins = Pins(people, desk, clock, b"secret")

        async def end(name: str) -> None:
            self.ended.append(name)

        self.admin = Administration(settings, desk, people, pins, self.audit, clock, end)

    def ask(self, verb: Callable[[], Any], role: Role = Role.ADMIN, *, locked: bool = False) -> Any:
        async def asked() -> Any:
            current.set(Present(Viewer("boss", "Boss", role, locked=locked), "token"))
            answer = await verb()
            await self.audit.finish()
            return answer

        return asyncio.run(asked())


@contextmanager
def opened_office(store: Path, source: Path | None = None) -> Iterator[Office]:
    open_store(store)
    settings = replace(clinic_settings(store), source=source)
    with closing(Desk.open(store)) as desk:
        yield Office(settings, desk, People(settings, desk))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as office:
        yield office


def add(office: Office, **given: str) -> None:
    user = {"name": "mia", "display": "Mia", "role": "nurse", "pin": "4321"} | given
    office.ask(lambda: office.admin.keep_user(**user))


def test_a_new_user_signs_in_at_once_and_a_disabled_one_is_out_at_once(clinic: Clinic) -> None:
    office = Office(clinic.settings, clinic.desk, clinic.people)
    add(office)
    with clinic.browser() as client:
        assert clinic.sign_in(client, "mia", "4321").status_code == 303
        assert client.get("/me").json()["nurses"] == ["Ana", "Mia"]
        add(office, role="anesthesia", pin="")
        assert client.get("/me").status_code == 401, "a role is never changed under an open session"
        assert clinic.sign_in(client, "mia", "4321").status_code == 303
        assert client.get("/me").json()["role"] == "anesthesia"
        office.ask(lambda: office.admin.disable("mia", disabled=True))
        assert client.get("/me").status_code == 401
        assert clinic.sign_in(client, "mia", "4321").status_code == 401
        office.ask(lambda: office.admin.disable("mia", disabled=False))
        assert clinic.sign_in(client, "mia", "4321").status_code == 303


def test_a_new_pin_ends_the_sessions_before(office: Office) -> None:
    add(office)
    assert office.ended == []
    add(office, pin="8765")
    assert office.ended == ["mia"]
    events = [(line.user, line.event) for line in office.desk.audit_trail()]
    assert events == [("boss", "user changed, with a new PIN"), ("boss", "user made")]
    assert "8765" not in str(office.desk.audit_trail())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "ana"}, "stands in clinic.toml"),
        ({"name": "Mia B"}, "Name: expected 1–32 characters"),
        ({"name": "(wall 1)"}, "Name: expected"),
        ({"display": "Ana"}, "already"),
        ({"role": "king"}, "Role: expected one of nurse"),
        ({"pin": "12"}, "expected 4 to 12 digits"),
        ({"pin": "12ab"}, "expected 4 to 12 digits"),
        ({"pin": ""}, "expected 4 to 12 digits"),
    ],
)
def test_a_user_that_cannot_be_is_refused_in_words(office: Office, given: dict[str, str], words: str) -> None:
    with pytest.raises(ActRefused, match=words.replace("(", r"\(")):
        add(office, **given)
    assert office.desk.staff() == []


def test_nobody_locks_themselves_out(office: Office) -> None:
    office.people.fixed.pop("boss")
    office.people.refresh()
    add(office, name="boss", display="Boss", role="admin")
    with pytest.raises(ActRefused, match="your own role"):
        add(office, name="boss", display="Boss")
    with pytest.raises(ActRefused, match="disable yourself"):
        office.ask(lambda: office.admin.disable("boss", disabled=True))


VERBS: dict[str, Callable[[Administration], Any]] = {
    "users": lambda admin: admin.users(),
    "keep_user": lambda admin: admin.keep_user("mia", "Mia", "nurse", "4321"),
    "disable": lambda admin: admin.disable("mia", disabled=True),
    "walls": lambda admin: admin.walls(),
    "make_wall": lambda admin: admin.make_wall("Corridor", labels=True),
    "revoke_wall": lambda admin: admin.revoke_wall(1),
    "stations": lambda admin: admin.stations(),
    "audit_trail": lambda admin: admin.audit_trail(),
    "try_channel": lambda admin: admin.try_channel("Pager"),
    "open_config": lambda admin: admin.open_config(),
    "check_config": lambda admin: admin.check_config(""),
    "save_config": lambda admin: admin.save_config("", ""),
    "ports": lambda admin: admin.ports(),
    "listen": lambda admin: admin.listen("/dev/ttyUSB0"),
    "heard": lambda admin: admin.heard(),
}
CHANGING = {"keep_user", "disable", "make_wall", "revoke_wall", "try_channel", "save_config", "listen"}


def test_no_verb_is_for_anybody_else_and_changing_needs_the_pin(office: Office) -> None:
    assert {name for name in vars(Administration) if not name.startswith("_")} == set(VERBS)
    for name, verb in VERBS.items():
        for role in Role:
            if role is not Role.ADMIN:
                with pytest.raises(ActRefused, match="Only administrators"):
                    office.ask(lambda verb=verb: verb(office.admin), role)
        if name in CHANGING:
            with pytest.raises(ActRefused, match="Locked"):
                office.ask(lambda verb=verb: verb(office.admin), locked=True)
    assert office.desk.staff() == []
    assert office.desk.audit_trail() == []


def test_the_demo_has_no_file_to_change(office: Office) -> None:
    for verb in ("open_config", "check_config", "save_config"):
        with pytest.raises(NotEditable, match=r"The demo has no clinic\.toml"):
            office.ask(lambda verb=verb: VERBS[verb](office.admin))


# ---- clinic.toml --------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clinic.toml"
    path.write_text(FILE, "utf-8")
    path.chmod(0o600)
    return path


def test_a_change_is_saved_whole_with_its_secrets_and_the_one_before_is_kept(file: Path) -> None:
    opened = open_file(file)
    assert HASH not in opened.text
    assert 'pin_hash = "(kept 1)"' in opened.text
    save_file(file, opened.text.replace("Test clinic", "Other clinic"), opened.digest)
    assert file.read_text("utf-8") == FILE.replace("Test clinic", "Other clinic")
    assert (file.parent / "clinic.toml.bak").read_text("utf-8") == FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {each.name for each in file.parent.glob("clinic*")} == {"clinic.toml", "clinic.toml.bak"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('role = "nurse"', 'role = "king"', "user[1].role"),
        ('name = "Test clinic"', 'name = "Test clinic', "TOML"),
        ("(kept 1)", "(kept 2)", "expected (kept 1)"),
        ("(kept 1)", "(kept 0)", "expected (kept 1)"),
    ],
)
def test_a_fault_keeps_the_file_as_it_is(file: Path, old: str, new: str, words: str) -> None:
    opened = open_file(file)
    text = opened.text.replace(old, new)
    assert words in str(faults_of(file, text)[0])
    with pytest.raises(ConfigError):
        save_file(file, text, opened.digest)
    assert file.read_text("utf-8") == FILE
    assert [each.name for each in file.parent.glob("clinic*")] == ["clinic.toml"]


def test_two_edits_at_once_do_not_overwrite_each_other(file: Path) -> None:
    opened = open_file(file)
    save_file(file, opened.text.replace("Test", "First"), opened.digest)
    with pytest.raises(NotEditable, match="Somebody else"):
        save_file(file, opened.text.replace("Test", "Second"), opened.digest)
    assert "First clinic" in file.read_text("utf-8")


def test_a_secret_that_cannot_be_hidden_keeps_the_file_closed(file: Path) -> None:
    file.write_text(FILE + f"# the old one: {HASH}\n", "utf-8")
    with pytest.raises(NotEditable, match="cannot hide"):
        open_file(file)


def test_a_running_clinic_saves_its_own_file(tmp_path: Path, file: Path) -> None:
    with opened_office(tmp_path / "store", source=file) as office:
        opened = office.ask(office.admin.open_config)
        text = opened.text.replace("Test clinic", "Other clinic")
        assert office.ask(lambda: office.admin.check_config(text)) == []
        again = office.ask(lambda: office.admin.save_config(text, opened.digest))
        assert again.digest != opened.digest
        assert [line.event for line in office.desk.audit_trail()] == ["clinic.toml saved"]
