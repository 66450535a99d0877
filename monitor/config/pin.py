"""What a PIN must be, wherever one is made."""

from __future__ import annotations

SHORTEST_PIN = 4
LONGEST_PIN = 12


def pin_fault(pin: str) -> str | None:
    """Return what is wrong with a new PIN, None where it can be taken."""
    if SHORTEST_PIN <= len(pin) <= LONGEST_PIN and pin.isascii() and pin.isdecimal():
        return None
    return f"expected {SHORTEST_PIN} to {LONGEST_PIN} digits, found {len(pin)} characters"
