"""The lock files hold what pyproject.toml asks for, pinned and with hashes, and name no index."""

from __future__ import annotations

import re
import subprocess
import tomllib
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Environment, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[2]
REQUIREMENTS = REPOSITORY / "requirements"
PYPROJECT: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
# What each file is made from, beside the project's dependencies: groups and extras.
PURPOSES = {
    "runtime": (["build"], ["report", "web"]),
    "raspberry-pi": (["build"], ["report", "web"]),
    "test": (["build", "test"], []),
    "tflite": (["build", "test"], ["tflite"]),
    "train": (["build", "train"], []),
}
MACHINES = [
    (python, machine) for python, machine in product(("3.11", "3.13"), ("x86_64", "aarch64"))
]


@dataclass(frozen=True)
class Pin:
    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        (specifier,) = self.requirement.specifier
        assert specifier.operator == "=="
        return specifier.version


def pins(text: str) -> list[Pin]:
    without_comments = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    found = []
    for line in without_comments.replace("\\\n", " ").splitlines():
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        found.append(Pin(Requirement(requirement), tuple(hashes)))
    return found


def group(name: str) -> list[str]:
    """The requirements of a dependency group, those that it includes among them."""
    found: list[str] = []
    for entry in PYPROJECT["dependency-groups"][name]:
        found += [entry] if isinstance(entry, str) else group(entry["include-group"])
    return found


def wanted(purpose: str) -> list[Requirement]:
    groups, extras = PURPOSES[purpose]
    texts = list(PYPROJECT["project"]["dependencies"])
    for name in groups:
        texts += group(name)
    for name in extras:
        texts += PYPROJECT["project"]["optional-dependencies"][name]
    return [Requirement(text) for text in texts]


def machine_environment(python: str, machine: str) -> dict[str, str]:
    environment: Environment = default_environment()
    return {
        **{key: str(value) for key, value in environment.items()},
        "python_version": python,
        "python_full_version": f"{python}.2",
        "platform_machine": machine,
        "sys_platform": "linux",
    }


def applies(requirement: Requirement, environment: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(environment)


def locked(purpose: str) -> str:
    return (REQUIREMENTS / f"{purpose}.lock").read_text()


def test_there_is_one_file_for_each_purpose() -> None:
    assert {path.stem for path in REQUIREMENTS.glob("*")} == set(PURPOSES)


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize(("python", "machine"), MACHINES)
def test_every_range_has_one_pin_inside(purpose: str, python: str, machine: str) -> None:
    environment = machine_environment(python, machine)
    versions: dict[str, str] = {}
    for pin in pins(locked(purpose)):
        if applies(pin.requirement, environment):
            assert pin.name not in versions
            versions[pin.name] = pin.version
    for requirement in wanted(purpose):
        if applies(requirement, environment):
            version = versions[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), (
                f"{requirement}: {version}; scripts/lock"
            )


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_pin_has_hashes(purpose: str) -> None:
    for pin in pins(locked(purpose)):
        assert pin.hashes, pin.name
        for value in pin.hashes:
            assert re.fullmatch(r"sha256:[0-9a-f]{64}", value), pin.name


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_lock_file_names_no_index_and_no_address(purpose: str) -> None:
    text = locked(purpose)
    assert "://" not in text
    options = re.findall(r"(?<!\S)-[-\w]+", re.sub(r"#.*", "", text))
    assert set(options) == {"--hash"}


def test_what_is_tested_is_what_is_installed() -> None:
    tested = {str(pin.requirement) for pin in pins(locked("test"))}
    assert {str(pin.requirement) for pin in pins(locked("runtime"))} <= tested


def test_the_build_tools_are_those_the_build_asks_for() -> None:
    assert set(PYPROJECT["build-system"]["requires"]) <= set(group("build"))


@pytest.mark.parametrize("purpose", PURPOSES)
def test_beside_the_systems_numpy_everything_else_keeps_its_pin(purpose: str) -> None:
    command = f". scripts/setup.sh && without_numpy requirements/{purpose}.lock"
    ran = subprocess.run(
        ["bash", "-c", command], cwd=REPOSITORY, check=True, capture_output=True, text=True
    )
    left = [
        pin for pin in pins(locked(purpose)) if pin.name not in {"numpy", "opencv-python-headless"}
    ]
    assert pins(ran.stdout) == left
    assert len(left) < len(pins(locked(purpose)))


def test_a_changed_lock_file_is_installed_anew(tmp_path: Path) -> None:
    """With commands that tell their names in place of those that install."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "pyproject.toml").write_text("ranges")
    lock = tmp_path / "requirements" / "runtime.lock"
    lock.write_text("pins")
    script = f"""
        . {REPOSITORY}/scripts/setup.sh
        new_venv() {{ mkdir -p "$1"; }}
        install_locked() {{ echo "$2"; }}
        install_hipdrive() {{ :; }}
        make_venv venv python3
    """

    def installed() -> str:
        return subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout

    assert installed() == "requirements/runtime.lock\n"
    assert installed() == ""
    lock.write_text("other pins")
    assert installed() == "requirements/runtime.lock\n"
    (tmp_path / "pyproject.toml").write_text("other ranges")
    assert installed() == "requirements/runtime.lock\n"
    assert installed() == ""
