from __future__ import annotations

from pathlib import Path

from monitor.config import BrokerSettings, ServerSettings
from monitor.demo.clinic import settings
from simulators.scenario import load


def test_a_sign_in_of_the_demo_survives_its_restart(tmp_path: Path) -> None:
    def users() -> list[str]:
        started = settings(
            load("demo_clinic"),
            store=tmp_path,
            ports=tmp_path,
            broker=BrokerSettings(),
            server=ServerSettings(),
            speed=1,
        )
        return [user.pin_hash for user in started.users]

    assert users() == users()
    assert len(set(users())) == len(users())
