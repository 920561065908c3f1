"""What scripts/release makes, without fetching anything."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from conftest import REPOSITORY
from hipdrive.pose.store import manifest

if TYPE_CHECKING:
    from pathlib import Path

SCRIPTS = REPOSITORY / "scripts"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401  # a module without types
    pytest.importorskip("pip", reason="pip is not in this environment")
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return importlib.import_module("release")


def wheel(folder: Path, name: str, version: str, *about: str) -> Path:
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        text = "\n".join([f"Name: {name}", f"Version: {version}", *about])
        archive.writestr(f"{name}-{version}.dist-info/METADATA", text)
        archive.writestr(f"{name}/_vendor/other-1.dist-info/METADATA", "Name: other")
    return path


def test_the_list_of_parts_is_cyclonedx(tmp_path: Path, script: Any) -> None:  # noqa: ANN401
    wheels = [
        wheel(tmp_path, "hipdrive", "1.0", "License-Expression: MIT"),
        wheel(tmp_path, "rich", "15.0.0", "Classifier: License :: OSI Approved :: MIT License"),
    ]
    spec = manifest()["movenet-lightning-int8"]
    model = tmp_path / spec.file
    model.write_bytes(b"weights")
    parts = script.parts_list("1.0", wheels, {model: spec}, 0)
    assert (parts["bomFormat"], parts["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", parts["serialNumber"])
    assert parts["metadata"]["timestamp"] == "1970-01-01T00:00:00Z"
    assert parts["metadata"]["component"]["licenses"] == [{"expression": "MIT"}]
    package, network = parts["components"]
    assert package["purl"] == "pkg:pypi/rich@15.0.0"
    assert package["licenses"] == [{"license": {"name": "MIT License"}}]
    digest = hashlib.sha256(wheels[1].read_bytes()).hexdigest()
    assert package["hashes"] == [{"alg": "SHA-256", "content": digest}]
    assert network["type"] == "machine-learning-model"
    assert network["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    refs = {package["bom-ref"], network["bom-ref"]}
    assert set(parts["dependencies"][0]["dependsOn"]) == refs


def test_the_same_tree_gives_the_same_archive(
    tmp_path: Path,
    script: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    for name in ("one", "two"):
        tree = tmp_path / name / "hipdrive-1.0"
        (tree / "wheels").mkdir(parents=True)
        # Made in another order, at another time, with another umask.
        for file in sorted(("a", "b"), reverse=name == "two"):
            (tree / file).write_text(file)
            (tree / file).chmod(0o600 if name == "two" else 0o644)
        script.pack(tree, tmp_path / f"{name}.tar")
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize(("python", "numpy"), [("3.11", "1.24.2"), ("3.13", "2.2.4")])
def test_a_raspberry_pi_keeps_the_numpy_of_its_debian(
    script: Any,  # noqa: ANN401
    python: str,
    numpy: str,
    machine: str,
) -> None:
    lines = script.pins_for("raspberry-pi", python, machine).splitlines()
    assert [line.split()[0] for line in lines if line.startswith("numpy")] == [f"numpy=={numpy}"]
    assert not any(line.startswith("colorama") for line in lines), "which Windows alone needs"
    assert all(re.fullmatch(r"\S+==\S+( --hash=sha256:[0-9a-f]{64})+", line) for line in lines)


def test_the_installer_runs_on_a_python_without_any_package() -> None:
    """As on a fresh Debian, where there is no virtual environment yet."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); import hipdrive.releases.__main__"
    command = [sys.executable, "-I", "-S", "-c", code, str(REPOSITORY / "device")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_a_dry_run_from_the_checkout_fetches_nothing_and_does_nothing(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    pytest.importorskip("pip", reason="pip is not in this environment")
    environment = {"PYTHONPATH": str(REPOSITORY / "device"), "PATH": "/usr/bin:/bin"}
    made = [str(SCRIPTS / "release.py"), "--tree", str(tree), "--no-wheels"]
    subprocess.run([sys.executable, *made], env=environment, check=True)
    assert json.loads((tree / "release.json").read_text())["version"]
    root = tmp_path / "root"
    root.mkdir()
    command = [sys.executable, "-m", "hipdrive.releases", str(tree), "--dry-run"]
    ran = subprocess.run(
        [*command, "--root", str(root)], env=environment, capture_output=True, text=True, check=True
    )
    assert "would link" in ran.stdout
    assert list(root.iterdir()) == []


SHELL = [
    "scripts/install",
    "scripts/release",
    "scripts/lock",
    "scripts/test-install",
    "scripts/test-systemd",
    "config/sd-card/hipdrive-first-boot",
    "config/sd-card/hipdrive-firstrun.sh",
]


@pytest.mark.parametrize("name", SHELL)
def test_shellcheck_has_nothing_to_say(name: str) -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not on this machine; on Debian: apt install shellcheck")
    ran = subprocess.run(
        ["shellcheck", "-x", name], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert ran.stdout == ""
