"""Frames of the fake picamera2: what the sensor completes, and the buffers it lies in."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from support.camera.fake_picamera2 import Picamera2

POISON = 0xA5
"""What a released buffer is filled with."""


@dataclass(frozen=True)
class Shot:
    """The sensor completes a frame of one colour.

    Attributes:
        t_ns: `SensorTimestamp`; None: the metadata lack it.
        yuv: the colour (BT.601, limited range).
        right: the colour of the right half of the picture; None: the same.
    """

    t_ns: int | None
    yuv: tuple[int, int, int] = (81, 90, 240)
    right: tuple[int, int, int] | None = None


class Request:
    """A completed request, `CompletedRequest` in picamera2."""

    def __init__(self, camera: Picamera2, buffer: bytearray, shot: Shot) -> None:
        self.camera = camera
        self.buffer = buffer
        self.shot = shot
        self.released = False
        _paint(buffer, camera.camera_configuration()["lores"], shot)

    def get_metadata(self) -> dict[str, Any]:
        """What the sensor says about the frame."""
        assert not self.released, "metadata of a released request"
        stamp = {} if self.shot.t_ns is None else {"SensorTimestamp": self.shot.t_ns}
        return stamp | self.camera.exposure()

    def release(self) -> None:
        """Give the buffer back to the sensor."""
        if self.released:
            message = "CompletedRequest: lock now has negative ref_count"
            raise RuntimeError(message)
        self.camera.rig.held -= 1
        self.recycle()

    def recycle(self) -> None:
        """Let the sensor overwrite the buffer."""
        self.released = True
        self.buffer[:] = bytes([POISON]) * len(self.buffer)
        self.camera.free.append(self.buffer)


class MappedArray:
    """A look into a request's buffer, for the length of a `with`."""

    def __init__(
        self,
        request: Request,
        stream: str,
        reshape: bool = True,  # noqa: FBT001, FBT002
        write: bool = True,  # noqa: FBT001, FBT002
    ) -> None:
        assert not request.released, "mapping a released request"
        assert stream == "lores"
        assert reshape
        assert not write, "a writable map costs a copy"
        self._request = request

    def __enter__(self) -> Self:
        stream = self._request.camera.camera_configuration()["lores"]
        memory = np.frombuffer(self._request.buffer, np.uint8)
        self._views = weakref.ref(memory)
        self.array = memory.reshape(stream["size"][1] * 3 // 2, stream["stride"])
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        del self.array
        # An error that is on its way may hold a view in its traceback.
        if kind is None and self._views() is not None:
            message = "cannot close exported pointers exist"
            raise BufferError(message)


def _paint(buffer: bytearray, stream: dict[str, Any], shot: Shot) -> None:
    """Fill the planes as libcamera lays them out; the padding keeps what was there."""
    (width, height), stride = stream["size"], stream["stride"]
    memory = np.frombuffer(buffer, np.uint8)
    sizes = ((height, stride), (height // 2, stride // 2), (height // 2, stride // 2))
    start = 0
    for (rows, pitch), left, right in zip(sizes, shot.yuv, shot.right or shot.yuv, strict=True):
        plane = memory[start : start + rows * pitch].reshape(rows, pitch)
        visible = width * pitch // stride
        plane[:, : visible // 2] = left
        plane[:, visible // 2 : visible] = right
        start += rows * pitch
