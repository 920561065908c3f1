"""Profiles on a disk that may lose power, be damaged, or belong to a newer hipdrive."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import hipdrive
from hipdrive.errors import HipdriveError, ProfileStoreError, UnknownRunnerError
from hipdrive.runners.profile import CountedSession, DatedMean, RunnerProfile
from hipdrive.runners.set_aside import copies
from hipdrive.runners.store import STORE_NAME, ProfileStore
from hipdrive.types.programme import CoachMode
from support.runners.results import EASY, PROBE, Store, result

UTC_ = "2026-03-01T18:05:00+00:00"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def names(store: ProfileStore) -> list[str]:
    return [each.name for each in store.profiles()]


def test_a_store_that_is_not_there_knows_nobody_and_is_not_made(store: Store) -> None:
    assert store.profiles() == ()
    with pytest.raises(UnknownRunnerError, match="no profile of 'anna'"):
        store.find("anna")
    assert not store.path.exists()


def test_a_session_makes_a_profile_with_all_that_it_measured(store: Store) -> None:
    store.keep(result("anna", "s-1"))
    assert store.profiles() == (
        RunnerProfile(
            profile_id=1,
            name="anna",
            mode=CoachMode.PROGRAMME,
            sessions=(CountedSession(1, "s-1", UTC_, 1_200_000),),
            baselines=(DatedMean(EASY, UTC_),),
            probes=(DatedMean(PROBE, UTC_),),
        ),
    )


def test_sessions_are_numbered_whatever_the_clock_says(store: Store) -> None:
    """A year forward, then two back: the device was without a network."""
    for number, year in enumerate((2026, 2027, 2025), 1):
        kept = store.keep(result("anna", f"s-{number}", f"{year}-03-01T18:05:00+00:00"))
        assert kept is not None
        assert kept.sessions_done == number
    (anna,) = store.profiles()
    assert [each.number for each in anna.sessions] == [1, 2, 3]
    assert [each.of.session for each in anna.probes] == [1, 2, 3]
    assert [each.utc[:4] for each in anna.baselines] == ["2026", "2027", "2025"]


def test_a_session_is_added_once(store: Store) -> None:
    first = store.keep(result("anna", "s-1"))
    assert store.keep(result("anna", "s-1")) == first
    assert store.profiles() == (first,)


def test_two_runners_with_one_name_are_one_profile_and_another_spelling_is_another(
    store: Store,
) -> None:
    for number, name in enumerate(("anna", "anna", "Anna")):
        store.keep(result(name, f"s-{number}"))
    assert {each.name: each.sessions_done for each in store.profiles()} == {"anna": 2, "Anna": 1}


def test_whoever_ran_last_comes_first(store: Store) -> None:
    for number, name in enumerate(("anna", "bob", "cy", "anna")):
        store.keep(result(name, f"s-{number}"))
    store.change("dora")
    assert names(store) == ["anna", "cy", "bob", "dora"]


def test_height_and_mode_are_changed_and_the_rest_stays(store: Store) -> None:
    store.keep(result("anna", "s-1"))
    before = store.find("anna")
    after, new = store.change("anna", height_m=1.723)
    assert (after, new) == (replace(before, height_m=1.723), False)
    after, _ = store.change("anna", mode=CoachMode.FREE)
    assert (after.height_m, after.mode) == (1.723, CoachMode.FREE)
    assert store.find("anna") == after
    assert store.change("bob", new_mode=CoachMode.FREE)[1] is True
    assert store.find("bob").mode is CoachMode.FREE


def test_what_is_forgotten_is_in_no_file(store: Store) -> None:
    name = "Annegret-Zwetschgenbaum"
    for number in range(40):
        store.keep(result(name, f"session-of-hers-{number:02}"))
        store.keep(result("bob", f"s-{number}"))
    assert name.encode() in store.path.read_bytes()
    bob = store.find("bob")
    with closing(sqlite3.connect(store.path)) as other:
        # Another process that looks at the store keeps its log from being removed.
        other.execute("SELECT COUNT(*) FROM runner").fetchone()
        assert store.forget(name).sessions_done == 40
        for file in store.path.parent.iterdir():
            assert name.encode() not in file.read_bytes(), file
            assert b"session-of-hers" not in file.read_bytes(), file
    assert store.profiles() == (bob,)
    with pytest.raises(UnknownRunnerError):
        store.forget(name)


def test_a_runner_who_was_forgotten_meanwhile_gets_no_new_profile(store: Store) -> None:
    store.keep(result("anna", "s-1"))
    coached_by = store.find("anna").profile_id
    store.forget("anna")
    assert store.keep(replace(result("anna", "s-2"), profile_id=coached_by)) is None
    assert store.profiles() == ()
    # One who comes anew is another profile.
    store.keep(result("anna", "s-3"))
    assert store.find("anna").profile_id > coached_by


def test_only_the_owner_may_read_it(store: Store) -> None:
    store.keep(result("anna", "s-1"))
    assert store.path.stat().st_mode & 0o777 == 0o600


class Copying(sqlite3.Connection):
    """Copies the files before every command: what would be left if the process were killed then."""

    folder: Path
    count = 0

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.set_trace_callback(self._copy)

    def _copy(self, _command: str) -> None:
        to = self.folder / f"{Copying.count:03}"
        to.mkdir(parents=True)
        Copying.count += 1
        for file in self.folder.parent.glob(f"{STORE_NAME}*"):
            shutil.copy(file, to / file.name)


@pytest.mark.parametrize("known", [False, True], ids=["a new runner", "a known runner"])
def test_killed_at_any_moment_a_session_is_added_whole_or_not_at_all(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, known: bool
) -> None:
    store.keep(result("anna" if known else "bob", "s-1"))
    before = store.profiles()
    with monkeypatch.context() as patch:
        Copying.folder, Copying.count = tmp_path / "killed", 0
        connect = sqlite3.connect
        patch.setattr(
            sqlite3,
            "connect",
            lambda *args, **options: connect(*args, factory=Copying, **options),
        )
        store.keep(result("anna", "s-2"))
    after = store.profiles()
    assert after != before
    copied = sorted(Copying.folder.iterdir())
    found = [Store(folder).profiles() for folder in copied]
    assert len(found) > 15
    # The last command is the one that makes it so.
    assert set(found) == {before}


def test_of_a_log_that_is_torn_anywhere_a_session_is_whole_or_not_there(
    store: Store, tmp_path: Path
) -> None:
    """Power is cut while the transaction is written to the disk."""
    store.keep(result("anna", "s-1"))
    before = store.profiles()
    with closing(sqlite3.connect(store.path)) as other:
        # Keeps the log from being put into the file.
        other.execute("SELECT COUNT(*) FROM runner").fetchone()
        store.keep(result("anna", "s-2"))
        written = store.path.read_bytes()
        log = store.path.with_name(f"{STORE_NAME}-wal").read_bytes()
    after = store.profiles()
    found = []
    for size in (*range(0, len(log), 61), len(log)):
        folder = tmp_path / str(size)
        folder.mkdir()
        (folder / STORE_NAME).write_bytes(written)
        (folder / f"{STORE_NAME}-wal").write_bytes(log[:size])
        torn = Store(folder)
        found.append(torn.profiles())
        assert torn.said == []
    assert set(found) == {before, after}
    assert found == sorted(found, key=lambda each: each == after)


def test_a_process_that_is_killed_before_it_commits_has_changed_nothing(store: Store) -> None:
    store.keep(result("anna", "s-1"))
    before = store.profiles()
    script = (
        "import os, signal, sys, pathlib\n"
        "from hipdrive.runners import store as module\n"
        "from support.runners.results import Store, result\n"
        "real = module.add_mean\n"
        "def killed(*args):\n"
        "    real(*args)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "module.add_mean = killed\n"
        "Store(pathlib.Path(sys.argv[1])).keep(result('anna', 's-2'))\n"
    )
    paths = [str(Path(hipdrive.__file__).parents[1]), str(Path(__file__).parents[1])]
    done = subprocess.run(
        [sys.executable, "-c", script, str(store.path.parent)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert store.profiles() == before
    kept = store.keep(result("anna", "s-2"))
    assert kept is not None
    assert kept.sessions_done == 2


def test_a_store_of_a_newer_hipdrive_is_left_as_it_is(store: Store) -> None:
    store.keep(result("anna", "s-1"))
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("PRAGMA user_version = 2")
        db.execute("ALTER TABLE runner ADD COLUMN shoe TEXT")
    content = store.path.read_bytes()
    for act in (
        store.profiles,
        lambda: store.keep(result("anna", "s-2")),
        lambda: store.change("anna", 1.7),
        lambda: store.forget("anna"),
    ):
        with pytest.raises(ProfileStoreError, match="written by a newer hipdrive: it has layout 2"):
            act()
    assert store.path.read_bytes() == content
    assert (store.said, copies(store.path)) == ([], [])


def flip(path: Path, text: bytes) -> None:
    """A bit of the text, where the file has it first."""
    content = bytearray(path.read_bytes())
    content[content.index(text)] ^= 1
    path.write_bytes(content)


def test_of_a_damaged_store_the_sound_profiles_are_kept_and_it_is_said(store: Store) -> None:
    for number, name in enumerate(("anna", "bobby", "cy")):
        store.keep(result(name, f"s-{number}"))
    sound = [each for each in store.profiles() if each.name != "bobby"]
    flip(store.path, b"bobby")
    assert list(store.profiles()) == sound
    (copy,) = copies(store.path)
    (sentence,) = store.said
    assert f"is damaged (a row of its table runner is damaged): it is set aside as {copy}" in (
        sentence.replace(copy.name, str(copy))
    )
    assert sentence.endswith("2 sound profiles of it are kept")
    # That was all: it is a store as any other.
    store.keep(result("bobby", "s-3"))
    assert names(store)[0] == "bobby"
    assert len(store.said) == 1


def test_a_damaged_session_costs_itself_and_no_number_is_given_twice(store: Store) -> None:
    for number in range(3):
        store.keep(result("anna", f"session-{number}"))
    flip(store.path, b"session-1")
    (anna,) = store.profiles()
    assert [each.number for each in anna.sessions] == [1, 3]
    kept = store.keep(result("anna", "session-3"))
    assert kept is not None
    assert kept.sessions_done == 4


@pytest.mark.parametrize(
    "content", [b"", b"no database at all\n" * 300, b"SQLite format 3\0", b"\0"]
)
def test_a_file_that_is_none(store: Store, content: bytes) -> None:
    store.path.write_bytes(content)
    assert store.profiles() == ()
    store.keep(result("anna", "s-1"))
    assert names(store) == ["anna"]
    assert len(store.said) == len(copies(store.path)) == (1 if content else 0)


def test_a_database_of_another_program_is_not_written_to(store: Store) -> None:
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("CREATE TABLE recipe (name TEXT)")
    content = store.path.read_bytes()
    assert store.profiles() == ()
    (copy,) = copies(store.path)
    assert copy.read_bytes() == content


def test_a_clock_that_stands_still_names_no_two_damaged_stores_alike(store: Store) -> None:
    for _ in range(3):
        store.path.write_bytes(b"nothing" * 200)
        store.profiles()
    assert len(copies(store.path)) == 3


def test_a_store_that_another_process_holds_is_said_to_be(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep(result("anna", "s-1"))
    monkeypatch.setattr("hipdrive.runners.store.BUSY_S", 0.01)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ProfileStoreError, match="locked; another hipdrive holds it"):
            store.keep(result("anna", "s-2"))
    assert store.find("anna").sessions_done == 1


def test_where_there_can_be_no_store_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file", encoding="utf-8")
    with pytest.raises(HipdriveError, match=r"runners\.sqlite: .*check that data_dir is a folder"):
        Store(tmp_path / "data").keep(result("anna", "s-1"))


def test_a_store_on_a_read_only_disk_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.keep(result("anna", "s-1"))
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    monkeypatch.setattr("hipdrive.runners.store.prepare", lambda _db: pytest.fail("written to"))
    assert names(store) == ["anna"]
