"""Fixtures of the alarm tests."""

from __future__ import annotations

import pytest

from tests.monitor.alarms.bench import Bench, plain_preset


@pytest.fixture
def bench() -> Bench:
    return Bench(plain_preset())
