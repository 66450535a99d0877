"""The bell: whoever commits a turn rings, so that whoever shows turns need not look so often.

Each listener hangs a named pipe into the store's folder `bells`. A ring is a hint and carries nothing: one
that is missed, or a system without named pipes, makes a screen some hundredths of a second late, never wrong.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

FOLDER = "bells"


class Bell:
    """One listener's end. Readable, for `select` and the like, once it was rung."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    @classmethod
    def hang(cls, store: Path) -> Bell | None:
        """Hang a bell into a store; None where that cannot be done."""
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        path, unfinished = store / FOLDER / name, store / FOLDER / f".{name}"
        try:
            path.parent.mkdir(exist_ok=True)
            os.mkfifo(unfinished, 0o600)
            # Opened for both, as a pipe without writers is at its end; and opened before it can be rung.
            descriptor = os.open(unfinished, os.O_RDWR | os.O_NONBLOCK)
            unfinished.rename(path)
        except (OSError, AttributeError):
            return None
        return cls(path, descriptor)

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._descriptor

    def hush(self) -> None:
        """Take what was rung so far."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._descriptor, 65536)

    def close(self) -> None:
        """Take the bell down."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


def ring(store: Path) -> None:
    """Ring every bell of a store; those whose listener died are taken down."""
    try:
        bells = list((store / FOLDER).iterdir())
    except OSError:
        return
    for bell in bells:
        if not bell.name.startswith("."):
            _ring(bell)


def _ring(bell: Path) -> None:
    # The turn is committed: nothing that is wrong with a bell may stop who rings it.
    with contextlib.suppress(OSError):
        try:
            descriptor = os.open(bell, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno == errno.ENXIO:  # nobody reads it any more
                bell.unlink()
            return
        try:
            os.write(descriptor, b"\a")  # a full one holds rings that nobody took yet: it will be heard
        finally:
            os.close(descriptor)
