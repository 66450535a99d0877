"""What administrators do: users, wall links, channels, clinic.toml. Every verb looks who asks."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable

from monitor.clock import Clock
from monitor.config import Settings
from monitor.config.edit import NotEditable, Opened, faults_of, open_file, save_file
from monitor.config.pin import pin_fault
from monitor.config.shapes import IDENTIFIER, NAME
from monitor.dashboard.audit import Audit
from monitor.dashboard.people import WALL, People
from monitor.dashboard.pins import Pins
from monitor.dashboard.services import ActRefused, Listening, Person, PortOfHere, Ports, Viewer
from monitor.dashboard.sign_in import digest
from monitor.dashboard.viewer import present
from monitor.dashboard.views import retold
from monitor.language import t
from monitor.notify.apprise_url import AppriseSender
from monitor.notify.messages import trial_message
from monitor.store.desk import AuditEntry, Desk, Station
from monitor.store.staff import StaffMember
from monitor.store.walls import WallLink, WallLinks
from monitor.terms import Role

SEEN_MS = 15_000
"""A station that has not reported for so long is not there."""
NO_PORTS = "The serial ports of this computer cannot be listened to from here."
NO_FILE = "The demo has no clinic.toml: it is made anew from a scenario at each start."


class Administration:
    """The verbs of the admin page; each raises ActRefused for whom it is not meant."""

    def __init__(
        self,
        settings: Settings,
        desk: Desk,
        people: People,
        pins: Pins,
        audit: Audit,
        real: Clock,
        end_sessions: Callable[[str], Awaitable[None]],
        ports: Ports | None = None,
    ) -> None:
        self._settings = settings
        self._desk = desk
        self._people = people
        self._pins = pins
        self._audit = audit
        self._real = real
        self._end_sessions = end_sessions
        self._ports = ports
        self._links = WallLinks(desk)
        self._trying = asyncio.Lock()

    # ---- users ----------------------------------------------------------------------------------------

    async def users(self) -> list[Person]:
        """Return everybody, those of clinic.toml first."""
        _administrator(acting=False)
        fixed = [Person(u.name, u.display, u.role, fixed=True) for u in self._people.fixed.values()]
        made = self._people.staff.values()
        return fixed + [Person(m.name, m.display, m.role, fixed=False, disabled=m.disabled) for m in made]

    async def keep_user(self, name: str, display: str, role: str, pin: str) -> str:
        """Add a user, or change the one with this name; an empty PIN leaves a known one as it is."""
        viewer = _administrator()
        name, display = name.strip(), display.strip() or name.strip()
        known = self._people.staff.get(name)
        self._refuse_user(name, display, role, viewer)
        if known is None or pin:
            fault = pin_fault(pin)
            if fault:
                raise ActRefused(t("PIN: {fault}.", fault=retold.trouble(fault)))
        pin_hash = await self._pins.hash(pin) if pin or known is None else known.pin_hash
        disabled = known is not None and known.disabled
        member = StaffMember(name, display, Role(role), pin_hash, disabled, self._real.utc_ms(), viewer.user)
        await self._keep(member)
        if known is not None and (pin or known.role != member.role):
            await self._end_sessions(name)
        what = "made" if known is None else "changed, with a new PIN" if pin else "changed"
        self._audit.note(viewer.user, f"user {what}", f"{name}: {display}, {role}")
        done = (
            t("{who} ({name}, {role}) is added.")
            if known is None
            else t("{who} ({name}, {role}) is changed.")
        )
        return done.format(who=display, name=name, role=t(role))

    def _refuse_user(self, name: str, display: str, role: str, viewer: Viewer) -> None:
        if name in self._people.fixed:
            raise ActRefused(t("{name} stands in clinic.toml; change it there.", name=name))
        for what, shape, value in ((t("Name"), IDENTIFIER, name), (t("Shown as"), NAME, display)):
            if not shape.accepts(value):
                expected = t(shape.words)
                raise ActRefused(
                    t(
                        "{what}: expected {expected}, got {got}.",
                        what=what,
                        expected=expected,
                        got=repr(value[:40]),
                    )
                )
        if role not in set(Role):
            raise ActRefused(
                t("Role: expected one of {names}, got {got}.", names=", ".join(Role), got=repr(role))
            )
        if name == viewer.user and role != viewer.role:
            raise ActRefused(t("You cannot take your own role away; another administrator can."))
        shown = {user.name: user.display for user in self._people.fixed.values()}
        shown |= {member.name: member.display for member in self._people.staff.values()}
        if any(other == display for of, other in shown.items() if of != name):
            raise ActRefused(
                t("There is somebody called {name} already; records must tell them apart.", name=display)
            )

    async def disable(self, name: str, *, disabled: bool) -> str:
        """Let a user in no more, or again; the name stays, since records bear it."""
        viewer = _administrator()
        known = self._people.staff.get(name)
        if known is None:
            raise ActRefused(
                t("{name} stands in clinic.toml, or is unknown; nothing was changed.", name=name)
            )
        if name == viewer.user:
            raise ActRefused(t("You cannot disable yourself; another administrator can."))
        await self._keep(
            known._replace(disabled=disabled, changed_ms=self._real.utc_ms(), changed_by=viewer.user)
        )
        await self._end_sessions(name)
        self._audit.note(viewer.user, "user disabled" if disabled else "user enabled", name)
        said = t("{who} may not sign in any more.") if disabled else t("{who} may sign in again.")
        return said.format(who=known.display)

    async def _keep(self, member: StaffMember) -> None:
        await asyncio.to_thread(self._desk.keep_member, member)
        self._people.refresh()

    # ---- wall displays and stations -------------------------------------------------------------------

    async def walls(self) -> list[WallLink]:
        """Return all links, the newest first."""
        _administrator(acting=False)
        return await asyncio.to_thread(self._links.all)

    async def make_wall(self, name: str, *, labels: bool) -> str:
        """Make a link and return its path, which nobody is told a second time."""
        viewer = _administrator()
        name = name.strip()
        if not NAME.accepts(name):
            what, expected = t("Name of the display"), t(NAME.words)
            raise ActRefused(
                t(
                    "{what}: expected {expected}, got {got}.",
                    what=what,
                    expected=expected,
                    got=repr(name[:40]),
                )
            )
        secret = secrets.token_urlsafe(32)
        now_ms = self._real.utc_ms()
        await asyncio.to_thread(
            lambda: self._links.add(name, digest(secret), labels=labels, at_ms=now_ms, by=viewer.user)
        )
        self._people.refresh()
        self._audit.note(viewer.user, "wall link made", f"{name}{', with patient labels' if labels else ''}")
        return f"/wall/{secret}"

    async def revoke_wall(self, id_: int) -> str:
        """End a link and every display that it opened."""
        viewer = _administrator()
        await asyncio.to_thread(self._links.revoke, id_, self._real.utc_ms())
        self._people.refresh()
        await self._end_sessions(WALL.format(id_))
        self._audit.note(viewer.user, "wall link revoked", WALL.format(id_))
        return t("The link is revoked, and every display that it opened is signed out.")

    async def stations(self) -> list[Station]:
        """Return the browsers that watch now."""
        _administrator(acting=False)
        return await asyncio.to_thread(self._desk.stations, self._real.utc_ms() - SEEN_MS)

    async def audit_trail(self, limit: int = 1000) -> list[AuditEntry]:
        """Return the newest lines of the audit, newest first."""
        _administrator(acting=False)
        await self._audit.finish()
        return await asyncio.to_thread(self._desk.audit_trail, limit)

    # ---- channels and configuration -------------------------------------------------------------------

    async def try_channel(self, name: str) -> str:
        """Send a message marked TEST on one channel and say what became of it."""
        viewer = _administrator()
        channel = next((each for each in self._settings.notify.channels if each.name == name), None)
        if channel is None:
            raise ActRefused(t("There is no channel {name} in this clinic.", name=repr(name[:40])))
        text = trial_message(self._settings.name, self._settings.origin)
        async with self._trying:
            refusal = await asyncio.to_thread(AppriseSender(channel), text)
        told = "sent" if refusal is None else f"failed: {refusal}"
        self._audit.note(viewer.user, "channel tried", f"{channel.name}: {told}")
        said = t("sent") if refusal is None else t("failed: {why}", why=refusal)
        return f"{channel.name} ({channel.where}): {said}"

    async def open_config(self) -> Opened:
        """Return clinic.toml without its secrets; raise NotEditable where there is none to change."""
        _administrator(acting=False)
        if self._settings.source is None:
            raise NotEditable(NO_FILE)
        return await asyncio.to_thread(open_file, self._settings.source)

    async def check_config(self, text: str) -> list[str]:
        """Return every fault that this text would have, in the words of `chairside check`."""
        _administrator(acting=False)
        if self._settings.source is None:
            raise NotEditable(NO_FILE)
        found = await asyncio.to_thread(faults_of, self._settings.source, text)
        return [retold.fault(fault) for fault in found]

    async def save_config(self, text: str, began_with: str) -> Opened:
        """Save clinic.toml; raise ConfigError or NotEditable where it stays as it was."""
        viewer = _administrator()
        if self._settings.source is None:
            raise NotEditable(NO_FILE)
        await asyncio.to_thread(save_file, self._settings.source, text, began_with)
        self._audit.note(viewer.user, "clinic.toml saved", "in force after a restart")
        return await self.open_config()

    # ---- serial ports ---------------------------------------------------------------------------------

    async def ports(self) -> list[PortOfHere]:
        """Return the serial ports of this computer."""
        _administrator(acting=False)
        return [] if self._ports is None else await asyncio.to_thread(self._ports.ports)

    async def listen(self, port: str) -> None:
        """Begin to listen on a port that nobody uses."""
        viewer = _administrator()
        if self._ports is None:
            raise ActRefused(t(NO_PORTS))
        refusal = await asyncio.to_thread(self._ports.listen, port)
        if refusal:
            raise ActRefused(retold.trouble(refusal))
        self._audit.note(viewer.user, "port listened to", port)

    async def heard(self) -> Listening:
        """Return what was heard on it by now."""
        _administrator(acting=False)
        return Listening() if self._ports is None else await asyncio.to_thread(self._ports.heard)


def _administrator(*, acting: bool = True) -> Viewer:
    """Return who asks, if they may."""
    viewer = present().viewer
    if viewer.role is not Role.ADMIN:
        raise ActRefused(t("Only administrators may do this."))
    if acting and viewer.locked:
        raise ActRefused(t("Locked: give your PIN at Locked in the bar, then try again."))
    return viewer
