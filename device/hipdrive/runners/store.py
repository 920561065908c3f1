"""The profiles in one SQLite file of the data folder, which outlives power cuts."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.errors import ProfileStoreError, UnknownRunnerError
from hipdrive.private_file import make_private_folder, private
from hipdrive.runners.layout import APPLICATION_ID, MIGRATIONS
from hipdrive.runners.profile import CountedSession, DatedMean, RunnerProfile
from hipdrive.runners.rows import add_mean, add_session, put_runner, read_profiles
from hipdrive.runners.set_aside import set_aside
from hipdrive.runners.tables import BASELINE, PROBE
from hipdrive.sqlite_errors import corrupt, is_damage, reason, remedy
from hipdrive.sqlite_layout import ForeignFileError, NewerLayoutError, migrate, read_layout
from hipdrive.types.programme import CoachMode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from hipdrive.runners.profile import SessionResult

STORE_NAME = "runners.sqlite"
SMALLEST_BYTES = 512
"""SQLite's smallest page."""
BUSY_S = 5.0
"""How long another process may hold the store: it takes milliseconds."""


class ProfileStore:
    """Runners' profiles on disk. Not for the loop's thread: disks stall.

    Opened for each operation, so that `run` and the command line may use it at the same time; every
    change is one transaction. Sessions are ordered by their numbers, never by a clock. A damaged
    file is set aside, and those of its profiles that are sound go into a new one.

    Args:
        path: the file; made with the first profile.
        utc_now: the wall clock, for the name of a file that is set aside.
        said: told in a sentence what became of a damaged file.
    """

    def __init__(
        self, path: Path, utc_now: Callable[[], datetime], said: Callable[[str], None]
    ) -> None:
        self.path = path
        self._utc_now = utc_now
        self._said = said

    def profiles(self) -> tuple[RunnerProfile, ...]:
        """Every profile, those with the newest session first.

        Raises:
            ProfileStoreError: the store cannot be read.
        """
        if not self.path.exists():
            return ()
        if not os.access(self.path, os.W_OK):
            return self._of_read_only_disk()
        with self._transaction() as db:
            return tuple(read_profiles(db))

    def signature(self) -> tuple[int, ...]:
        """What changes with the content of the file; empty while there is none.

        Raises:
            OSError: the disk does not say.
        """
        if not self.path.exists():
            return ()
        found = self.path.stat()
        return found.st_ino, found.st_mtime_ns, found.st_size

    def find(self, name: str) -> RunnerProfile:
        """The profile of a name.

        Raises:
            UnknownRunnerError: there is none.
            ProfileStoreError: the store cannot be read.
        """
        found = [each for each in self.profiles() if each.name == name]
        if not found:
            raise UnknownRunnerError(
                f"there is no profile of {name!r}; hipdrive runner list shows those there are"
            )
        return found[0]

    def keep(self, result: SessionResult) -> RunnerProfile | None:
        """Add a session to its runner's profile, which is made if there is none.

        A session that was added before changes nothing.

        Returns:
            The profile; None where it was forgotten while the session went on.

        Raises:
            ProfileStoreError: the store cannot be written; nothing of the session was.
        """
        with self._transaction() as db:
            known = {each.name: each for each in read_profiles(db)}
            profile = known.get(result.name)
            if profile is None and result.profile_id is not None:
                return None
            if profile is None:
                profile = RunnerProfile(_next_id(db), result.name, mode=result.mode)
                put_runner(db, profile)
            if any(each.session_id == result.session_id for each in profile.sessions):
                return profile
            return _with_session(db, profile, result)

    def change(
        self,
        name: str,
        height_m: float | None = None,
        mode: CoachMode | None = None,
        new_mode: CoachMode = CoachMode.PROGRAMME,
    ) -> tuple[RunnerProfile, bool]:
        """Set what a runner says of themselves.

        Args:
            name: of the runner; the profile is made if there is none.
            height_m: None leaves it as it is.
            mode: the same.
            new_mode: of a profile that is made, unless `mode` says otherwise.

        Returns:
            The profile, and whether it is new.

        Raises:
            ProfileStoreError: the store cannot be written.
        """
        with self._transaction() as db:
            known = {each.name: each for each in read_profiles(db)}
            before = known.get(name) or RunnerProfile(_next_id(db), name, mode=new_mode)
            after = replace(
                before,
                height_m=before.height_m if height_m is None else height_m,
                mode=before.mode if mode is None else mode,
            )
            put_runner(db, after)
            return after, name not in known

    def forget(self, name: str) -> RunnerProfile:
        """Remove all that the store has of a runner, from the bytes of the file too.

        Returns:
            What it had.

        Raises:
            UnknownRunnerError: it has nothing of that name.
            ProfileStoreError: the store cannot be written.
        """
        profile = self.find(name)
        with self._transaction() as db:
            key = (profile.profile_id,)
            db.execute("DELETE FROM runner WHERE id = ?", key)
            for table in ("session", "baseline", "probe"):
                db.execute(f"DELETE FROM {table} WHERE runner = ?", key)  # noqa: S608  # names from the code
            db.execute("COMMIT")
            # What the log still has of them goes as well.
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.execute("BEGIN")
        return profile

    def _of_read_only_disk(self) -> tuple[RunnerProfile, ...]:
        import sqlite3

        uri = f"{self.path.absolute().as_uri()}?immutable=1"
        try:
            with closing(sqlite3.connect(uri, uri=True)) as db:
                db.text_factory = lambda raw: raw.decode(errors="replace")
                read_layout(db, APPLICATION_ID, len(MIGRATIONS))
                return tuple(read_profiles(db))
        except (sqlite3.Error, UnicodeDecodeError, NewerLayoutError, ForeignFileError) as error:
            raise self._failure(error) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, on the disk when it ends; a damaged store is replaced first.

        Raises:
            ProfileStoreError: whatever the disk or the file has against it.
        """
        import sqlite3

        try:
            with closing(self._opened()) as db:
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                    db.execute("COMMIT")
                except BaseException:
                    # SQLite ends a transaction by itself after some errors.
                    if db.in_transaction:
                        db.execute("ROLLBACK")
                    raise
        except (sqlite3.Error, OSError, NewerLayoutError) as error:
            raise self._failure(error) from error

    def _opened(self) -> sqlite3.Connection:
        import sqlite3

        make_private_folder(self.path.parent)
        try:
            return self._checked()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            sound = set_aside(self.path, self._utc_now(), str(error), self._said)
        db = self._checked()
        db.execute("BEGIN IMMEDIATE")
        for profile in reversed(sound):
            _put_whole(db, profile)
        db.execute("COMMIT")
        return db

    def _checked(self) -> sqlite3.Connection:
        """Open the file: safe from power cuts, in the newest layout, every row sound."""
        import sqlite3

        os.close(private(str(self.path), os.O_RDWR | os.O_CREAT))
        if 0 < self.path.stat().st_size < SMALLEST_BYTES:
            # To SQLite it would be an empty one.
            raise corrupt("it is cut off")
        db = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
        # Damaged text is found by its checksum.
        db.text_factory = lambda raw: raw.decode(errors="replace")
        try:
            prepare(db)
            read_profiles(db)
        except BaseException as error:
            db.close()
            if _of_damaged_tables(error):
                raise corrupt("its tables are damaged") from error
            raise
        return db

    def _failure(self, error: Exception) -> ProfileStoreError:
        if isinstance(error, NewerLayoutError):
            return ProfileStoreError(
                f"{self.path}: {error}; it is left as it is: use that hipdrive, or move it away"
            )
        return ProfileStoreError(f"{self.path}: {reason(error)}; {remedy(error)}")


def prepare(db: sqlite3.Connection) -> None:
    """Make an open store ready.

    Raises:
        NewerLayoutError: a newer hipdrive wrote it; nothing was changed.
        sqlite3.Error: it is locked, damaged, no store, or the disk is full.
    """
    try:
        read_layout(db, APPLICATION_ID, len(MIGRATIONS))
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        # What is deleted is overwritten: a name that is forgotten is in no free page.
        db.execute("PRAGMA secure_delete = ON")
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise corrupt("its check finds it damaged")
        migrate(db, APPLICATION_ID, MIGRATIONS)
    except ForeignFileError as error:
        raise corrupt(str(error)) from error


def _of_damaged_tables(error: BaseException) -> bool:
    """Whether SQLite does not find what hipdrive's commands name.

    Or Python cannot read SQLite's message, which quotes what is damaged, as UTF-8.
    """
    import sqlite3

    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, UnicodeDecodeError) or code == sqlite3.SQLITE_ERROR


def _next_id(db: sqlite3.Connection) -> int:
    """A number that no profile had before, forgotten ones included."""
    found = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'runner'").fetchone()
    return 1 + (found[0] if found else 0)


def _with_session(
    db: sqlite3.Connection, profile: RunnerProfile, result: SessionResult
) -> RunnerProfile:
    number, key = profile.sessions_done + 1, profile.profile_id
    session = CountedSession(number, result.session_id, result.utc, result.running_ms)
    baselines = [DatedMean(replace(each, session=number), result.utc) for each in result.baselines]
    probe = result.probe
    probes = [] if probe is None else [DatedMean(replace(probe, session=number), result.utc)]
    add_session(db, key, session)
    for table, means in ((BASELINE, baselines), (PROBE, probes)):
        for each in means:
            add_mean(db, table, key, each)
    return replace(
        profile,
        sessions=(*profile.sessions, session),
        baselines=(*profile.baselines, *baselines),
        probes=(*profile.probes, *probes),
    )


def _put_whole(db: sqlite3.Connection, profile: RunnerProfile) -> None:
    put_runner(db, profile)
    for session in profile.sessions:
        add_session(db, profile.profile_id, session)
    for table, means in ((BASELINE, profile.baselines), (PROBE, profile.probes)):
        for each in means:
            add_mean(db, table, profile.profile_id, each)
