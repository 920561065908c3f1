from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import hipdrive
from hipdrive import loop
from hipdrive.types.coach_status import NOT_COACHED
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.frame import Frame
from hipdrive.types.frame_result import FrameResult
from hipdrive.types.gait_update import GaitUpdate, Sample
from support.keypoints import all_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hipdrive.types.pose import Pose


@dataclass
class TracedStages:
    """Every stage and sink of the loop, and what was asked of them, in order."""

    cues_a_frame: int = 0
    calls: list[str] = field(default_factory=list)
    results: list[FrameResult] = field(default_factory=list)
    laps: list[int] = field(default_factory=list)
    now_ns: int = 1_000

    def estimate(self, view: int) -> Pose:
        self.calls.append(f"estimate {view}")
        return all_at(view, view, 0, 0)

    def update(self, t_ns: int) -> GaitUpdate:
        return GaitUpdate((Sample(t_ns, 1, 2, 3, 4),))

    def cues(self, t_ns: int) -> tuple[Cue, ...]:
        return tuple(Cue(t_ns, CueKind.BUZZ, number) for number in range(self.cues_a_frame))

    def clock_ns(self) -> int:
        self.now_ns += 7
        return self.now_ns

    def run(self, views: Iterable[int], sinks: list[str]) -> None:
        loop.run(
            views,
            self.estimate,
            TracedGait(self),
            TracedCoach(self),
            TracedPanel(self),
            [TracedLoopSink(self, name) for name in sinks],
            self.clock_ns,
            self.laps.append,
        )


@dataclass
class TracedGait:
    stages: TracedStages

    def step(self, pose: Pose) -> GaitUpdate:
        self.stages.calls.append(f"gait {pose.t_ns}")
        return self.stages.update(pose.t_ns)


@dataclass
class TracedCoach:
    stages: TracedStages
    status = NOT_COACHED

    def step(self, t_ns: int, update: GaitUpdate) -> tuple[Cue, ...]:
        assert update == self.stages.update(t_ns)
        self.stages.calls.append(f"coach {t_ns}")
        return self.stages.cues(t_ns)


@dataclass
class TracedPanel:
    stages: TracedStages

    def show(self, cue: Cue) -> bool:
        self.stages.calls.append(f"show {cue.t_ns}.{cue.thigh_ext_bam}")
        return True


@dataclass
class TracedLoopSink:
    stages: TracedStages
    name: str

    def on_frame(self, result: FrameResult) -> None:
        self.stages.calls.append(f"{self.name} {result.pose.t_ns}")
        self.stages.results.append(result)


def test_a_frame_goes_the_whole_way_and_the_cue_is_shown_before_any_sink_sees_it() -> None:
    stages = TracedStages(cues_a_frame=2)
    stages.run([1, 2], ["stats", "recorder", "hub"])
    assert stages.calls == [
        f"{step} {frame}{which}"
        for frame in (1, 2)
        for step, which in (
            ("estimate", ""),
            ("gait", ""),
            ("coach", ""),
            ("show", ".0"),
            ("show", ".1"),
            ("stats", ""),
            ("recorder", ""),
            ("hub", ""),
        )
    ]


def test_sinks_are_given_pose_update_and_cues_of_the_frame() -> None:
    stages = TracedStages(cues_a_frame=1)
    stages.run([5], ["stats", "hub"])
    pose = all_at(5, 5, 0, 0)
    result = FrameResult(pose, stages.update(5), stages.cues(5))
    assert stages.results == [result, result]


def test_each_frame_brings_a_lap_with_the_time_between_the_two_looks_at_the_clock() -> None:
    stages = TracedStages()
    stages.run([1, 2, 3], ["stats"])
    assert stages.laps == [7, 7, 7]
    # Two looks a frame: the clock is not asked for anything else.
    assert stages.now_ns == 1_000 + 3 * 2 * 7


def test_a_source_without_frames_asks_for_nothing() -> None:
    stages = TracedStages()
    stages.run([], ["stats"])
    assert (stages.calls, stages.laps) == ([], [])


def test_frames_are_asked_for_one_at_a_time() -> None:
    stages = TracedStages()

    def source() -> Iterator[int]:
        for view in (1, 2):
            stages.calls.append(f"source {view}")
            yield view

    stages.run(source(), [])
    assert stages.calls == [
        f"{step} {frame}" for frame in (1, 2) for step in ("source", "estimate", "gait", "coach")
    ]


def test_an_error_of_the_source_ends_the_loop_after_the_frames_before_it() -> None:
    stages = TracedStages()

    def source() -> Iterator[int]:
        yield 1
        raise OSError("the camera is gone")

    with pytest.raises(OSError, match="the camera is gone"):
        stages.run(source(), ["hub"])
    assert stages.calls[-1] == "hub 1"
    assert len(stages.laps) == 1


def test_the_loop_imports_nothing_but_the_types_and_the_standard_library() -> None:
    root = Path(hipdrive.__file__).parents[1]
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules);"
        "import hipdrive.loop; print(*sorted(set(sys.modules) - before))"
    )
    command = [sys.executable, "-I", "-c", program, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # our own program
    foreign = {
        name for name in done.stdout.split() if name.split(".")[0] not in sys.stdlib_module_names
    }
    assert {name for name in foreign if not name.startswith("hipdrive.types")} == {
        "hipdrive",
        "hipdrive.loop",
    }


def test_a_frame_travels_with_its_result_and_a_recorded_pose_has_none() -> None:
    stages = TracedStages()
    frame = Frame(3, np.zeros((2, 2, 3), np.uint8))

    views: list[Frame | Pose] = [frame, stages.estimate(4)]

    def estimate(view: Frame | Pose) -> Pose:
        return stages.estimate(view.t_ns)

    seen = loop.results(
        loop.seen(views, estimate, stages.clock_ns),
        TracedGait(stages),
        TracedCoach(stages),
        TracedPanel(stages),
        [],
        stages.clock_ns,
        stages.laps.append,
    )
    first = next(seen)
    assert first.frame is frame
    assert first.without_frame() == FrameResult(first.pose, first.gait, first.cues)
    assert stages.laps == [7], "the lap ends before the result is handed out"
    assert [result.frame for result in seen] == [None]
