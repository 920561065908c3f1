"""Takes the pictures out of a `multipart/x-mixed-replace` body, as MJPEG cameras send it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING

from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PART_BYTES = 20_000_000
"""More than a picture of 50 million pixels has as a rule."""
MOST_HEAD_BYTES = 8_192
BLANK_LINE = re.compile(rb"\r?\n\r?\n")
STAMP = re.compile(r"x-timestamp:\s*([0-9]{1,12}(?:\.[0-9]{1,9})?)\s*$", re.IGNORECASE)
"""Seconds, as ustreamer, mjpg-streamer and Espressif's camera write them before a picture."""
LENGTH = re.compile(r"content-length:\s*([0-9]{1,9})\s*$", re.IGNORECASE)


def boundary_of(content_type: str) -> bytes | None:
    """What stands between two pictures, without the dashes before it; None for another body."""
    message = Message()
    message["content-type"] = content_type
    if message.get_content_type() != "multipart/x-mixed-replace":
        return None
    # Some give it with its dashes, which belong to the body.
    return str(message.get_param("boundary", "")).lstrip("-").encode("latin-1", "replace") or None


@dataclass(frozen=True, slots=True)
class BodyPart:
    """One picture as it was sent.

    Attributes:
        data: of the picture; cut off where the next one begins too soon.
        stamp_ns: when it was taken, by the camera's clock, ns; None where that is not said.
    """

    data: bytes
    stamp_ns: int | None


class MultipartParser:
    """Takes bytes in as they come and gives parts out; never more than one part is kept.

    What stands between two parts, or is no part, is skipped.

    Args:
        boundary: as `boundary_of` gives it.
    """

    def __init__(self, boundary: bytes) -> None:
        self._delimiter = b"--" + boundary
        self._buffer = bytearray()
        self._searched = 0
        self._in_part = False

    def feed(self, data: bytes) -> Iterator[BodyPart]:
        """The parts that are whole now."""
        self._buffer += data
        while True:
            if not self._in_part and not self._begin_part():
                return
            part = self._part()
            if part is None:
                return
            yield part

    def _begin_part(self) -> bool:
        """Skip everything up to the next delimiter and its line; False if that is not there yet."""
        at = self._buffer.find(self._delimiter)
        if at < 0:
            # It may be there in part.
            del self._buffer[: -len(self._delimiter)]
            return False
        line_end = self._buffer.find(b"\n", at)
        if line_end < 0:
            del self._buffer[:at]
            return False
        del self._buffer[: line_end + 1]
        self._in_part, self._searched = True, 0
        return True

    def _part(self) -> BodyPart | None:
        """The part that has begun; None when it is not all there yet."""
        head, start = self._head()
        if start is None:
            return None
        length = _number(LENGTH, head)
        end, after = self._end(start, None if length is None else int(length))
        if end is None:
            return None
        data = bytes(self._buffer[start:end])
        del self._buffer[:after]
        self._in_part = False
        stamp = _number(STAMP, head)
        stamp_ns = None if stamp is None else round(float(stamp) * NS_PER_S)
        return BodyPart(data, stamp_ns)

    def _head(self) -> tuple[list[str], int | None]:
        """The lines before the picture, and where that begins; None when they are not all there."""
        if self._buffer.startswith((b"\r\n", b"\n")):
            return [], self._buffer.index(b"\n") + 1
        found = BLANK_LINE.search(self._buffer, 0, MOST_HEAD_BYTES)
        if found is not None:
            head = bytes(self._buffer[: found.start()])
            return head.decode("latin-1").splitlines(), found.end()
        # No lines are so long: whatever it is, it ends with the next delimiter.
        return [], 0 if len(self._buffer) >= MOST_HEAD_BYTES else None

    def _end(self, start: int, length: int | None) -> tuple[int | None, int]:
        """Where the part ends, and what is to be gone on with; None while it goes on."""
        limit = MOST_PART_BYTES if length is None else min(length, MOST_PART_BYTES)
        # A server that was cut off in a picture may go on with the next, whatever it has promised.
        at = self._buffer.find(self._delimiter, max(start, self._searched), start + limit)
        if at >= 0:
            end = at - len(b"\r\n") if self._buffer[at - 2 : at] == b"\r\n" else at
            return max(end, start), at
        if len(self._buffer) >= start + limit:
            return start + limit, start + limit
        self._searched = len(self._buffer) - len(self._delimiter)
        return None, 0


def _number(pattern: re.Pattern[str], head: list[str]) -> str | None:
    return next((found[1] for line in head if (found := pattern.match(line))), None)
