"""The gait engine's peaks once more: in double precision, all at once, from the definitions.

Nothing of the engine's arithmetic is used, so what the two differ by is what whole numbers cost.
What counts as a frame, a gap and a peak is a choice, and is the same (docs/architecture.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import atan2, degrees, pi, sqrt, tan
from typing import TYPE_CHECKING

from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hipdrive.types.pose import Pose

RATE_HZ = 64
EDGE_PX = 32768.0
Q16 = 65536
LEAST_BODY, LEAST_JOINT = (Q16 * 3 // 10) / Q16, (Q16 // 5) / Q16
"""Scores: of the better shoulder, hip, knee and ankle on average; of each near joint used. 0.3 and
0.2 as whole numbers have them: one score of an hour lay between."""
GAP_S = 0.25
TRUNK_S = 1.0
NEARER_S = 0.25
MISFITS = 3
FIRST_DROP_DEG, DROP_DEG = 15.0, 3.0
RISE_DEG, RISE_SHARE = 15.0, 0.7
CONFIRM_SAMPLES = 4
TIE_DEG = 0.0005
"""What samples differ by between whole numbers and these."""
SHORTEST_S, LONGEST_S = 0.5, 1.1


@dataclass(frozen=True, slots=True)
class ReferencePeak:
    """A peak of the near leg's thigh extension, and hip extension then.

    Attributes:
        other: around the sample beside, where that is as high: one stride of an hour.
    """

    t_ns: float
    thigh_ext_deg: float
    hip_ext_deg: float
    other: ReferencePeak | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """The near leg without a gap: angles 64 times a second from `start_ns` on, not delayed."""

    start_ns: float
    thigh_deg: list[float]
    hip_deg: list[float]


def traces(poses: Iterable[Pose], facing: Side, filter_hz: float) -> list[Trace]:
    """What the engine's samples should be, from one gap to the next."""
    delay_ns = delay_s(filter_hz) * 1e9
    found = []
    for bout in bouts(poses, facing):
        t_s = [(pose.t_ns - bout[0].t_ns) / 1e9 for pose in bout]
        steady = steadied(t_s, coordinates(bout, facing))
        smooth = [low_pass(on_grid(t_s, v), filter_hz) for v in steady]
        thigh, hip = [], []
        for shoulder_x, shoulder_y, hip_x, hip_y, knee_x, knee_y in zip(*smooth, strict=True):
            back = degrees(atan2(hip_x - knee_x, knee_y - hip_y))
            lean = degrees(atan2(shoulder_x - hip_x, hip_y - shoulder_y))
            thigh.append(back)
            hip.append(back - lean)
        found.append(Trace(bout[0].t_ns - delay_ns, thigh, hip))
    return found


def peaks(poses: Iterable[Pose], facing: Side, filter_hz: float) -> list[list[ReferencePeak]]:
    """The near leg's peaks, from one gap to the next."""
    return [
        [vertex(trace, top) for top in maxima(trace.thigh_deg)]
        for trace in traces(poses, facing, filter_hz)
    ]


def score(pose: Pose, name: str) -> float:
    return pose[name].score / Q16


def is_frame(pose: Pose, near: Side) -> bool:
    body = ("shoulder", "hip", "knee", "ankle")
    better = [max(score(pose, f"{side}_{joint}") for side in Side) for joint in body]
    sure = min(score(pose, f"{near}_{joint}") for joint in body[:3])
    return sum(better) / len(better) >= LEAST_BODY and sure >= LEAST_JOINT


def bouts(poses: Iterable[Pose], near: Side) -> list[list[Pose]]:
    """Frames that hang together."""
    frames = [pose for pose in poses if is_frame(pose, near)]
    found = [frames[:1]]
    for before, pose in pairwise(frames):
        if not 0 < pose.t_ns - before.t_ns <= GAP_S * 1e9:
            found.append([])
        found[-1].append(pose)
    return found


