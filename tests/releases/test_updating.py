from __future__ import annotations

import tarfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from hipdrive.errors import ReleaseError
from hipdrive.releases.archive import unpack
from hipdrive.releases.journal import Stage, SwitchJournal, UpdateOutcome
from hipdrive.releases.paths import whole_releases
from hipdrive.releases.tree import version_key
from hipdrive.releases.updating import Update, alone
from support.releases.machine import PYTHON, installed, layout, make_tree, switch_of
from support.releases.signing import Signer, archive_of, new_signer

if TYPE_CHECKING:
    from pathlib import Path

    from support.releases.machine import PretendHost


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return new_signer(tmp_path_factory.mktemp("keys") / "key")


def update_of(host: PretendHost, *keys: str) -> Update:
    return Update(switch_of(host), keys, PYTHON)


def runs(host: PretendHost) -> str:
    return str(host.paths.current.readlink())


def test_a_newer_release_runs_and_the_older_one_is_kept(tmp_path: Path, signer: Signer) -> None:
    host = installed(tmp_path / "root")
    outcome = update_of(host, signer.public).run(str(archive_of(tmp_path, "2.0", signer)))
    assert outcome == UpdateOutcome("1.0", "2.0", "2026-01-01T06:00:00Z")
    assert runs(host) == "releases/2.0"
    assert host.service_runs
    assert str(host.paths.previous.readlink()) == "releases/1.0"
    assert [each.name for each in whole_releases(host.paths)] == ["1.0", "2.0"]
    assert not host.paths.incoming.exists()
    assert not host.paths.journal.exists()


@pytest.mark.parametrize(
    ("behaviour", "reason"), [("dies", "had to be started again"), ("hangs", "is still activating")]
)
def test_a_release_that_is_not_well_is_taken_back(
    tmp_path: Path, signer: Signer, behaviour: str, reason: str
) -> None:
    host = installed(tmp_path / "root")
    archive = archive_of(tmp_path, "2.0", signer, behaviour)
    outcome = update_of(host, signer.public).run(str(archive))
    assert outcome is not None
    assert reason in outcome.problem
    assert UpdateOutcome.read(host.paths.outcome) == outcome
    assert runs(host) == "releases/1.0"
    assert host.service_runs
    assert [each.name for each in whole_releases(host.paths)] == ["1.0"]


def test_after_a_sick_release_the_one_before_can_still_be_gone_back_to(
    tmp_path: Path, signer: Signer
) -> None:
    host = installed(tmp_path / "root")
    update = update_of(host, signer.public)
    update.run(str(archive_of(tmp_path, "2.0", signer)))
    update.run(str(archive_of(tmp_path, "3.0", signer, "dies")))
    assert [each.name for each in whole_releases(host.paths)] == ["1.0", "2.0"]
    update.switch.back()
    assert runs(host) == "releases/1.0"


def test_a_database_is_migrated_forward_and_its_copy_put_back(
    tmp_path: Path, signer: Signer
) -> None:
    host = installed(tmp_path / "root")
    assert layout(host) == 1
    update = update_of(host, signer.public)
    update.run(str(archive_of(tmp_path, "2.0", signer)))
    assert layout(host) == 2
    outcome = update.switch.back()
    assert (outcome.taken, outcome.problem) == ("1.0", "")
    assert runs(host) == "releases/1.0"
    assert layout(host) == 1
    assert (host.paths.data / "history.sqlite.newer").exists()


def test_a_release_that_does_not_understand_the_configuration_is_not_switched_to(
    tmp_path: Path, signer: Signer
) -> None:
    host = installed(tmp_path / "root")
    archive = archive_of(tmp_path, "2.0", signer, "refuses")
    with pytest.raises(ReleaseError, match="no such key"):
        update_of(host, signer.public).run(str(archive))
    assert runs(host) == "releases/1.0"
    assert not [each for each in host.ran if "systemctl" in each]


def untouched(host: PretendHost) -> bool:
    names = [each.name for each in host.paths.releases.glob("*")]
    return names == ["1.0"] and host.ran == [] and not host.paths.incoming.exists()


def test_who_is_not_trusted_is_refused_before_anything_is_touched(
    tmp_path: Path, signer: Signer
) -> None:
    host = installed(tmp_path / "root")
    archive = archive_of(tmp_path, "2.0", signer)
    stranger = new_signer(tmp_path / "stranger")
    with pytest.raises(ReleaseError, match=r"not signed with a key of update\.keys"):
        update_of(host, stranger.public).run(str(archive))
    with pytest.raises(ReleaseError, match="no key is trusted"):
        update_of(host).run(str(archive))
    assert untouched(host)


def test_a_signature_of_something_else_is_none(tmp_path: Path, signer: Signer) -> None:
    host = installed(tmp_path / "root")
    archive = archive_of(tmp_path, "2.0", signer)
    signer.sign(archive, "file")
    with pytest.raises(ReleaseError, match="not signed"):
        update_of(host, signer.public).run(str(archive))
    assert untouched(host)


