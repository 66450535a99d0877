"""The serial ports of this computer for the page of devices: which are free, and who speaks on one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from devices.adapter import ports as serial_ports
from devices.adapter.scanning import HARMLESS, Heard, scan
from devices.adapter.watching import watch
from devices.catalogue import KINDS
from devices.codecs import PolledCodec
from devices.links.serial_line import LineLost, PortNotOpened
from devices.model import CuffResult, DeviceEvent, Observation
from monitor.cli.device_words import device_entry, event_words, heard_words
from monitor.config import DeviceSettings
from monitor.dashboard.services import Listening, PortOfHere

CHAIR = "CHAIR"
"""What the entry says until a person names the chair."""

WANTED_S = 10.0
"""Nobody asked for so long: nobody looks."""


@dataclass(slots=True)
class _Job:
    """One port that is listened to."""

    port: str
    wanted_s: float
    stop: threading.Event = field(default_factory=threading.Event)
    done: bool = False
    found: tuple[str, ...] = ()
    entry: str = ""
    values: dict[object, tuple[str, float]] = field(default_factory=dict)


class PortScan:
    """Listens on one port at a time; one that a device of clinic.toml uses is never opened."""

    def __init__(
        self,
        devices: Iterable[DeviceSettings],
        real_s: Callable[[], float],
        listed: Callable[[], list[serial_ports.PortFound]] = serial_ports.ports,
    ) -> None:
        devices = list(devices)
        self._taken = [device.id for device in devices]
        self._used = {_real(device.port): device.name for device in devices if device.port is not None}
        self._real_s = real_s
        self._listed = listed
        self._lock = threading.Lock()
        self._job: _Job | None = None
        self._thread: threading.Thread | None = None

    def ports(self) -> list[PortOfHere]:
        """Return every port, with the device that uses it or why it cannot be opened."""
        return [
            PortOfHere(found.lasting, found.what, self._used.get(_real(found.port), ""), found.problem)
            for found in self._listed()
        ]

    def listen(self, port: str) -> str:
        """Begin to listen on a free port, and return why not, or nothing."""
        if port not in {each.port for each in self.ports() if not each.used_by}:
            return f"{port[:80]}: expected a port of this computer that no device uses."
        with self._lock:
            job = self._job
            if job is not None and not job.done:
                if not job.found:
                    return f"{job.port} is being listened to; wait until that is done."
                job.stop.set()
            self._job = _Job(port, self._real_s())
            work = (self._job, self._thread)
            self._thread = threading.Thread(target=self._run, args=work, name="port scan", daemon=True)
            self._thread.start()
        return ""

    def heard(self) -> Listening:
        """Return what is known by now, and keep it going."""
        now_s = self._real_s()
        with self._lock:
            job = self._job
            if job is None:
                return Listening()
            job.wanted_s = now_s
            values = tuple((words, now_s - at_s) for words, at_s in job.values.values())
            return Listening(job.port, not job.done, job.found, values, job.entry)

    def stop(self) -> None:
        """Stop listening, whoever looks."""
        with self._lock:
            if self._job is not None:
                self._job.stop.set()

    def _run(self, job: _Job, before: threading.Thread | None) -> None:
        try:
            if before is not None:
                before.join()  # it may have the same port open
            (heard,) = scan([job.port], HARMLESS)
            words = tuple(heard_words(heard, serial_ports.remedy(heard.fault, heard.port)))
            found = None if heard.verdict is None else heard.verdict.found
            kind = None if found is None else found.kind
            with self._lock:
                # The values are told below, with their age.
                job.found = words if kind is None else words[:1]
                job.entry = "" if kind is None else device_entry(heard, kind, CHAIR, self._taken)
            if kind is not None:
                self._follow(job, kind, heard)
        except (PortNotOpened, LineLost) as fault:
            with self._lock:
                job.found = (*job.found, str(fault))
        finally:
            with self._lock:
                job.done = True

    def _follow(self, job: _Job, name: str, heard: Heard) -> None:
        kind = KINDS[name]
        if not isinstance(kind.codec(), PolledCodec):
            kind = replace(kind, wake=b"", stay=b"")  # it spoke by itself
        assert heard.settings is not None
        enough = _Enough(job, self._real_s)
        for _, events in watch(job.port, kind, heard.settings, self._real_s, enough):
            with self._lock:
                for event in events:
                    self._note(job, event)

    def _note(self, job: _Job, event: DeviceEvent) -> None:
        if isinstance(event, Observation | CuffResult):
            metric = event.metric if isinstance(event, Observation) else CuffResult
            job.values[metric] = event_words(event), self._real_s()


@dataclass(frozen=True, slots=True)
class _Enough:
    """Set once nobody looks any more."""

    job: _Job
    real_s: Callable[[], float]

    def is_set(self) -> bool:
        return self.job.stop.is_set() or self.real_s() - self.job.wanted_s > WANTED_S


def _real(port: str) -> str:
    return port if "://" in port else str(Path(port).resolve())
