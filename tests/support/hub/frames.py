"""Frame results made by hand, and a hub that reconnects quickly."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

from hipdrive.config import HubConfig
from hipdrive.hub.mqtt.backoff import Backoff
from hipdrive.types.fixed_point import ONE
from hipdrive.types.frame_result import FrameResult
from hipdrive.types.gait_update import GaitUpdate, Sample
from hipdrive.types.side import Side
from hipdrive.types.stride import Stride
from support.hub.hub_and_link import HubAndLink
from support.keypoints import all_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hipdrive.types.cue import Cue
    from hipdrive.types.pose import Pose
    from hipdrive.types.stride import Rejection

SESSION = "20260101T060000Z-a1b2"
T0_NS = 7_000_000_000_000
"""A camera's clock does not begin with the session."""
FRAME_NS = 16_666_667
STRIDE_NS = 700_000_000
FAST = Backoff(first_s=0.05, longest_s=0.2)


def hub_config(port: int, **fields: Any) -> HubConfig:  # noqa: ANN401 - whatever the field takes
    return HubConfig(**{"host": "127.0.0.1", "port": port, **fields})


def make_hub(port: int, **fields: Any) -> HubAndLink:  # noqa: ANN401 - whatever the field takes
    return HubAndLink(hub_config(port, **fields), SESSION, dict, backoff=FAST)


def until(condition: Callable[[], object]) -> None:
    """Wait for what another thread does, where nothing signals it."""
    for _ in range(6000):
        if condition():
            return
        Event().wait(0.01)
    raise AssertionError("did not come about")


def until_none(left: Callable[[], int]) -> None:
    """Wait until nothing is left, as long as it gets less."""
    while before := left():
        until(lambda: left() != before)


def pose(t_ns: int, score: int = ONE) -> Pose:
    return all_at(t_ns, 100 * ONE, 200 * ONE, score)


def stride(
    number: int,
    *,
    near: bool = True,
    thigh_ext_bam: int | None = None,
    rejection: Rejection | None = None,
) -> Stride:
    """The stride of that number, which its angles identify."""
    return Stride(
        t_ns=T0_NS + number * STRIDE_NS,
        leg=Side.LEFT if near else Side.RIGHT,
        near=near,
        thigh_ext_bam=number << 20 if thigh_ext_bam is None else thigh_ext_bam,
        hip_ext_bam=-(number << 19),
        stride_time_ns=STRIDE_NS,
        rejection=rejection,
    )


def sample(t_ns: int) -> Sample:
    return Sample(t_ns, 1 << 28, -(1 << 28), 1 << 27, -(1 << 27))


def frame_result(
    t_ns: int,
    strides: Iterable[Stride] = (),
    samples: Iterable[Sample] = (),
    cues: Iterable[Cue] = (),
    score: int = ONE,
) -> FrameResult:
    return FrameResult(pose(t_ns, score), GaitUpdate(tuple(samples), tuple(strides)), tuple(cues))


def first_result() -> FrameResult:
    """Sets the session's time to zero."""
    return frame_result(T0_NS)


def stride_result(number: int, **fields: Any) -> FrameResult:  # noqa: ANN401 - as in `stride`
    """The frame that completed the stride of that number."""
    one = stride(number, **fields)
    return frame_result(one.t_ns, [one])


def stride_t_s(number: int) -> float:
    """The time of that stride in messages."""
    return round(number * 0.7, 3)
