"""The services of a gym's server may write where their programs do."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

import pytest

from hipdrive.gym.settings import GymConfig

REPOSITORY = Path(__file__).resolve().parents[2]
UNITS = REPOSITORY / "systemd"
DEFAULTS = GymConfig()


def service(name: str) -> dict[str, str]:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.read(UNITS / f"{name}.service", encoding="utf-8")
    return dict(unit["Service"])


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("hipdrive-collect", DEFAULTS.database.runner_key_file),
        ("hipdrive-wall", DEFAULTS.wall.users_file),
    ],
)
def test_what_it_makes_lies_in_its_own_folder(name: str, written: str) -> None:
    """With `ProtectSystem=strict` there is no other."""
    found = service(name)
    assert found["protectsystem"] == "strict"
    assert written.startswith(f"/var/lib/{found['statedirectory']}/")


@pytest.mark.parametrize("name", ["hipdrive-collect", "hipdrive-wall"])
def test_its_user_is_made_by_the_commands_of_the_document(name: str) -> None:
    users = (UNITS / "hipdrive.sysusers").read_text(encoding="utf-8")
    assert f"u     {service(name)['user']} " in users
    commands = (REPOSITORY / "docs" / "gym.md").read_text(encoding="utf-8").split("```")[1]
    assert "systemd-sysusers" in commands
    assert service(name)["execstart"].split("/bin/")[0] in commands
