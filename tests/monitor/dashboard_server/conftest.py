from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.monitor.dashboard_server.clinic import Clinic, running


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with running(tmp_path) as clinic:
        yield clinic


@pytest.fixture(scope="module")
def quiet_clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """Shared by the tests of one file that change nothing in it."""
    with running(tmp_path_factory.mktemp("store")) as clinic:
        yield clinic
