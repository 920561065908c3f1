"""Power cuts around the end of a session, one after the other on one device."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import hipdrive
from hipdrive.runners.store import STORE_NAME, ProfileStore
from hipdrive.session.summary import SessionSummary
from support.hub.drills import drill_result
from support.hub.tcp_proxy import TcpProxy
from support.mosquitto import Broker, Listener
from support.session.cut_device import PROGRAM, RUNNER, CutOrder
from support.session.kept_sessions import (
    SessionState,
    check,
    check_complete,
    fingerprint,
    spooled,
)
from support.session.power_cut import DiskNotes, cut_power, on_disk, read_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from random import Random

FOLDERS = [str(Path(hipdrive.__file__).parents[1]), str(Path(__file__).parents[2])]


@dataclass(frozen=True, slots=True)
class Ending:
    """How long the second session of a device takes, measured with one that nobody cuts off.

    Attributes:
        asked: changes of files before it was asked to end.
        changes: from then until the end of the process.
        took_s: the same as a time.
    """

    asked: int
    changes: int
    took_s: float


@dataclass(frozen=True, slots=True)
class Moment:
    """When the power is cut: at a change, or by the clock; neither: once the device has ended.

    Attributes:
        cut_before, ending, cut_after_s: as of `CutOrder`; a device with fewer changes ends itself.
        online: the device reaches its broker.
    """

    cut_before: int | None = None
    ending: bool = False
    cut_after_s: float | None = None
    online: bool = True


@dataclass(slots=True)
class DrillCounts:
    """What came of it so far.

    Attributes:
        cuts: how often the power was cut.
        before, ending: of those, before the session was asked to end, and while it ended; the
            others came just after.
        files_lost: files that lost something with it.
        cut_off: sessions that were on when it was cut, by what they are now.
    """

    cuts: int = 0
    before: int = 0
    ending: int = 0
    files_lost: int = 0
    cut_off: Counter[SessionState] = field(default_factory=Counter)


@dataclass
class SessionEndDrill:
    """A device, its broker and who listens.

    Attributes:
        folder: for all of it; on a disk.
        chance: decides what is lost.
        broker_port: as the device reaches it.
    """

    folder: Path
    chance: Random
    broker_port: int
    counts: DrillCounts = field(default_factory=DrillCounts)
    stored: set[str] = field(default_factory=set)
    starts: int = 0
    _kept: dict[str, dict[str, str]] = field(default_factory=dict)
    _ended: set[str] = field(default_factory=set)
    _least: dict[str, int] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self, moment: Moment) -> DiskNotes:
        """Start the device, and kill it then."""
        notes, kept = self.folder / "notes", self.folder / "kept"
        notes.unlink(missing_ok=True)
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        self.data.mkdir(exist_ok=True)
        before = on_disk(self.data)
        order = CutOrder(
            data=str(self.data),
            port=self.broker_port,
            notes=str(notes),
            kept=str(kept),
            number=self.starts,
            cut_before=moment.cut_before,
            ending=moment.ending,
            cut_after_s=moment.cut_after_s,
        )
        done = subprocess.run(
            [sys.executable, str(PROGRAM), order.to_json()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(FOLDERS)},
            start_new_session=True,
            check=False,
            capture_output=True,
            text=True,
        )
        check(
            done.returncode in {0, -9}, f"the device ended with {done.returncode}:\n{done.stderr}"
        )
        self.starts += 1
        found = read_notes(notes, before)
        self.stored |= found.stored
        self._ended |= {str(found.told[key]) for key in found.told if key.startswith("ended_")}
        check(
            "ended_0" in found.told, f"the device did not run a session to its end:\n{done.stderr}"
        )
        return found

    def measure(self) -> Ending:
        """A start without a cut."""
        told = self.start(Moment()).told
        self._check_complete(self._sessions())
        asked, changes = int(told["asked"]), int(told["changes"])
        return Ending(asked, changes - asked, float(told["took_s"]))

    def cut(self, moment: Moment) -> None:
        """Start the device, cut its power, and look at the sessions of earlier starts."""
        notes = self.start(moment)
        self.counts.cuts += 1
        self.counts.before += "asked" not in notes.told
        self.counts.ending += "asked" in notes.told and "changes" not in notes.told
        *earlier, _, last = self._sessions()
        self._check_complete(earlier)
        self.counts.files_lost += cut_power(self.data, notes, self.chance)
        self._least[last.name] = spooled(last)
        for folder in earlier:
            # The name of a file that the device has just removed may be back.
            kept = self._kept[folder.name].items()
            check(kept <= fingerprint(folder).items(), f"{folder}: has lost something with the cut")

    def _sessions(self) -> list[Path]:
        folders = sorted((self.data / "sessions").iterdir())
        check(len(folders) == 2 * self.starts, f"{len(folders)} sessions in {self.starts} starts")
        return folders

    def _check_complete(self, folders: list[Path]) -> None:
        for folder in folders:
            if folder.name in self._kept:
                unchanged = fingerprint(folder) == self._kept[folder.name]
                check(unchanged, f"{folder}: has changed since it was whole")
                continue
            state = check_complete(folder, self._ended, self._least.get(folder.name, 0))
            if folder.name in self._least:
                self.counts.cut_off[state] += 1
            self._kept[folder.name] = fingerprint(folder)

    def check_profile(self) -> None:
        """Sessions that say they count are those of the runner's profile, with their numbers."""
        folders = (self.data / "sessions").iterdir()
        files = [each / "session.json" for each in folders]
        summaries = [SessionSummary.read(each) for each in files if each.exists()]
        said = {
            each.id: each.programme.session
            for each in summaries
            if each.programme and each.programme.counted
        }
        store = ProfileStore(self.data / STORE_NAME, lambda: datetime.now(UTC), lambda _: None)
        known = {each.session_id: each.number for each in store.find(RUNNER).sessions}
        check(said == known, f"counted: {sorted(said.items() ^ known.items())}")


