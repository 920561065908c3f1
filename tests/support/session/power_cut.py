"""What a power cut leaves of a folder whose device was killed.

Of what was not on the disk (`support.session.noted_disk`): files end somewhere beyond what was
synced, names that were changed have changed or not, the log of SQLite ends somewhere after the last
transaction that was committed. Names of new files are taken to be there, as with every file
system that keeps a journal; no other file of SQLite is touched.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from support.session.wal import salts

if TYPE_CHECKING:
    from random import Random

DATABASE = ".sqlite"


@dataclass(frozen=True, slots=True)
class NameChange:
    """A file that was removed, or renamed, and whose folder was not synced since.

    Attributes:
        name: that it had.
        new: that it was given; None: it was removed.
        kept: where the file is whose name is gone, or was taken; None: there was none.
    """

    name: Path
    new: Path | None
    kept: Path | None

    @property
    def names(self) -> set[Path]:
        return {self.name} if self.new is None else {self.name, self.new}

    def undo(self) -> None:
        """As if it had not been."""
        if self.new is not None and self.new.exists() and not self.name.exists():
            self.new.rename(self.name)
        gone = self.new or self.name
        if self.kept is not None and not gone.exists():
            os.link(self.kept, gone)


@dataclass(slots=True)
class DiskNotes:
    """What a device noted before its power was cut.

    Attributes:
        synced: bytes on the disk, by the file's number.
        pending: changes of names that may not be on the disk, oldest first.
        logs: salts and synced bytes of SQLite's logs.
        stored: ids of the messages that were stored.
        told: everything else, by its key.
    """

    synced: dict[int, int]
    pending: list[NameChange] = field(default_factory=list)
    logs: dict[str, tuple[str, int]] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    told: dict[str, int | float | str] = field(default_factory=dict)

    def take(self, line: str) -> None:
        """Read one note."""
        said = json.loads(line)
        kept = Path(said["kept"]) if said.get("kept") else None
        if "synced" in said:
            self.synced[said["inode"]] = max(said["synced"], self.synced.get(said["inode"], 0))
        elif "names_of" in said:
            folder = Path(said["names_of"])
            self.pending = [each for each in self.pending if each.name.parent != folder]
        elif "removed" in said:
            self.pending.append(NameChange(Path(said["removed"]), None, kept))
        elif "renamed" in said:
            name, new = map(Path, said["renamed"])
            self.pending.append(NameChange(name, new, kept))
        elif "wal" in said:
            self.logs[said["wal"]] = said["salts"], said["end"]
        elif "stored" in said:
            self.stored.add(said["stored"])
        else:
            self.told |= said


def on_disk(folder: Path) -> dict[int, int]:
    """The files of a device that was off: all is on the disk. Bytes, by their numbers."""
    found = [each.stat() for each in folder.rglob("*") if each.is_file()]
    return {each.st_ino: each.st_size for each in found}


def read_notes(file: Path, before: dict[int, int]) -> DiskNotes:
    """The notes of a device.

    Args:
        file: as it left them.
        before: what was on the disk when it was started.
    """
    notes = DiskNotes(dict(before))
    for line in file.read_text(encoding="utf-8").splitlines():
        notes.take(line)
    return notes


def cut_power(folder: Path, notes: DiskNotes, chance: Random) -> int:
    """Lose what was not on the disk, or some of it; how many files lost something."""
    stay: set[Path] = set()
    for change in reversed(notes.pending):
        if change.names & stay or chance.random() < 0.5:
            stay |= change.names
        else:
            change.undo()
    lost = 0
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        if DATABASE not in file.name:
            sure = notes.synced.get(file.stat().st_ino, 0)
        elif file.name.endswith("-wal"):
            sure = _sure_of_log(file, notes)
        else:
            continue
        lost += _shorten(file, sure, chance)
    return lost


def _sure_of_log(file: Path, notes: DiskNotes) -> int:
    round_, end = notes.logs.get(str(file), ("", 0))
    if round_ and round_ == salts(file):
        return end
    # Nothing was committed by this device: all is from before, or a new round, which SQLite begins
    # when all of the one before is in the database.
    return 0 if round_ else notes.synced.get(file.stat().st_ino, 0)


def _shorten(file: Path, sure: int, chance: Random) -> bool:
    size = file.stat().st_size
    if size <= sure:
        return False
    end = chance.randint(sure, size)
    os.truncate(file, end)
    return end < size
