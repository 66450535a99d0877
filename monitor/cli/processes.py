"""Child processes that live and die with `chairside run`, and come back when they fall over."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

log = logging.getLogger("chairside.run")

FIRST_BACKOFF_S = 0.5
LONGEST_BACKOFF_S = 10.0
STEADY_S = 30.0
"""A child that ran this long before it fell starts again without waiting."""


def _nothing() -> None:
    return None


@dataclass
class Child:
    """One supervised process. Its stdin is a pipe that closes when we die, however we die."""

    name: str
    command: Sequence[str]
    before: Callable[[], None] = _nothing
    """Called before each start."""
    after: Callable[[], None] = _nothing
    """Called after each start."""
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    backoff_s: float = FIRST_BACKOFF_S
    next_try_s: float = 0.0
    pass_fds: Sequence[int] = ()
    """Descriptors of ours that it goes on using."""
    fatal_codes: frozenset[int] = field(default_factory=lambda: frozenset({2}))
    """Exit codes that say the configuration is wrong: starting again would not help."""

    def start(self, now_s: float) -> None:
        """Start the process."""
        self.before()
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, pass_fds=self.pass_fds)
        self.started_s = now_s
        self.after()

    def tell(self, line: str) -> None:
        """Write one line to the child's stdin; a child that is just dying hears it after its restart."""
        if self.process is None or self.process.stdin is None:
            return
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            log.debug("%s is gone; not told", self.name)

    def exit_code(self) -> int | None:
        """Return the exit code of a process that ended, else None."""
        return None if self.process is None else self.process.poll()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Ask the process to end, then end it."""
        if self.process is None:
            return
        if self.process.stdin is not None:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                log.debug("%s was gone already", self.name)
        self.process.terminate()
        try:
            self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


class Supervisor:
    """Starts children in order, restarts those that fall, stops them in reverse order."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = list(children)

    def start(self, now_s: float) -> None:
        """Start every child, in order."""
        for child in self.children:
            child.start(now_s)

    def look(self, now_s: float) -> int | None:
        """Restart what fell; return an exit code when going on makes no sense, else None."""
        for child in self.children:
            code = child.exit_code()
            if child.process is not None and code is not None:
                if code in child.fatal_codes:
                    return code
                self._plan_restart(child, code, now_s)
            if child.process is None and now_s >= child.next_try_s:
                child.start(now_s)
        return None

    def _plan_restart(self, child: Child, code: int, now_s: float) -> None:
        if now_s - child.started_s >= STEADY_S:
            child.backoff_s = FIRST_BACKOFF_S
        log.warning("%s ended with %s; starting it again in %.1f s", child.name, code, child.backoff_s)
        if child.process is not None and child.process.stdin is not None:
            child.process.stdin.close()
        child.process = None
        child.next_try_s = now_s + child.backoff_s
        child.backoff_s = min(LONGEST_BACKOFF_S, child.backoff_s * 2)

    def stop(self) -> None:
        """Stop every child, the last started first."""
        for child in reversed(self.children):
            child.stop()


def chairside(*arguments: str) -> list[str]:
    """The command line of one of our own subcommands, in this same installation."""
    return [sys.executable, "-m", "monitor.cli", *arguments]