def test_a_flipped_bit_is_seen(tmp_path: Path, signer: Signer) -> None:
    host = installed(tmp_path / "root")
    archive = archive_of(tmp_path, "2.0", signer)
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    with pytest.raises(ReleaseError, match="not signed"):
        update_of(host, signer.public).run(str(archive))
    signer.sign(archive)
    with pytest.raises(ReleaseError, match="damaged on its way"):
        update_of(host, signer.public).run(str(archive))
    assert untouched(host)


def test_without_signature_or_checksum_it_says_what_is_missing(
    tmp_path: Path, signer: Signer
) -> None:
    host = installed(tmp_path / "root")
    archive = archive_of(tmp_path, "2.0", signer)
    archive.with_name(f"{archive.name}.sig").unlink()
    with pytest.raises(ReleaseError, match=r"\.tar\.sig: cannot be had"):
        update_of(host, signer.public).run(str(archive))
    assert untouched(host)


def test_an_older_release_needs_to_be_asked_for(tmp_path: Path, signer: Signer) -> None:
    host = installed(tmp_path / "root", "1.10")
    archive = str(archive_of(tmp_path, "1.9", signer))
    update = update_of(host, signer.public)
    with pytest.raises(ReleaseError, match=r"1\.9 is older than 1\.10"):
        update.run(archive)
    update.run(archive, older=True)
    assert runs(host) == "releases/1.9"


def test_the_release_that_runs_is_not_installed_again(tmp_path: Path, signer: Signer) -> None:
    host = installed(tmp_path / "root")
    archive = archive_of(tmp_path, "2.0", signer)
    update = update_of(host, signer.public)
    update.run(str(archive))
    host.ran.clear()
    assert update.run(str(archive)) is None
    assert host.ran == []


def test_versions_are_sorted_as_people_do() -> None:
    versions = ["0.9", "0.10rc1", "0.10", "0.10.1", "1.0"]
    assert sorted([*versions[3:], *versions[:3]], key=version_key) == versions
    assert version_key("1.0") == version_key("1.0.0")


@pytest.mark.parametrize("name", ["/etc/passwd", "top/../../outside"])
def test_an_archive_writes_nowhere_else(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "hipdrive-1.tar"
    with tarfile.open(archive, "w") as tar:
        tar.addfile(tarfile.TarInfo(name), BytesIO())
    with pytest.raises(ReleaseError, match="does not belong into a release"):
        unpack(archive, tmp_path / "into")


def test_an_archive_has_no_links(tmp_path: Path) -> None:
    archive = tmp_path / "hipdrive-1.tar"
    link = tarfile.TarInfo("top/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc"
    with tarfile.open(archive, "w") as tar:
        tar.addfile(link)
    with pytest.raises(ReleaseError, match="does not belong into a release"):
        unpack(archive, tmp_path / "into")


def test_a_file_that_is_not_on_the_list_is_found(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree", "1.0")
    tree.check_sums()
    (tree.folder / "wheels/more.whl").write_text("")
    with pytest.raises(ReleaseError, match=r"wheels/more\.whl is not as it was packed"):
        tree.check_sums()


def test_there_is_nothing_to_go_back_to_before_an_update(tmp_path: Path) -> None:
    host = installed(tmp_path / "root")
    with pytest.raises(ReleaseError, match="no release to go back to"):
        switch_of(host).back()


def test_an_update_that_was_cut_off_after_the_switch_is_watched(
    tmp_path: Path, signer: Signer
) -> None:
    """The journal as it is when the power goes while the new release is watched."""
    host = installed(tmp_path / "root")
    archive = archive_of(tmp_path, "2.0", signer, "dies")
    update_of(host, signer.public).run(str(archive))
    sick = make_tree(tmp_path / "again", "2.0", "dies")
    release = host.paths.releases / "2.0"
    host.copy(sick.folder / "config", release / "config")
    host.write(release / "whole.json", '{"digest": "2.0"}')
    SwitchJournal("1.0", "2.0", Stage.WATCHING).write(host, host.paths.journal)
    host.link(host.paths.current, "releases/2.0")
    host.boot()
    outcome = switch_of(host).finish()
    assert outcome is not None
    assert outcome.problem
    assert runs(host) == "releases/1.0"
    assert layout(host) == 1


def test_only_one_installs_or_updates(tmp_path: Path) -> None:
    host = installed(tmp_path / "root")
    with alone(host.paths), pytest.raises(ReleaseError, match="going on"), alone(host.paths):
        pass


def test_where_the_service_does_not_run_it_is_not_started(tmp_path: Path, signer: Signer) -> None:
    host = installed(tmp_path / "root")
    host.run("systemctl", "stop", "hipdrive.service")
    outcome = update_of(host, signer.public).run(str(archive_of(tmp_path, "2.0", signer)))
    assert outcome is not None
    assert runs(host) == "releases/2.0"
    assert not host.service_runs
