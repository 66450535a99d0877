from __future__ import annotations

import pytest

from tests.monitor.dashboard_server.clinic import Clinic


def test_a_finished_record_can_be_downloaded_by_staff(quiet_clinic: Clinic) -> None:
    (quiet_clinic.settings.store / "records" / "v1.csv").write_text("time_s\n1\n", "utf-8")
    for user, status in {"ana": 200, "ruiz": 200, "boss": 200, "wall": 403, None: 401}.items():
        with quiet_clinic.browser(user) as client:
            answer = client.get("/records/v1.csv")
            assert answer.status_code == status, user
            assert ("time_s" in answer.text) == (status == 200)


@pytest.mark.parametrize(
    "name",
    ["v2", "..", "../desk", "..%2Fdesk", "%2e%2e%2fsession", "v1%00", ".v1", "a/b", "x" * 65, "v1.csv"],
)
def test_nothing_but_a_record_can_be_named(quiet_clinic: Clinic, name: str) -> None:
    (quiet_clinic.settings.store / "records" / "v1.csv").write_text("time_s\n1\n", "utf-8")
    with quiet_clinic.browser("ana") as client:
        answer = client.get(f"/records/{name}.csv")
        assert answer.status_code == 404 or answer.headers["content-type"].startswith("text/html")
        assert "time_s" not in answer.text


def test_a_locked_session_downloads_nothing(clinic: Clinic) -> None:
    (clinic.settings.store / "records" / "v1.csv").write_text("time_s\n1\n", "utf-8")
    with clinic.browser("ana") as client:
        clinic.clock.shift_s = 601
        assert client.get("/records/v1.csv").status_code == 423
