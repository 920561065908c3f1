"""Clips of people and twenty harmless variants of each through the product's replay, in one table.

usage: scripts/real_clips FOLDER [--clip NAME] [--afresh] [--each] [--keep]

FOLDER has clips and a `truth.toml`, with a table for each clip:

    [[clip]]
    file = "gym.mp4"
    source = "repository, path, commit, licence"
    verdict = "running"         # of hipdrive.session.verdict.Kind
    facing = "right"            # the side of the picture
    cadence_spm = 167.0         # by eye or from pixels, without a pose model
    cadence_within_spm = 2.0    # how far off is right
    strides = 8                 # near strides to be seen in it
    missed_most = 1             # how many of them may be missing or rejected
    sd_most_deg = 3.1           # SD of the peak that is right

All but the file and the verdict may be left out. Nothing is fetched. Key points are kept in
FOLDER/poses, so that a second run needs no model; --afresh asks the model again. The table of the
last run with --keep is in FOLDER/table.json, and what is printed is set against it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import tomllib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clip_variants import AS_FILMED, VARIANTS, Variant, Varied
from leg_swaps import swapped_percent

from hipdrive import app
from hipdrive.config import Config
from hipdrive.session.poses import RecordedPoses
from hipdrive.session.request import SessionRequest

if TYPE_CHECKING:
    from hipdrive.types.side import Side

OTHER = {"left": "right", "right": "left"}


@dataclass(frozen=True, slots=True)
class Clip:
    """What is known of a clip; see the module."""

    file: str
    verdict: str
    source: str = ""
    facing: Side | None = None
    cadence_spm: float | None = None
    cadence_within_spm: float = 1.0
    strides: int | None = None
    missed_most: int = 1
    sd_most_deg: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What came out of a variant.

    Attributes:
        right: whether it is all as the truth has it.
        swapped_percent: samples at which the thighs are the other way round than a wave of the
            stride has them.
    """

    verdict: str
    facing: str | None
    strides: int
    rejected: int
    cadence_off_spm: float | None
    mean_deg: float | None
    sd_deg: float | None
    swapped_percent: float
    right: bool


def replayed(clip: Path, variant: Variant, kept: Path, *, afresh: bool) -> dict[str, Any]:
    """The summary of a replay; its key points are kept."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        request = SessionRequest(
            Config(),
            None,
            folder / "session",
            datetime.now(UTC),
            "clip",
            threading.Event(),
            publish=False,
        )
        if kept.is_file() and not afresh:
            with RecordedPoses(kept) as poses:
                return app.replay(request, poses).summary.to_json()
        with Varied(clip, variant, folder) as frames:
            summary = app.replay(request, frames).summary.to_json()
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes((folder / "session" / "poses.npz").read_bytes())
        return summary


def row(clip: Clip, variant: Variant, summary: dict[str, Any], swapped: float) -> Row:
    """The summary against the truth."""
    cadence, peak = summary["cadence_spm"], summary["thigh_ext_deg"]
    off = None if cadence is None or clip.cadence_spm is None else cadence - clip.cadence_spm
    facing = OTHER[clip.facing] if clip.facing and variant.mirrored else clip.facing
    missed = 0 if clip.strides is None else clip.strides - summary["strides"]
    right = (
        summary["verdict"] == clip.verdict
        and facing in {None, summary["facing"]}
        and (clip.cadence_spm is None or (off is not None and abs(off) <= clip.cadence_within_spm))
        and missed <= clip.missed_most
        and (clip.sd_most_deg is None or (peak["sd"] or 0) <= clip.sd_most_deg)
    )
    return Row(
        summary["verdict"],
        summary["facing"],
        summary["strides"],
        summary["rejected_strides"],
        None if off is None else round(off, 2),
        peak["mean"],
        peak["sd"],
        round(swapped, 2),
        right,
    )


def measured(folder: Path, clip: Clip, *, afresh: bool) -> dict[str, Row]:
    """Every variant of a clip."""
    rows = {}
    for variant in (AS_FILMED, *VARIANTS):
        kept = folder / "poses" / Path(clip.file).stem / f"{variant.name}.npz"
        summary = replayed(folder / clip.file, variant, kept, afresh=afresh)
        with RecordedPoses(kept) as poses:
            swapped = swapped_percent(poses)
        rows[variant.name] = row(clip, variant, summary, swapped)
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return rows


def line(name: str, found: Row, before: dict[str, Any] | None) -> str:
    """A row, each figure that has changed followed by what it was."""

    def told(key: str) -> str:
        value = getattr(found, key)
        text = "none" if value is None else f"{value:.2f}" if isinstance(value, float) else value
        if before is None or before[key] == value:
            return str(text)
        return f"{text} (was {before[key]})"

    keys = [key for key in Row.__dataclass_fields__ if key != "right"]
    cells = [name, *map(told, keys), "yes" if found.right else "NO"]
    return "| " + " | ".join(cells) + " |"


def print_table(tables: dict[str, dict[str, Row]], last: dict[str, Any], *, each: bool) -> None:
    """As filmed, and over the variants; or each of them."""
    heads = ("verdict", "facing", "strides", "rejected", "cadence off spm", "mean °", "SD °")
    print("| " + " | ".join(("clip", *heads, "swapped %", "right")) + " |")
    print("|---|---|---|---:|---:|---:|---:|---:|---:|---|")
    for file, rows in tables.items():
        before = last.get(file, {})
        for name, found in rows.items():
            if each or name == AS_FILMED.name:
                print(line(f"{file}, {name}", found, before.get(name)))
        variants = {name: found for name, found in rows.items() if name != AS_FILMED.name}
        was = [before[name]["right"] for name in variants if name in before]
        right = sum(found.right for found in variants.values())
        means = [found.mean_deg for found in variants.values() if found.mean_deg is not None]
        spread = f", mean {min(means):.1f} to {max(means):.1f}°" if means else ""
        compared = f" (was {sum(was)})" if was else ""
        print(f"{file}: {right} of {len(variants)} variants right{compared}{spread}")


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clip", help="this one only, by its file's name")
    parser.add_argument("--afresh", action="store_true", help="ask the model again")
    parser.add_argument("--each", action="store_true", help="a line for each variant")
    parser.add_argument("--keep", action="store_true", help="set the next table against this one")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    truth = tomllib.loads((folder / "truth.toml").read_text("utf-8"))
    clips = [Clip(**values) for values in truth["clip"]]
    chosen = [clip for clip in clips if arguments.clip in {None, clip.file}]
    table = folder / "table.json"
    last = json.loads(table.read_text("utf-8")) if table.is_file() else {}
    tables = {clip.file: measured(folder, clip, afresh=arguments.afresh) for clip in chosen}
    print_table(tables, last, each=arguments.each)
    if arguments.keep:
        found = {file: {n: asdict(r) for n, r in rows.items()} for file, rows in tables.items()}
        table.write_text(json.dumps({**last, **found}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
