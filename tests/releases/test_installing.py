from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from hipdrive.config import load
from hipdrive.errors import ReleaseError
from hipdrive.releases.host import DryHost
from hipdrive.releases.installing import Installation
from hipdrive.releases.paths import InstallPaths, linked, whole_releases
from hipdrive.releases.switching import Switch
from support.releases.machine import PYTHON, PretendHost, installed, make_tree, switch_of

if TYPE_CHECKING:
    from pathlib import Path


def everything(folder: Path) -> dict[str, str]:
    """Each file and link below a folder, with what it holds or where it leads."""
    return {
        str(path.relative_to(folder)): str(path.readlink())
        if path.is_symlink()
        else path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or (path.is_file() and path.suffix != ".sqlite")
    }


def test_a_release_is_installed_and_started(tmp_path: Path) -> None:
    host = PretendHost(tmp_path / "root")
    Installation(switch_of(host), PYTHON).install(make_tree(tmp_path / "tree", "1.0"))
    assert str(host.paths.current.readlink()) == "releases/1.0"
    assert host.paths.command.readlink() == host.paths.current / "venv/bin/hipdrive"
    assert host.service_runs
    units = "/opt/hipdrive/current/systemd"
    enable = f"systemctl enable {units}/hipdrive.service {units}/hipdrive-update.service"
    assert enable in host.ran


def test_packages_come_from_the_archive_alone_by_the_hashes_of_the_lock_file(
    tmp_path: Path,
) -> None:
    host = PretendHost(tmp_path / "root")
    tree = make_tree(tmp_path / "tree", "1.0")
    Installation(switch_of(host), PYTHON).install(tree)
    [locked] = [each for each in host.ran if "--require-hashes" in each]
    assert f"--find-links {tree.folder}/wheels" in locked
    assert f"-r {tree.folder}/requirements/runtime.lock" in locked
    assert all("--no-index" in each for each in host.ran if "/pip install" in each)


def test_the_configuration_can_be_read_and_trusts_who_signed_the_archive(tmp_path: Path) -> None:
    host = installed(tmp_path / "root")
    config = load(host.paths.config)
    assert config.update.keys == ["ssh-ed25519 AAAA trainer@example"]
    assert config.web.enabled
    assert config.data_dir == "/var/lib/hipdrive"


def test_the_systems_numpy_is_seen_and_left_alone(tmp_path: Path) -> None:
    host = PretendHost(tmp_path / "root", numpy="1.24.2")
    Installation(switch_of(host), PYTHON).install(make_tree(tmp_path / "tree", "1.0"))
    assert any("--system-site-packages" in each for each in host.ran)
    lock = host.paths.releases / "1.0/requirements/installed.lock"
    assert lock.read_text() == "rich==15.0.0 \\\n    --hash=sha256:11\n"
    assert any(f"-r {lock}" in each for each in host.ran)


def test_a_numpy_that_no_package_fits_is_told(tmp_path: Path) -> None:
    host = PretendHost(tmp_path / "root", numpy="3.0.1")
    with pytest.raises(ReleaseError, match=r"numpy is 3\.0\.1.*fits 1\.24\.2"):
        Installation(switch_of(host), PYTHON).install(make_tree(tmp_path / "tree", "1.0"))
    assert linked(host.paths.current) is None


def test_again_nothing_is_done(tmp_path: Path) -> None:
    host = installed(tmp_path / "root")
    before = everything(host.paths.root)
    Installation(switch_of(host), PYTHON).install(make_tree(tmp_path / "tree", "1.0"))
    assert everything(host.paths.root) == before
    assert not [each for each in host.ran if "/pip install" in each or " start " in each]


def test_a_configuration_that_stands_is_kept(tmp_path: Path) -> None:
    host = PretendHost(tmp_path / "root")
    host.paths.config.parent.mkdir(parents=True)
    host.paths.config.write_text("# mine")
    Installation(switch_of(host), PYTHON).install(make_tree(tmp_path / "tree", "1.0"))
    assert host.paths.config.read_text() == "# mine"


def test_a_newer_release_is_switched_to_and_a_sick_one_is_taken_back(tmp_path: Path) -> None:
    host = installed(tmp_path / "root")
    install = Installation(switch_of(host), PYTHON).install
    install(make_tree(tmp_path / "newer", "1.1"))
    assert str(host.paths.current.readlink()) == "releases/1.1"
    with pytest.raises(ReleaseError, match="taken back"):
        install(make_tree(tmp_path / "sick", "1.2", "dies"))
    assert str(host.paths.current.readlink()) == "releases/1.1"
    assert host.service_runs


def test_another_build_of_a_version_does_not_replace_the_one_that_runs(tmp_path: Path) -> None:
    host = installed(tmp_path / "root")
    other = make_tree(tmp_path / "other", "1.0", "well\n".strip())
    (other.folder / "SHA256SUMS").write_text("another list")
    other = other.read(other.folder)
    Installation(switch_of(host), PYTHON).install(other)
    first, second = [each.name for each in whole_releases(host.paths)]
    assert first == "1.0"
    assert re.fullmatch(r"1\.0-[0-9a-f]{8}", second)
    assert host.paths.current.readlink().name == second


def test_a_cameras_libraries_that_come_later_are_seen(tmp_path: Path) -> None:
    host = installed(tmp_path / "root")
    host.numpy = "2.2.4"
    tree = make_tree(tmp_path / "tree", "1.0")
    (tree.folder / "requirements/raspberry-pi.lock").write_text("numpy==2.2.4 \\\n")
    Installation(switch_of(host), PYTHON).install(tree)
    assert any("--system-site-packages" in each for each in host.ran)
    assert host.paths.current.readlink().name != "1.0"


def test_for_another_machine_or_python_it_says_which(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree", "1.0")
    with pytest.raises(ReleaseError, match="does not run here"):
        tree.check_machine("riscv64", "3.11")
    with pytest.raises(ReleaseError, match=r"and this is 3\.9"):
        tree.check_machine(tree.machine, "3.9")


def test_removed_nothing_is_left_but_sessions(tmp_path: Path) -> None:
    host = installed(tmp_path / "root")
    session = host.paths.data / "sessions/20260101T060000Z-a1b2c3/session.json"
    session.parent.mkdir(parents=True)
    session.write_text("{}")
    (host.paths.data / "models").mkdir()
    (host.paths.data / "models/some.tflite").write_text("")
    Installation(switch_of(host), PYTHON).remove()
    left = {name for name in everything(host.paths.root) if not name.startswith("run/")}
    assert left == {"var/lib/hipdrive/sessions/20260101T060000Z-a1b2c3/session.json"}


def test_removed_without_sessions_nothing_is_left(tmp_path: Path) -> None:
    host = installed(tmp_path / "root")
    Installation(switch_of(host), PYTHON).remove()
    assert [name for name in everything(host.paths.root) if not name.startswith("run/")] == []
    assert not host.paths.data.exists()
    Installation(switch_of(host), PYTHON).remove()


def test_a_dry_run_says_what_it_would_do_and_does_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    tree = make_tree(tmp_path / "tree", "1.0")
    root = tmp_path / "root"
    root.mkdir()
    host = DryHost(said.append)
    Installation(Switch(host, InstallPaths(root)), PYTHON).install(tree)
    assert list(root.iterdir()) == []
    text = "\n".join(said)
    for part in ("releases/1.0/venv", "hipdrive.toml", "current -> releases/1.0", "enable"):
        assert part in text
