"""The largest picture that is decoded, and the size that an image file says it has."""

from __future__ import annotations

from hipdrive.errors import SourceError

MOST_PIXELS = 50_000_000
"""8K video has 33 million, and what is not needed is thrown away at once; a picture of this size
takes 0.3 GB while it is decoded."""
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG's frame header; the three are tables (ITU-T T.81, table B.1)."""
_START_OF_SCAN = 0xDA
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def check_pixels(width_px: int, height_px: int, where: str) -> None:
    """Refuse a picture that is too large.

    Args:
        width_px: its width.
        height_px: its height.
        where: the file, for the message.

    Raises:
        SourceError: it has more than `MOST_PIXELS`.
    """
    if width_px * height_px > MOST_PIXELS:
        raise SourceError(
            f"{where}: its pictures are {width_px}x{height_px}, and at most "
            f"{MOST_PIXELS // 1_000_000} million pixels are read; make them smaller: "
            "a runner needs no more than 1920x1080"
        )


def declared_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels by the header of a PNG or JPEG, without decoding it.

    Args:
        data: the file.

    Returns:
        None where the header does not say: no decoder will make a picture of that.
    """
    if data.startswith(PNG):
        # The first chunk is the header (PNG specification, 11.2.1).
        width_px, height_px = data[16:20], data[20:24]
        return int.from_bytes(width_px, "big"), int.from_bytes(height_px, "big")
    return _jpeg_size(data) if data.startswith(JPEG) else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """The size in the first frame header, which comes before the first scan."""
    at = 2
    while (at := data.find(b"\xff", at)) >= 0 and at + 9 <= len(data):
        marker = data[at + 1]
        if marker in _FRAME_HEADERS:
            height_px, width_px = data[at + 5 : at + 7], data[at + 7 : at + 9]
            return int.from_bytes(width_px, "big"), int.from_bytes(height_px, "big")
        if marker == _START_OF_SCAN:
            return None
        if marker == 0xFF:  # noqa: PLR2004  # a byte that fills
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
