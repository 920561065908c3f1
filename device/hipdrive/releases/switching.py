"""Switches the device from one release to another, watches it, and goes back if it is not well.

Everything is done in an order in which a power cut leaves the old or the new release: the journal
is written first, the link `current` changes in one step, and `finish` ends what was cut off.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hipdrive.errors import ReleaseError
from hipdrive.releases.databases import copies_of, copy_databases, restore_databases
from hipdrive.releases.journal import Stage, SwitchJournal, UpdateOutcome
from hipdrive.releases.paths import is_whole, linked, whole_releases
from hipdrive.releases.service import Service
from hipdrive.releases.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hipdrive.releases.host import Host
    from hipdrive.releases.paths import InstallPaths


def now_utc() -> str:
    """The wall clock, ISO 8601."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Switch:
    """Switches between releases that are installed.

    Attributes:
        host: the machine.
        paths: its places.
        watch: how the new release is judged.
        utc: the wall clock.
    """

    host: Host
    paths: InstallPaths
    watch: Watch = field(default_factory=Watch)
    utc: Callable[[], str] = now_utc

    def to(self, release: Path) -> UpdateOutcome:
        """Run another release, if it stays well; else the one that runs now.

        Args:
            release: its folder.

        Raises:
            ReleaseError: nothing was switched, or the machine does not do what it is told.
        """
        left = linked(self.paths.current)
        if left is None:
            raise ReleaseError(
                f"{self.paths.current}: no release is installed; run scripts/install"
            )
        if not is_whole(release):
            raise ReleaseError(f"{release}: is not whole; run the update again")
        before = linked(self.paths.previous)
        named = before.name if before is not None and before != left else ""
        journal = SwitchJournal(left.name, release.name, Stage.SWITCHING, before=named)
        state = self._service.state()
        self.host.say(f"switching from {journal.left} to {journal.taken}")
        journal.write(self.host, self.paths.journal)
        self._link(self.paths.previous, left.name)
        self._service.stop()
        copy_databases(self.host, self.paths.data, journal.left)
        self._link(self.paths.current, release.name)
        self._restore(release.name)
        watching = replace(journal, stage=Stage.WATCHING)
        watching.write(self.host, self.paths.journal)
        if state is None or not state.runs:
            self.host.say("the service did not run before, so it is neither started nor watched")
            return self._end(watching)
        self._service.start()
        return self._watched(watching)

    def finish(self) -> UpdateOutcome | None:
        """End what was cut off: watch the new release, or go back to the old one.

        Returns:
            What became of it; None where nothing had been switched.
        """
        journal = SwitchJournal.read(self.paths.journal)
        current = linked(self.paths.current)
        if journal is None or current is None:
            self.host.remove(self.paths.journal)
            return None
        if journal.stage is Stage.GOING_BACK:
            return self._go_back(journal)
        if current.name != journal.taken:
            self.host.say(f"{journal.left} still runs; the update to {journal.taken} was cut off")
            self._service.start()
            self.host.remove(self.paths.journal)
            return None
        self._restore(journal.taken)
        watching = replace(journal, stage=Stage.WATCHING)
        watching.write(self.host, self.paths.journal)
        self._service.start()
        return self._watched(watching)

    def back(self) -> UpdateOutcome:
        """Run the release before this one again, watched like an update.

        Raises:
            ReleaseError: there is none.
        """
        previous, current = linked(self.paths.previous), linked(self.paths.current)
        if previous is None or current is None or previous == current:
            raise ReleaseError("there is no release to go back to: none was updated here")
        return self.to(previous)

    @property
    def _service(self) -> Service:
        return Service(self.host, self.paths)

    def _link(self, link: Path, name: str) -> None:
        self.host.link(link, f"releases/{name}")

    def _watched(self, journal: SwitchJournal) -> UpdateOutcome:
        if not self._service.present:
            return self._end(journal)
        self.host.say(f"watching it for {self.watch.seconds:.0f} s; do not cut the power")
        problem = self.watch.illness(self._service)
        if not problem:
            return self._end(journal)
        return self._go_back(replace(journal, stage=Stage.GOING_BACK, reason=problem))

    def _go_back(self, journal: SwitchJournal) -> UpdateOutcome:
        self.host.say(f"{journal.reason}: going back to {journal.left}")
        journal.write(self.host, self.paths.journal)
        self._service.stop()
        self._link(self.paths.current, journal.left)
        self._restore(journal.left)
        self._service.start()
        if journal.before:
            self._link(self.paths.previous, journal.before)
        return self._end(journal)

    def _restore(self, version: str) -> None:
        for path in restore_databases(self.host, self.paths.data, version):
            self.host.say(
                f"{path}: put back as it was before the update; what is newer is beside it"
            )

    def _end(self, journal: SwitchJournal) -> UpdateOutcome:
        outcome = UpdateOutcome(journal.left, journal.taken, self.utc(), journal.reason)
        outcome.write(self.host, self.paths.outcome)
        self.host.remove(self.paths.journal)
        self.clear()
        return outcome

    def clear(self) -> None:
        """Remove releases that neither run nor are gone back to, halves of some, and old copies."""
        kept = {linked(self.paths.current), linked(self.paths.previous)}
        for release in sorted(self.paths.releases.glob("*")):
            if release not in kept:
                self.host.remove(release)
        names = {each.name for each in whole_releases(self.paths)}
        for copies in sorted(self.paths.data.glob(copies_of(self.paths.data, "*").name)):
            if copies.name not in {copies_of(self.paths.data, name).name for name in names}:
                self.host.remove(copies)
