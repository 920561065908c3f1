"""What is no video is refused with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition

from hipdrive.camera.video import VideoFile
from hipdrive.errors import SourceError
from support.camera.video_files import (
    RED,
    SIZE,
    encode,
    noise,
    plain,
    read,
)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none.mp4: no such file; check the name"):
        VideoFile(tmp_path / "none.mp4")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder, not a video; open it as a folder"):
        VideoFile(tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    with pytest.raises(SourceError, match=r"a.mp4: is empty; record or copy"):
        VideoFile(tmp_path / "a.mp4")


@pytest.mark.parametrize("name", ["a.txt", "a.mp4", "a.png"])
def test_text_is_not_played(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("a line of text\n" * 100)
    with pytest.raises(SourceError, match="is not a video; use mp4"):
        VideoFile(tmp_path / name)


def test_a_playlist_is_not_followed(tmp_path: Path) -> None:
    encode(tmp_path / "a.ts", noise(3))
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(SourceError, match="is not a video"):
        VideoFile(playlist)


def test_a_name_is_never_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    encode(tmp_path / "a.mp4", noise(2)).rename("concat:a.mp4")
    assert len(read(Path("concat:a.mp4"))[0]) == 2


@pytest.mark.parametrize("index_first", [False, True])
def test_a_recording_that_was_never_finished(tmp_path: Path, *, index_first: bool) -> None:
    path = encode(tmp_path / "a.mp4", noise(3), index_first=index_first)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(SourceError, match=r"cut off before its index.*record again.*\.mkv"):
        VideoFile(path)


def test_a_raw_stream_has_no_times(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.h264", noise(3))
    with pytest.raises(SourceError, match=r"raw stream.*no times.*rpicam-vid --codec libav"):
        VideoFile(path)


@pytest.mark.parametrize("cover", [False, True])
def test_sound_only(tmp_path: Path, *, cover: bool) -> None:
    path = tmp_path / "a.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        sound: Any = container.add_stream("aac", rate=8000)
        if cover:
            picture = container.add_stream("mjpeg", rate=1)
            assert isinstance(picture, av.VideoStream)
            picture.width, picture.height = SIZE
            picture.pix_fmt = "yuvj420p"
            picture.disposition = Disposition.attached_pic
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.int16), "s16", "mono")
        silence.sample_rate = 8000
        container.mux(sound.encode(silence))
        if cover:
            container.mux(picture.encode(av.VideoFrame.from_ndarray(plain(RED))))
            container.mux(picture.encode())
        container.mux(sound.encode())
    with pytest.raises(SourceError, match="has no video stream, only sound"):
        VideoFile(path)
