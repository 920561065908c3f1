"""By which clock the pictures of a stream are timed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from hipdrive.camera.stream.clock import StreamClock, TimeSource

MS, S = 1_000_000, 1_000_000_000
PERIOD_NS = 33_333_333
BOOT_NS, CAMERA_NS = 5_000 * S, 1_700_000_000 * S
"""What this machine's clock says when the camera's says that."""


def delays(count: int, seed: int = 1) -> list[int]:
    """How much later than the quickest pictures arrive over Wi-Fi, ns: 0 to 80 ms."""
    return [
        int(each * MS) for each in np.random.default_rng(seed).exponential(15, count).clip(0, 80)
    ]


def taken(count: int) -> list[int]:
    return [number * PERIOD_NS for number in range(count)]


def followed(clock: StreamClock, stamps: list[int], arrivals: list[int]) -> list[int]:
    times = [clock.time_ns(*pair) for pair in zip(stamps, arrivals, strict=True)]
    return [each for each in times if each is not None]


def in_order(delayed: list[int]) -> list[int]:
    """Arrivals over one connection: nothing overtakes."""
    return [max(delayed[: number + 1]) for number in range(len(delayed))]


def test_pictures_that_arrive_unevenly_have_the_even_times_of_the_camera() -> None:
    true = taken(900)
    arrivals = in_order([BOOT_NS + t + late for t, late in zip(true, delays(900), strict=True)])
    clock = StreamClock()
    times = followed(clock, [CAMERA_NS + t for t in true], arrivals)
    steps = np.diff(times[90:]) - PERIOD_NS
    # Following the other clock may take 0.2 % off, and no more.
    assert clock.source is TimeSource.STREAM
    assert np.abs(steps).max() <= 0.0021 * PERIOD_NS
    assert np.diff(arrivals).std() > 10 * MS


def test_times_are_those_of_this_machine_as_soon_as_pictures_come_quickly() -> None:
    true = taken(300)
    arrivals = in_order([BOOT_NS + t + late for t, late in zip(true, delays(300), strict=True)])
    times = followed(StreamClock(), [CAMERA_NS + t for t in true], arrivals)
    late = [arrived - t for arrived, t in zip(arrivals[-len(times) :], times, strict=True)]
    assert abs(min(late[60:])) <= 5 * MS


def test_what_a_server_had_kept_and_sends_at_once_does_not_shift_the_times() -> None:
    true = taken(300)
    # The first second comes in one go, when it is over.
    arrivals = [BOOT_NS + max(t, S) for t in true]
    times = followed(StreamClock(), [CAMERA_NS + t for t in true], arrivals)
    assert times[-1] == BOOT_NS + true[-1]


@pytest.mark.parametrize("ppm", [-200, 200])
def test_a_clock_that_is_a_little_off_is_followed_for_an_hour(ppm: int) -> None:
    true = [number * S // 5 for number in range(5 * 3600)]
    stamps = [CAMERA_NS + t + t * ppm // 1_000_000 for t in true]
    clock = StreamClock()
    times = followed(clock, stamps, [BOOT_NS + t for t in true])
    assert clock.source is TimeSource.STREAM
    assert abs(times[-1] - BOOT_NS - true[-1]) < 5 * MS


@pytest.mark.parametrize("speed", [0.5, 0.96, 0.985, 1.015, 1.04, 2.0, 25.0])
def test_a_clock_of_another_speed_is_not_used(speed: float) -> None:
    true = taken(600)
    arrivals = [BOOT_NS + t for t in true]
    clock = StreamClock()
    times = followed(clock, [CAMERA_NS + round(t * speed) for t in true], arrivals)
    # At 25 times the speed, each picture is a jump.
    assert clock.source is (TimeSource.DRIFTS if speed < 25 else TimeSource.JUMPS)
    assert times[-30:] == arrivals[-30:]


def test_a_network_that_is_slow_for_a_while_is_no_reason_to_leave_the_cameras_clock() -> None:
    true = taken(1200)
    # For ten seconds up to two seconds late, and then everything at once.
    late = [min(t - 10 * S, 2 * S) if 10 * S < t < 20 * S else 0 for t in true]
    arrivals = in_order([BOOT_NS + t + each for t, each in zip(true, late, strict=True)])
    clock = StreamClock()
    times = followed(clock, [CAMERA_NS + t for t in true], arrivals)
    assert clock.source is TimeSource.STREAM
    assert len(times) == len(true)
    assert np.abs(np.diff(times) - PERIOD_NS).max() <= 0.0021 * PERIOD_NS


@pytest.mark.parametrize("jump_s", [-3600, -1, 5, 3600])
def test_a_clock_that_is_set_once_goes_on_as_if_it_had_not(jump_s: int) -> None:
    true = taken(600)
    stamps = [CAMERA_NS + t + (jump_s * S if t > 10 * S else 0) for t in true]
    clock = StreamClock()
    times = followed(clock, stamps, [BOOT_NS + t for t in true])
    assert clock.source is TimeSource.STREAM
    assert times == [BOOT_NS + t for t in true]


@pytest.mark.parametrize("jump_s", [-7, 7])
def test_a_clock_that_jumps_again_and_again_is_not_used(jump_s: int) -> None:
    true = taken(900)
    stamps = [CAMERA_NS + t + jump_s * S * (t // (5 * S)) for t in true]
    clock = StreamClock()
    times = followed(clock, stamps, [BOOT_NS + t for t in true])
    assert clock.source is TimeSource.JUMPS
    assert times == [BOOT_NS + t for t in true]


def test_a_clock_that_stands_still_is_not_used() -> None:
    arrivals = [BOOT_NS + t for t in taken(100)]
    clock = StreamClock()
    assert followed(clock, [CAMERA_NS] * 100, arrivals) == arrivals
    assert clock.source is TimeSource.JUMPS


def test_a_stream_without_times_has_those_of_its_arrival() -> None:
    clock = StreamClock()
    arrivals = [BOOT_NS + t for t in taken(30)]
    assert [clock.time_ns(None, each) for each in arrivals] == arrivals
    assert clock.source is TimeSource.NO_TIMES


def test_after_a_new_connection_times_go_on_and_the_clock_is_trusted_again() -> None:
    clock = StreamClock()
    first = followed(clock, [CAMERA_NS] * 60, [BOOT_NS + t for t in taken(60)])
    clock.reconnected()
    assert clock.source is TimeSource.STREAM
    later = BOOT_NS + 10 * S
    # Its clock begins at nought, as that of a camera that was switched on again does.
    second = followed(clock, taken(60), [later + t for t in taken(60)])
    assert second == [later + t for t in taken(60)]
    assert all(one < other for one, other in pairwise([*first, *second]))