def coordinates(bout: list[Pose], facing: Side) -> list[list[float]]:
    """x forwards and y down in pixels: the near side's shoulder, hip and knee, the far side's rest.

    The far side has shoulder and hip, of which only the trunk is made.
    """
    forward = 1 if facing is Side.RIGHT else -1
    joints = [f"{facing}_{joint}" for joint in ("shoulder", "hip", "knee")]
    joints += [f"{facing.other}_{joint}" for joint in ("shoulder", "hip")]
    columns = []
    for joint in joints:
        columns.append([forward * pose[joint].x / Q16 for pose in bout])
        columns.append([pose[joint].y / Q16 for pose in bout])
    return columns


def steadied(t_s: list[float], columns: list[list[float]]) -> list[list[float]]:
    """Near shoulder, hip and knee; shoulder and hip where the trunk as one body has them.

    That is the middle of both shoulders and both hips, plus where the joint lies from it: the mean
    of the first second, then a low-pass of one pole whose time constant is as long (the backward
    difference of TRUNK_S dy/dt = x - y). Where the trunk is longer or shorter by more than a tenth,
    all of it follows that with a time constant of NEARER_S. A frame with a joint a quarter of the
    trunk off stays as it is; the third in a row begins it anew.
    """
    steady = [column[:1] for column in columns[:6]]
    trunk = [columns[i] for i in (0, 1, 2, 3, 6, 7, 8, 9)]
    offsets, since_s, misfits = from_middle([column[0] for column in trunk]), t_s[0], 0
    for i in range(1, len(t_s)):
        here = [column[i] for column in trunk]
        apart = from_middle(here)
        offsets = grown(offsets, apart, t_s[i] - t_s[i - 1])
        misfits = 0 if fits(apart, offsets) else misfits + 1
        if misfits == MISFITS:
            offsets, since_s, misfits = apart, t_s[i], 0
        elif not misfits:
            elapsed_s = t_s[i] - t_s[i - 1]
            share = elapsed_s / (elapsed_s + min(t_s[i] - since_s, TRUNK_S))
            offsets = [of + (at - of) * share for of, at in zip(offsets, apart, strict=True)]
            here = [at - now + of for at, now, of in zip(here, apart, offsets, strict=True)]
        for slot, value in enumerate((*here[:4], columns[4][i], columns[5][i])):
            steady[slot].append(value)
    return steady


def from_middle(joints: list[float]) -> list[float]:
    middle = (sum(joints[::2]) / 4, sum(joints[1::2]) / 4)
    return [at - middle[slot % 2] for slot, at in enumerate(joints)]


def grown(usual: list[float], now: list[float], elapsed_s: float) -> list[float]:
    length, known = (
        max(max(of[axis::2]) - min(of[axis::2]) for axis in (0, 1)) for of in (now, usual)
    )
    if 10 * abs(length - known) <= known:
        return usual
    by = (length - known) / known * elapsed_s / (elapsed_s + NEARER_S)
    return [of * (1 + by) for of in usual]


def fits(now: list[float], usual: list[float]) -> bool:
    size = min(max(of[::2]) - min(of[::2]) + max(of[1::2]) - min(of[1::2]) for of in (now, usual))
    return all(4 * abs(a - b) <= size for a, b in zip(now, usual, strict=True))


def on_grid(t_s: list[float], values: list[float]) -> list[float]:
    """Straight lines between the values, read off 64 times a second from the first one on."""
    found = values[:1]
    for (from_s, a), (to_s, b) in pairwise(zip(t_s, values, strict=True)):
        while (now_s := len(found) / RATE_HZ) <= to_s:
            found.append(a + (b - a) * (now_s - from_s) / (to_s - from_s))
    return found


