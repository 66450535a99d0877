"""Every codec of the catalogue stands every check that a stranger's codec has to stand."""

from __future__ import annotations

import pytest

from devices.catalogue import KINDS
from devices.testing import CHECKS, Check
from tests.devices.support import CAPTURES

WIRES = {
    "masimo-ascii1": (CAPTURES / "masimo-rad8-valid.bin").read_bytes(),
    "dinamap": (CAPTURES / "dinamap-replies.bin").read_bytes(),
    "chairside-json": (CAPTURES / "chairside-obs.jsonl").read_bytes() * 3,
} | {kind: (CAPTURES / f"{kind}.hex").read_bytes() for kind in ("gatt-2a35", "gatt-2a5e", "gatt-2a5f")}


def wire_of(kind: str) -> bytes:
    return WIRES[kind] if kind in WIRES else (CAPTURES / f"{kind}.bin").read_bytes()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("kind", KINDS)
def test_conformance(kind: str, check: Check) -> None:
    check(KINDS[kind], wire_of(kind))
