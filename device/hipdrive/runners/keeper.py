"""Profiles in memory, for the loop; a thread of its own reads and writes the store."""

from __future__ import annotations

import logging
import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from hipdrive.coach.programme import plan_for
from hipdrive.errors import ProfileStoreError
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.runners.profile import RunnerProfile
from hipdrive.session.coach_settings import guest_plan
from hipdrive.types.programme import CoachMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hipdrive.coach.programme import SessionPlan
    from hipdrive.config import CoachConfig
    from hipdrive.runners.profile import SessionResult
    from hipdrive.runners.store import ProfileStore

log = logging.getLogger("hipdrive.runners")

LOAD_S = 2.0
"""How long the start of the program waits for the profiles; a disk takes milliseconds."""
LOOK_S = 5.0
"""How often the thread looks whether the command line has changed the store, and tries again what
could not be written."""
MOST_CHOICES = 8
"""Runners to be chosen by a button: nobody counts more flashes."""
MOST_WAITING = 32
"""Results that wait for a disk that fails; beyond, the oldest is lost."""


class ProfileKeeper:
    """Knows the runners' profiles, and keeps what sessions add to them.

    Nothing here waits for the disk but `wait_loaded`, `close` and a `keep` that is told to, none of
    which is called while somebody is coached.

    Args:
        store: the profiles on disk.
        config: how guests and new runners are coached.
        parts: told when the store cannot be used.
    """

    def __init__(self, store: ProfileStore, config: CoachConfig, parts: DegradedParts) -> None:
        self._store = store
        self._parts = parts
        self._config = config
        self._guest = guest_plan(config)
        self._profiles: Mapping[str, RunnerProfile] = {}
        self._listeners: tuple[Callable[[], None], ...] = ()
        self._changed = threading.Condition()
        self._unwritten: tuple[SessionResult, ...] = ()
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._seen: object = None
        self._loaded = threading.Event()
        self._thread = threading.Thread(target=self._work, name="profiles", daemon=True)
        self._thread.start()

    def wait_loaded(self, patience_s: float = LOAD_S) -> bool:
        """Wait for the profiles; False when the disk does not give them in time."""
        if self._loaded.wait(patience_s):
            return True
        self._parts.degrade(
            DevicePart.PROFILES, f"{self._store.path}: not read yet; everybody is new until it is"
        )
        return False

    def add_listener(self, listener: Callable[[], None]) -> None:
        """Have a function called when the profiles have changed, in this thread."""
        self._listeners = (*self._listeners, listener)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the runners who are known, those with the newest session first."""
        return tuple(self._profiles)

    def choices(self) -> tuple[str, ...]:
        """A guest, whose name is empty, and the runners that a button steps through.

        They are in the order in which they joined, so that their numbers stay; where there are
        more, those with the newest sessions.
        """
        newest = list(self._profiles.values())[:MOST_CHOICES]
        joined = sorted(newest, key=lambda profile: profile.profile_id)
        return ("", *(profile.name for profile in joined))

    def profile(self, name: str) -> RunnerProfile | None:
        """The profile of a name; None where there is none."""
        return self._profiles.get(name)

    def plan_of(self, name: str) -> SessionPlan:
        """The plan of a runner's next session; that of a guest for an empty name.

        Sessions that are not on the disk yet count as well.
        """
        if not name:
            return self._guest
        # Read before the profiles: a session that is written meanwhile is counted once or twice,
        # and never missing; so what both have is counted once.
        unwritten = [each for each in self._unwritten if each.name == name]
        return plan_of_profile(self._profiles.get(name), self._config, unwritten)

    def has_session(self, name: str, session_id: str) -> bool:
        """Whether a session is in its runner's profile, on the disk."""
        profile = self._profiles.get(name)
        return profile is not None and session_id in {each.session_id for each in profile.sessions}

    def keep(self, result: SessionResult, patience_s: float = 0.0) -> bool:
        """Add a session to its runner's profile, in the background.

        Args:
            result: of the session.
            patience_s: how long to wait until it is done with.

        Returns:
            False when it was not in that time, and is tried again.
        """
        with self._changed:
            self._unwritten = (*self._unwritten, result)[-MOST_WAITING:]
            self._wake.put(None)
            return self._changed.wait_for(lambda: result not in self._unwritten, patience_s)

    @property
    def new_mode(self) -> CoachMode:
        """Of a profile that is made now."""
        return CoachMode(self._config.runner_mode)

    def close(self, patience_s: float) -> bool:
        """Write what waits, as long as the disk takes no longer; False when it does."""
        self._closing.set()
        self._wake.put(None)
        self._thread.join(patience_s)
        left = self._unwritten
        for each in left:
            log.warning("session %s of %s is in no profile", each.session_id, each.name)
        return not left

    def _work(self) -> None:
        self._look()
        self._loaded.set()
        closing = False
        while not closing:
            with suppress(queue.Empty):
                self._wake.get(timeout=LOOK_S)
            # Read first, so that what was given before closing is written.
            closing = self._closing.is_set()
            written = self._write()
            self._look()
            with self._changed:
                self._unwritten = tuple(
                    each for each in self._unwritten if each.session_id not in written
                )
                self._changed.notify_all()

    def _write(self) -> set[str]:
        """Write what waits; ids of the sessions that are done with."""
        done: set[str] = set()
        for result in self._unwritten:
            try:
                kept = self._store.keep(result)
            except ProfileStoreError as error:
                self._parts.degrade(DevicePart.PROFILES, str(error))
                break
            if kept is None:
                log.warning("a runner was forgotten during a session, which is in no profile")
            done.add(result.session_id)
        return done

    def _look(self) -> None:
        """Read the profiles again if the file has changed."""
        try:
            seen = self._store.signature()
            if seen == self._seen:
                return
            profiles = self._store.profiles()
            self._seen = self._store.signature()
        except (ProfileStoreError, OSError) as error:
            self._parts.degrade(DevicePart.PROFILES, str(error))
            return
        self._profiles = {each.name: each for each in profiles}
        self._parts.recover(DevicePart.PROFILES)
        for listener in self._listeners:
            listener()


def plan_of_profile(
    profile: RunnerProfile | None, config: CoachConfig, unwritten: Iterable[SessionResult] = ()
) -> SessionPlan:
    """The plan of a runner's next session.

    Args:
        profile: theirs; None: there is none.
        config: how new runners are coached.
        unwritten: results of sessions of theirs that the profile may not have yet.
    """
    known = profile or RunnerProfile(0, "", mode=CoachMode(config.runner_mode))
    written = {session.session_id for session in known.sessions}
    added = [each for each in unwritten if each.session_id not in written]
    baselines = [dated.of for dated in known.baselines]
    baselines += [baseline for each in added for baseline in each.baselines]
    return plan_for(known.mode, known.sessions_done + len(added), tuple(baselines))
