"""The fake bites as the real one does; otherwise the tests of `PiCamera` would prove nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from support.camera.fake_picamera2 import Nothing, Rig
from support.camera.fake_request import POISON, MappedArray, Shot

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.end()


def running(rig: Rig, buffers: int = 4, *, queue: bool = True) -> Any:  # noqa: ANN401
    camera = rig.module.Picamera2()
    streams = {"size": (200, 194), "format": "YUV420"}
    camera.configure(
        camera.create_video_configuration(
            main=streams, lores=streams, buffer_count=buffers, queue=queue
        )
    )
    camera.start()
    return camera


def test_a_capture_that_timed_out_takes_a_later_frame(rig: Rig) -> None:
    camera = running(rig)
    rig.add([Nothing(), Shot(1), Shot(2)])
    with pytest.raises(TimeoutError):
        camera.capture_request(wait=0.5)
    assert camera.capture_request(wait=0.5).shot.t_ns == 2
    assert rig.held == 2


def test_captures_that_timed_out_starve_the_camera_for_ever(rig: Rig) -> None:
    camera = running(rig, buffers=2)
    rig.add([Nothing(), Nothing(), Shot(1), Shot(2), Shot(3), Nothing()])
    for _ in range(2):
        with pytest.raises(TimeoutError):
            camera.capture_request(wait=0.5)
    with pytest.raises(TimeoutError):
        camera.capture_request(wait=0.5)
    assert rig.lost == 1


def test_a_kept_frame_comes_at_once_and_only_the_newest_is_kept(rig: Rig) -> None:
    camera = running(rig)
    for t_ns in (1, 2, 3):
        rig.play(Shot(t_ns))
    assert camera.capture_request().shot.t_ns == 3


def test_without_a_queue_a_capture_waits_for_the_next_frame(rig: Rig) -> None:
    camera = running(rig, queue=False)
    rig.play(Shot(1))
    rig.add([Shot(2)])
    assert camera.capture_request().shot.t_ns == 2


def test_a_request_is_released_once_and_then_overwritten(rig: Rig) -> None:
    camera = running(rig)
    rig.play(Shot(1))
    request = camera.capture_request()
    request.release()
    assert set(request.buffer) == {POISON}
    with pytest.raises(RuntimeError, match="ref_count"):
        request.release()


def test_a_mapped_array_has_padded_rows_and_does_not_outlive_its_block(rig: Rig) -> None:
    camera = running(rig)
    rig.play(Shot(1, yuv=(81, 90, 240)))
    request = camera.capture_request()
    with MappedArray(request, "lores", write=False) as mapped:
        assert mapped.array.shape == (194 * 3 // 2, 256)
        assert np.all(mapped.array[:194, :200] == 81)
        assert np.all(mapped.array[:194, 200:] == POISON)
    with pytest.raises(AttributeError):
        _ = mapped.array

    def keep() -> object:
        with MappedArray(request, "lores", write=False) as mapped:
            return mapped.array

    with pytest.raises(BufferError):
        keep()


def test_one_process_one_camera(rig: Rig) -> None:
    module = rig.module
    camera = module.Picamera2()
    with pytest.raises(RuntimeError):
        module.Picamera2()
    camera.close()
    module.Picamera2()