def moments_by_chance(cuts: int, chance: Random) -> Callable[[Ending], Iterator[Moment]]:
    """One in six before the end is asked for, one in ten by the clock, a quarter offline."""

    def moments(ending: Ending) -> Iterator[Moment]:
        for _ in range(cuts):
            kind, online = chance.random(), chance.random() < 3 / 4
            if kind < 1 / 6:
                yield Moment(chance.randint(1, ending.asked), online=online)
            elif kind < 1 / 6 + 1 / 10:
                after_s = chance.uniform(0, 1.2 * ending.took_s)
                yield Moment(cut_after_s=after_s, online=online)
            else:
                number = chance.randint(1, ending.changes + 2)
                yield Moment(number, ending=True, online=online)

    return moments


def drill(
    folder: Path, moments: Callable[[Ending], Iterable[Moment]], chance: Random
) -> dict[str, int]:
    """One cut after the other on one device; figures.

    Args:
        folder: on a disk.
        moments: when to cut, told what the end of a session takes.
        chance: decides what is lost.

    Raises:
        AssertionError: something is not as it must be.
    """
    with (
        Broker(folder) as broker,
        TcpProxy(broker.port) as proxy,
        Listener(broker.port) as listener,
    ):
        device = SessionEndDrill(folder, chance, proxy.port)
        for moment in moments(device.measure()):
            (proxy.unblock if moment.online else proxy.block)()
            device.cut(moment)
        proxy.unblock()
        device.measure()
        newest = max(device.stored).encode()
        listener.wait_for(lambda all_: any(newest in m.payload for m in all_))
        result = drill_result(listener.messages, None, frozenset(device.stored))
    result.check()
    device.check_profile()
    counts = device.counts
    return {
        "cuts": counts.cuts,
        "before_the_end": counts.before,
        "while_ending": counts.ending,
        "just_after": counts.cuts - counts.before - counts.ending,
        "files_cut": counts.files_lost,
        "sessions": 2 * device.starts,
        "cut_and_whole": counts.cut_off[SessionState.WHOLE],
        "cut_and_completed": counts.cut_off[SessionState.CUT_OFF],
        "cut_and_nothing_kept": counts.cut_off[SessionState.NOTHING],
        "messages": len(result.rows),
        "stored_before_a_cut": len(device.stored),
        "duplicates": result.duplicates,
        "ids_reused": 0,
        "gaps": 0,
    }
