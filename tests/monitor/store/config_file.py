"""A clinic.toml of one chair with an oximeter."""

from __future__ import annotations

from pathlib import Path

from argon2 import PasswordHasher

_TOML = """
[clinic]
name = "Test clinic"
site = "test"

[store]
path = "var"

[[chair]]
id = "1"

[[device]]
id = "oxi-1"
kind = "masimo-ascii1"
chair = "1"
name = "Oximeter"
port = "{port}"

[[user]]
name = "ada"
display = "Ada"
role = "nurse"
pin_hash = "{pin_hash}"
"""


def write_config(folder: Path, port: str = "/dev/no-such-port") -> Path:
    """Write a clinic.toml whose store is `folder/var`."""
    path = folder / "clinic.toml"
    pin_hash = PasswordHasher(time_cost=1, memory_cost=1024).hash("2468")
    path.write_text(_TOML.format(port=port, pin_hash=pin_hash))
    return path
