"""Pictures out of the body that an MJPEG camera sends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.camera.stream.multipart import BodyPart, MultipartParser, boundary_of

ONE, OTHER = b"\xff\xd8one\r\n\r\n\xff\xd9", b"\xff\xd8other\n--\xff\xd9"
NEXT = b"--frame\r\nContent-Length: 1\r\n\r\nx"


def parsed(body: bytes, size: int = 65_536, boundary: bytes = b"frame") -> list[BodyPart]:
    parser = MultipartParser(boundary)
    return [
        part
        for start in range(0, len(body), size)
        for part in parser.feed(body[start : start + size])
    ]


def with_length(data: bytes, more: str = "") -> bytes:
    return f"--frame\r\nContent-Length: {len(data)}\r\n{more}\r\n".encode() + data + b"\r\n"


@pytest.mark.parametrize("size", [1, 7, 65_536])
def test_parts_are_found_however_the_network_cuts_them(size: int) -> None:
    body = with_length(ONE) + with_length(OTHER, "X-Timestamp: 12.000250\r\n")
    assert parsed(body, size) == [BodyPart(ONE, None), BodyPart(OTHER, 12_000_250_000)]


@pytest.mark.parametrize("size", [1, 7, 65_536])
def test_without_a_length_a_part_ends_where_the_next_begins(size: int) -> None:
    head = b"\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n"
    assert parsed(head + ONE + head + OTHER + head, size) == [
        BodyPart(ONE, None),
        BodyPart(OTHER, None),
    ]


def test_lines_may_end_in_a_line_feed_alone_and_a_part_may_have_no_head() -> None:
    body = b"--frame\nX-Timestamp: 3\nContent-Length: %d\n\n%b\n--frame\n\n%b\n--frame\n\n" % (
        len(ONE),
        ONE,
        OTHER,
    )
    assert [part.stamp_ns for part in parsed(body)] == [3_000_000_000, None]
    assert parsed(body)[0].data == ONE


def test_half_a_picture_costs_no_more_than_itself() -> None:
    half = b"--frame\r\nContent-Length: 1000\r\n\r\n" + ONE[:5]
    assert [part.data for part in parsed(half + with_length(OTHER))] == [ONE[:5], OTHER]


def test_garbage_between_pictures_is_skipped() -> None:
    junk = bytes(range(256)) * 40
    assert [part.data for part in parsed(junk + with_length(ONE) + junk + with_length(OTHER))] == [
        ONE,
        OTHER,
    ]


def test_a_head_without_end_is_left_at_the_next_picture() -> None:
    body = b"--frame\r\n" + b"X-Long: " + b"a" * 20_000 + with_length(ONE) + NEXT
    assert ONE in [part.data for part in parsed(body)]


def test_endless_data_is_not_kept() -> None:
    parser = MultipartParser(b"frame")
    for _ in range(100):
        assert list(parser.feed(bytes(100_000))) == []
    assert len(parser._buffer) < 1000


@given(st.lists(st.one_of(st.binary(max_size=200), st.just(NEXT)), max_size=20), st.integers(1, 50))
def test_nothing_that_a_server_sends_is_an_error(pieces: list[bytes], size: int) -> None:
    body = b"".join(pieces)
    found = parsed(body, size)
    assert [part.data for part in found] == [part.data for part in parsed(body)]
    assert sum(len(part.data) for part in found) <= len(body)


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/x-mixed-replace; boundary=frame", b"frame"),
        ('multipart/x-mixed-replace;boundary="--my frame"', b"my frame"),
        ("Multipart/X-Mixed-Replace; boundary=--ipcamera", b"ipcamera"),
        ("multipart/x-mixed-replace", None),
        ("image/jpeg", None),
        ("", None),
    ],
)
def test_the_boundary(content_type: str, boundary: bytes | None) -> None:
    assert boundary_of(content_type) == boundary
