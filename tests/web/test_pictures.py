"""What many pages get of the same: made once, the newest alone, and nothing of a closed camera."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar
from unittest.mock import Mock

import cv2
import numpy as np
import pytest

from hipdrive.types.frame import Frame
from hipdrive.web import pictures
from hipdrive.web.alignment import quality_of
from hipdrive.web.live_view import PICTURES_NS, LiveView, Picture
from hipdrive.web.newest_part import NewestPart
from hipdrive.web.pictures import PictureFeed

if TYPE_CHECKING:
    from collections.abc import Coroutine

Result = TypeVar("Result")
READERS = 5
LONG_S = 60.0


def frame(number: int, grey: int = 0) -> Frame:
    """One for every picture that a page may have."""
    return Frame(number * PICTURES_NS, np.full((720, 1280, 3), grey, np.uint8))


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What it returns; in another thread, because the browser of other tests has a loop in ours."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


async def ready() -> None:
    """Whoever is to wait, waits."""
    for _ in range(READERS):
        await asyncio.sleep(0)


def test_each_picture_is_encoded_once_for_all_who_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    encoded = pictures.encoded

    def counted(picture: Picture) -> bytes:
        made.append(picture.t_ns)
        return encoded(picture)

    monkeypatch.setattr(pictures, "encoded", counted)

    async def watched() -> list[set[bytes]]:
        view = LiveView()
        feed = PictureFeed(view, lambda: False)
        readers = [feed.stream() for _ in range(READERS)]
        shown = []
        for number in range(3):
            waiting = [asyncio.ensure_future(anext(reader)) for reader in readers]
            await ready()
            view.offer(frame(number, 80 * number), None, None)
            shown.append(set(await asyncio.gather(*waiting)))
        for reader in readers:
            await reader.aclose()
        await ready()
        assert not view.watched
        assert view.on_picture is None
        assert feed.watchers == 0
        return shown

    shown = run(watched())
    assert made == [0, PICTURES_NS, 2 * PICTURES_NS]
    assert [len(parts) for parts in shown] == [1, 1, 1]
    for number, (part,) in enumerate(shown):
        head, _, body = part.partition(b"\r\n\r\n")
        assert head.startswith(b"--picture\r\nContent-Type: image/jpeg")
        picture = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert picture.shape == (288, 512, 3)
        assert picture.mean() == pytest.approx(80 * number, abs=2)


@pytest.mark.parametrize(
    ("camera", "shown"),
    [((360, 480), (360, 480)), ((480, 640), (384, 512)), ((1280, 720), (512, 288))],
)
def test_the_longer_side_is_shown_with_512_px_at_most(
    camera: tuple[int, int], shown: tuple[int, int]
) -> None:
    picture = Picture(np.zeros((*camera, 3), np.uint8), None, 0, None)
    jpeg = cv2.imdecode(np.frombuffer(pictures.encoded(picture), np.uint8), cv2.IMREAD_COLOR)
    assert jpeg is not None
    assert jpeg.shape[:2] == shown


def test_of_a_closed_camera_no_picture_is_shown_and_none_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def watched() -> None:
        closed = True
        view, forgotten = LiveView(), asyncio.Event()
        forget = view.forget_picture

        def forget_and_tell() -> None:
            forget()
            forgotten.set()

        monkeypatch.setattr(view, "forget_picture", forget_and_tell)
        feed = PictureFeed(view, lambda: closed)
        reader = feed.stream()
        waiting = asyncio.ensure_future(anext(reader))
        await ready()
        view.offer(frame(0), None, None)
        assert feed.quality() is None
        await forgotten.wait()
        assert view.picture is None
        assert not waiting.done()
        closed = False
        view.offer(frame(1, 200), None, None)
        await waiting
        assert feed.quality() is not None
        await reader.aclose()

    run(watched())


def test_light_and_sharpness_are_measured_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = Mock(wraps=quality_of)
    monkeypatch.setattr("hipdrive.web.pictures.quality_of", measured)
    view = LiveView()
    view.watch(1)
    feed = PictureFeed(view, lambda: False)
    for number in range(2_000_000_000 // PICTURES_NS):  # in two seconds, each asked for by all
        view.offer(frame(number), None, None)
        for _ in range(READERS):
            feed.quality()
    assert measured.call_count == 2


def test_a_server_that_has_ended_does_not_stop_the_loop() -> None:
    view = LiveView()

    async def watched() -> None:
        feed = PictureFeed(view, lambda: False)
        reader = feed.stream()
        waiting = asyncio.ensure_future(anext(reader))
        await ready()
        wake = view.on_picture
        assert wake is not None
        view.picture = None
        waiting.cancel()
        view.on_picture = wake  # the loop had looked it up just before

    run(watched())
    view.watch(1)
    view.offer(frame(0), None, None)
    assert view.picture is not None


def test_who_is_late_gets_the_newest_and_who_waits_in_vain_nothing() -> None:
    async def read() -> None:
        parts = NewestPart(asyncio.Event().wait)
        with parts.reading():
            assert await parts.newer(0, 0) == (0, b"")
            parts.publish(b"first")
            parts.publish(b"second")
            assert await parts.newer(0, LONG_S) == (2, b"second")
            waiting = [asyncio.ensure_future(parts.newer(2, LONG_S)) for _ in range(READERS)]
            await ready()
            parts.publish(b"third")
            assert await asyncio.gather(*waiting) == [(3, b"third")] * READERS

    run(read())


def test_where_a_picture_cannot_be_made_who_watches_is_told_and_the_next_sees_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def watched() -> None:
        view = LiveView()
        feed = PictureFeed(view, lambda: False)

        async def next_of(number: int) -> bytes:
            reader = feed.stream()
            waiting = asyncio.ensure_future(anext(reader))
            await ready()
            view.offer(frame(number), None, None)
            try:
                return await waiting
            finally:
                await reader.aclose()

        with monkeypatch.context() as broken:
            broken.setattr(pictures, "encoded", Mock(side_effect=cv2.error("no room")))
            with pytest.raises(cv2.error, match="no room"):
                await next_of(0)
        assert (await next_of(1)).startswith(b"--picture")

    run(watched())