def warped(filter_hz: float) -> float:
    """Cut-off of the analog filter that the bilinear transform brings to the one asked for, rad/s.

    The analog filter is H(s) = w^2 / (s^2 + sqrt(2) w s + w^2).
    """
    return 2 * RATE_HZ * tan(pi * filter_hz / RATE_HZ)


def delay_s(filter_hz: float) -> float:
    """Group delay of H(s) at 0 Hz, sqrt(2) / w; the transform leaves it as it is there."""
    return sqrt(2) / warped(filter_hz)


def low_pass(values: list[float], filter_hz: float) -> list[float]:
    """H(s) with s = 2 * 64 (1 - z^-1) / (1 + z^-1), settled on the first value; transposed.

    Its output stops where the pixels of Q16.16 end.
    """
    s, w = 2 * RATE_HZ, warped(filter_hz)
    a0 = s * s + sqrt(2) * w * s + w * w
    a1, a2 = 2 * (w * w - s * s) / a0, (s * s - sqrt(2) * w * s + w * w) / a0
    b0 = w * w / a0
    first = values[0]
    later, latest = first * (1 - b0), first * (b0 - a2)
    found = []
    for x in values:
        y = min(max(b0 * x + later, -EDGE_PX), EDGE_PX)
        later = 2 * b0 * x - a1 * y + latest
        latest = b0 * x - a2 * y
        found.append(y)
    return found


def maxima(angle: list[float]) -> Iterator[int]:
    """Where the peaks are: hysteresis of 3 degrees, 70 % of the last rise, half a second apart.

    A peak is told 4 samples later at the earliest; the first one may turn out to be a bump.
    """
    climbing, drop, rise = True, FIRST_DROP_DEG, RISE_DEG
    first = True
    top: int | None = None
    peak: int | None = None
    valley: float | None = None
    for i, here in enumerate(angle):
        if not climbing:
            if peak is not None and i - peak > LONGEST_S * RATE_HZ:
                peak = valley = None
                rise = RISE_DEG
            valley = here if valley is None else min(valley, here)
            if here <= angle[i - 1] or here < valley + rise:
                continue
            climbing, top = True, None
        if top is None or here > angle[top]:
            top = i
        elif i - top >= CONFIRM_SAMPLES and here <= angle[top] - drop:
            climbing = False
            too_soon = peak is not None and top - peak < SHORTEST_S * RATE_HZ
            if too_soon and not (first and angle[top] >= angle[peak or 0] + DROP_DEG):
                continue
            first = peak is None
            climbed = angle[top] - (here if valley is None else valley)
            valley, drop = here, DROP_DEG
            if top > 0:
                peak, rise = top, max(RISE_DEG, RISE_SHARE * climbed)
                yield top


def vertex(trace: Trace, top: int) -> ReferencePeak:
    """The parabola around the highest sample, and around one that is as high."""
    beside = [
        at for at in (top - 1, top + 1) if trace.thigh_deg[top] - trace.thigh_deg[at] <= TIE_DEG
    ]
    # A maximum of the trace, so the one beside has a lower one on its other side too.
    return replace(around(trace, top), other=around(trace, beside[0]) if beside else None)


def around(trace: Trace, top: int) -> ReferencePeak:
    """The parabola through a sample and its neighbours, by Newton's differences."""
    before, here, after = trace.thigh_deg[top - 1 : top + 2]
    bend = (after - here) - (here - before)
    off = -(after - before) / 2 / bend
    return ReferencePeak(
        t_ns=trace.start_ns + (top + off) / RATE_HZ * 1e9,
        thigh_ext_deg=on_parabola(trace.thigh_deg[top - 1 : top + 2], off),
        hip_ext_deg=on_parabola(trace.hip_deg[top - 1 : top + 2], off),
    )


def on_parabola(three: list[float], off: float) -> float:
    """Height of the parabola through three samples, `off` samples after the middle one."""
    a, b, c = three
    return a + (off + 1) * (b - a) + (off + 1) * off / 2 * ((c - b) - (b - a))
