"""What a page is made of, in one short name: a page of another version loads itself anew."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


@cache
def version_of(folder: Path) -> str:
    """Return a name for the scripts and styles in a folder, which changes when one of them does."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.iterdir() if path.suffix in (".js", ".css")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
