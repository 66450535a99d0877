"""The admin page as rows of tables: users, displays, stations, the audit, and what is in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from devices.model import Origin
from monitor.config import ChairSettings, DeviceSettings
from monitor.dashboard.services import Person
from monitor.dashboard.views import retold, words
from monitor.dashboard.views.sandbox import tried
from monitor.language import t
from monitor.limits import LimitPreset
from monitor.store.desk import AuditEntry, Station
from monitor.store.walls import WallLink

Row = tuple[str, ...]

DATA = {Origin.REAL: "real", Origin.DEMO: "simulated", Origin.REPLAY: "replayed"}
SOUND = {
    "armed": "on",
    "high_only": "treatment room: only high",
    "unheard": "test not heard",
    "off": "OFF",
    "blocked": "held back by the browser",
}
MOST_LINES = 200


def when(at_ms: int) -> str:
    """Return a stamp as day and time."""
    return f"{words.day(at_ms)} {words.clock_seconds(at_ms)}"


def user_row(person: Person) -> Row:
    """Return one user."""
    standing = t("configured") if person.fixed else t("disabled") if person.disabled else t("may sign in")
    return (person.name, person.display, t(person.role.value), standing)


def wall_row(link: WallLink) -> Row:
    """Return one wall link."""
    shows = t("chairs and patient labels") if link.labels else t("chairs only")
    made = f"{when(link.created_ms)}, {link.created_by}"
    opened = t("never") if link.used_ms is None else when(link.used_ms)
    standing = t("in force")
    if link.revoked_ms is not None:
        standing = t("revoked {time}", time=when(link.revoked_ms))
    return (link.name, shows, made, opened, standing)


def station_rows(stations: Iterable[Station]) -> list[Row]:
    """Return the browsers that watch now."""
    return [
        (s.user, t(SOUND.get(s.sound, s.sound)), s.page, words.clock_seconds(s.seen_ms), s.id)
        for s in stations
    ]


def audit_rows(lines: Iterable[AuditEntry], of: str) -> list[Row]:
    """Return the newest lines that hold these words, in upper or lower case."""
    wanted = of.casefold()
    rows: list[Row] = [
        (when(line.at_ms), line.user, *retold.audited(line.event, line.detail)) for line in lines
    ]
    return [row for row in rows if wanted in " ".join(row).casefold()][:MOST_LINES]


def chair_rows(chairs: Iterable[ChairSettings], devices: Sequence[DeviceSettings]) -> list[Row]:
    """Return the chairs with what is connected to them."""
    return [
        (
            chair.label,
            chair.room,
            chair.preset,
            ", ".join(f"{d.name} ({d.kind})" for d in devices if d.chair == chair.id) or t("none"),
            t(DATA[chair.origin]),
        )
        for chair in chairs
    ]


def device_rows(devices: Iterable[DeviceSettings]) -> list[Row]:
    """Return the devices with where they are found."""
    return [
        (d.name, d.kind, d.chair, d.port or d.topic or "", ", ".join(d.metrics) or t("all")) for d in devices
    ]


def limit_table(presets: Mapping[str, LimitPreset]) -> tuple[Row, list[Row]]:
    """Return the presets side by side: the headings, and a row for each limit that is most used."""
    columns = {
        name: {each.label: each.in_force for each in tried(preset)} for name, preset in presets.items()
    }
    labels = dict.fromkeys(label for column in columns.values() for label in column)
    rows = [(label, *(column.get(label, t("off")) for column in columns.values())) for label in labels]
    return (t("Limit"), *columns), rows
