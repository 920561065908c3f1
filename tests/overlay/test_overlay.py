"""The drawn recording against the runner who was rendered, and against the recording itself."""

from __future__ import annotations

import itertools
import signal
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import pytest

from hipdrive import app
from hipdrive.api.playing import playing
from hipdrive.camera.video import VideoFile
from hipdrive.cli import main
from hipdrive.cli.exit_codes import DONE, FAILED, NO_RUNNER
from hipdrive.leg_colours import FAR_RGB, NEAR_RGB
from hipdrive.overlay.caption import draw_caption
from hipdrive.overlay.drawing import draw_body
from hipdrive.overlay.measured import Recording
from hipdrive.overlay.strip import key_frames
from hipdrive.rendered.keypoints import KnownPoses, joint_pixels
from hipdrive.rendered.source import RenderedRunner
from hipdrive.rendered.times import all_seconds, frame_times_ns
from hipdrive.rendered.truth import Truth
from hipdrive.rendered.view import View
from hipdrive.session.pose_source import PoseList
from hipdrive.session.summary import PoseInfo
from hipdrive.texts.phrases import Phrases
from hipdrive.types.skeleton import COCO_17
from support.camera.encodings import Encoding, write
from support.camera.sounding import add_sound, sound_of
from support.films import settings_of, written
from support.keypoints import all_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.settings import RenderedSettings
    from hipdrive.rendered.truth import TrueStride
    from hipdrive.texts.catalogue import Language
    from hipdrive.types.frame import Frame, RgbImage
    from hipdrive.types.pose import Pose

SECONDS, FPS = 4.0, 30
QUICK = {"preset": "ultrafast"}
COLOUR_NEAR, LEAST_OF_FRAMES = 70, 0.97
"""Distance of two colours in RGB; H.264 keeps a quarter of the colours' pixels."""
FILTER_FRAMES = 4
"""The last frames whose angles the low-pass has not let through when the film ends."""
WITHIN_PX = {"hip": 5, "knee": 5, "ankle": 10}
"""A thigh is 110 px long; the low-pass of 6 Hz cuts an ankle's turns by up to 8."""


KNOWN: list[Pose] = []
"""Of the runner that was last filmed, frame by frame."""


class Filmed(NamedTuple):
    path: Path
    joints: Array
    """[frames, 17, 2], px as displayed."""
    near: str


def filmed(folder: Path, encoding: Encoding, facing: str = "right") -> Filmed:
    settings = settings_of(
        SECONDS,
        runner={"facing": facing},
        scene={"background": "plain"},
        camera={"fps": float(encoding.fps)},
    )
    source = RenderedRunner(settings)
    path = write(folder, (frame.image.copy() for frame in source), encoding)
    truth = source.truth
    KNOWN[:] = KnownPoses(truth, None)
    joints = joint_pixels(truth, View.of(settings), all_seconds(source.t_ns))
    return Filmed(path, joints, str(truth.near_side))


def unseen(folder: Path, encoding: Encoding) -> Path:
    """Two seconds of an empty room; the model sees nobody."""
    KNOWN[:] = [all_at(0, 0, 0, 0)] * 300
    rooms = (np.full((96, 128, 3), 40 + number, np.uint8) for number in range(2 * FPS))
    return write(folder, rooms, encoding)


def overlay(*arguments: Path | str) -> int:
    return main(["--debug", "overlay", *map(str, arguments)])


def frames_of(path: Path) -> tuple[list[int], list[RgbImage]]:
    with VideoFile(path) as video:
        taken = [(frame.t_ns, frame.image.copy()) for frame in video]
    return [t_ns for t_ns, _ in taken], [image for _, image in taken]


def has_colour(image: RgbImage, place: Array, rgb: tuple[int, int, int], within_px: int) -> bool:
    x, y = np.rint(place).astype(int)
    part = image[
        max(0, y - within_px) : y + within_px + 1, max(0, x - within_px) : x + within_px + 1
    ]
    far = np.linalg.norm(part.astype(float) - rgb, axis=2)
    return bool((far < COLOUR_NEAR).any())


def share(
    images: list[RgbImage], places: Array, rgb: tuple[int, int, int], within_px: int
) -> float:
    """In what share of the pictures the colour is there."""
    return float(
        np.mean([has_colour(i, p, rgb, within_px) for i, p in zip(images, places, strict=True)])
    )


class KnowingEstimator:
    """A pose stage that is never wrong: it knows the runner that was last filmed."""

    def __call__(self, frame: Frame) -> Pose:
        return replace(KNOWN[round(frame.t_ns * FPS / 1e9)], t_ns=frame.t_ns)

    @contextmanager
    def looking_ahead(self) -> Iterator[Callable[[Frame], None]]:
        yield lambda _: None


@pytest.fixture
def config(tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with that pose stage."""
    assert not data_dir.exists()
    info = PoseInfo("known", "0", "none")
    monkeypatch.setattr(app, "estimator", lambda *_: (KnowingEstimator(), info))
    path = tmp_path / "hipdrive.toml"
    path.write_text("", encoding="utf-8")
    return path


@pytest.mark.long
@pytest.mark.parametrize(
    ("encoding", "facing"),
    [
        (Encoding("plain", options={**QUICK, "bf": "2"}, fps=FPS), "right"),
        (Encoding("turned", ".mov", options=QUICK, kind="turned", fps=FPS), "left"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_the_skeleton_is_drawn_on_the_runner_s_joints(
    tmp_path: Path, config: Path, encoding: Encoding, facing: str
) -> None:
    film = filmed(tmp_path, encoding, facing)
    out = tmp_path / "out.mp4"
    assert overlay(film.path, out, "--config", config) == DONE
    before_ns, plain = frames_of(film.path)
    t_ns, drawn = frames_of(out)
    assert t_ns == before_ns
    assert drawn[0].shape == plain[0].shape == (480, 640, 3)
    known = slice(0, len(drawn) - FILTER_FRAMES)
    for joint, within_px in WITHIN_PX.items():
        places = film.joints[known, COCO_17.index(f"{film.near}_{joint}")]
        assert share(drawn[known], places, NEAR_RGB, within_px) >= LEAST_OF_FRAMES, joint
        assert share(plain[known], places, NEAR_RGB, within_px) == 0, joint
    other = "left" if film.near == "right" else "right"
    places = film.joints[known, COCO_17.index(f"{other}_ankle")]
    assert share(drawn[known], places, FAR_RGB, 12) >= 0.9


@pytest.mark.parametrize(
    ("encoding", "codec", "out"),
    [
        (Encoding("mp4", options={"bf": "2"}, fps=FPS), "aac", "out.mp4"),
        (Encoding("mkv", ".mkv", fps=FPS), "libopus", "out.mkv"),
        (Encoding("mov", ".mov", fps=FPS), "pcm_s16le", "out.mov"),
        (Encoding("variable", kind="variable", fps=FPS), "aac", "out.mp4"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_sound_and_times_stay_to_the_last_byte(
    tmp_path: Path, config: Path, encoding: Encoding, codec: str, out: str
) -> None:
    film = unseen(tmp_path, encoding)
    add_sound(film, codec, 2.0)
    before_ns, _ = frames_of(film)
    sound = sound_of(film)
    assert overlay(film, tmp_path / out, "--config", config) == NO_RUNNER
    after_ns, _ = frames_of(tmp_path / out)
    assert after_ns == before_ns
    assert sound_of(tmp_path / out) == sound
    assert len(sound) > 50


def test_the_strip_shows_the_moments_of_one_stride(tmp_path: Path, config: Path) -> None:
    film = filmed(tmp_path, Encoding("plain", options=QUICK, fps=FPS))
    strip = tmp_path / "strip.png"
    assert overlay(film.path, tmp_path / "out.mp4", "--strip", strip, "--config", config) == DONE
    image = cv2.imread(str(strip))
    assert image is not None
    assert image.shape[0] == 640
    # White from top to bottom parts four pictures of one width.
    white = (image > 250).all(axis=(0, 2))
    edges = np.flatnonzero(np.diff(np.concatenate([[True], white, [True]]).astype(int)))
    widths = np.diff(edges)[::2]
    assert len(widths) == 4
    assert np.ptp(widths) <= 2
    near = np.linalg.norm(image[:, :, ::-1].astype(float) - NEAR_RGB, axis=2) < COLOUR_NEAR
    for left, width in zip(edges[::2], widths, strict=True):
        assert near[:, left : left + width].sum() > 200


def recording_of(settings: RenderedSettings) -> tuple[Recording, Truth]:
    """What is measured of a runner whose joints are known."""
    truth = Truth(settings)
    poses = KnownPoses(truth, None)
    with playing(PoseList(poses, "known", poses.frame_count), {}) as runner:
        return Recording(runner.results(), None, "auto"), truth


@pytest.mark.parametrize(
    ("language", "event", "angle"),
    [("en", "foot strike", "thigh extension"), ("de", "Aufsetzen", "Oberschenkelstreckung")],
)
def test_what_is_written_is_in_the_device_s_language(
    monkeypatch: pytest.MonkeyPatch, language: Language, event: str, angle: str
) -> None:
    recording, _ = recording_of(settings_of(8.0, camera={"fps": 60.0}))
    texts: set[str] = set()
    for module in ("drawing", "caption"):
        monkeypatch.setattr(
            f"hipdrive.overlay.{module}.write", lambda _, text, *_args, **_named: texts.add(text)
        )
    say = Phrases("overlay", language)
    for moment in recording.moments():
        image = np.zeros((480, 640, 3), np.uint8)
        draw_body(image, moment, 1.0, say)
        draw_caption(image, moment, 1.0, language)
    assert {event, angle} <= texts
    peaks = [text for text in texts if text.startswith(say("peak"))]
    assert peaks
    assert all(("," if language == "de" else ".") in text for text in peaks)


def test_key_frames_are_those_of_the_true_events() -> None:
    settings = settings_of(8.0, camera={"fps": 60.0})
    recording, truth = recording_of(settings)
    frames = {frame.name: frame.number for frame in key_frames(recording)}
    t_s = all_seconds(frame_times_ns(settings))
    true = [stride for stride in truth.strides() if stride.near]

    def off_by_s(name: str, when: Callable[[TrueStride], float]) -> float:
        return min(abs(float(t_s[frames[name]]) - when(stride)) for stride in true)

    assert off_by_s("peak", lambda stride: stride.peak_s) <= 0.02
    # Contacts are estimated from the knee, and a picture is 17 ms from the next.
    assert off_by_s("foot_strike", lambda stride: stride.strike_s) <= 0.05
    assert off_by_s("toe_off", lambda stride: stride.toe_off_s) <= 0.05
    assert list(frames)[:3] == ["foot_strike", "mid_stance", "toe_off"]


def test_a_film_of_an_odd_size_gets_a_row_more(tmp_path: Path, config: Path) -> None:
    settings = settings_of(1.0, camera={"width_px": 321, "height_px": 241})
    folder = tmp_path / "frames"
    folder.mkdir()
    KNOWN[:] = [all_at(0, 0, 0, 0)] * 300
    rows = ["file,t_ns"]
    for number, frame in enumerate(RenderedRunner(settings)):
        cv2.imwrite(str(folder / f"{number:03}.png"), frame.image[:, :, ::-1])
        rows.append(f"{number:03}.png,{7_000_000_000 + number * 33_333_333}")
    (folder / "timestamps.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    out = tmp_path / "out.mkv"
    assert overlay(folder, out, "--config", config) == NO_RUNNER
    t_ns, images = frames_of(out)
    assert len(images) == len(rows) - 1
    assert images[0].shape == (242, 322, 3)
    # Matroska counts milliseconds.
    assert t_ns[-1] == pytest.approx(29e9 / 30, abs=1e6)


@pytest.mark.parametrize(
    ("source", "out", "strip", "said"),
    [
        ("film.mp4", "out.avi", None, ".mkv; name one of these"),
        ("film.mp4", "film.mp4", None, "is there already"),
        ("film.mp4", "no-such-folder/out.mp4", None, "its folder does not exist"),
        ("film.mp4", "out.mp4", "strip.jpg", "is to be a PNG"),
        ("no-such-file.mp4", "out.mp4", None, "no such file"),
        ("keypoints:", "out.mp4", None, "no pictures to draw on"),
    ],
)
def test_what_cannot_be_is_refused_before_any_work(
    tmp_path: Path,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    source: str,
    out: str,
    strip: str | None,
    said: str,
) -> None:
    assert not data_dir.exists()
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "film.mp4", [np.zeros((48, 64, 3), np.uint8)] * 3)
    before = sorted(tmp_path.iterdir())
    options = [] if strip is None else ["--strip", strip]
    assert overlay(source, out, *options) == FAILED
    assert said in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("at_frame", [20, 140], ids=["measuring", "drawing"])
def test_who_interrupts_finds_nothing_half_written(
    tmp_path: Path, config: Path, monkeypatch: pytest.MonkeyPatch, at_frame: int
) -> None:
    film = filmed(tmp_path, Encoding("plain", options=QUICK, fps=FPS))
    seen = itertools.count()
    plain = VideoFile.__iter__

    def interrupted(video: VideoFile) -> Iterator[Frame]:
        for frame in plain(video):
            if next(seen) == at_frame:
                signal.raise_signal(signal.SIGTERM)
            yield frame

    monkeypatch.setattr(VideoFile, "__iter__", interrupted)
    before = sorted(tmp_path.iterdir())
    assert overlay(film.path, tmp_path / "out.mp4", "--config", config) == FAILED
    assert sorted(tmp_path.iterdir()) == before


def test_sound_that_a_format_does_not_take_is_left_out_and_said(
    tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = unseen(tmp_path, Encoding("avi", ".avi", "mpeg4", fps=FPS))
    add_sound(film, "pcm_u8", 2.0)
    assert overlay(film, tmp_path / "out.mp4", "--config", config) == NO_RUNNER
    assert "write an .mkv, which takes any" in capsys.readouterr().err
    assert frames_of(tmp_path / "out.mp4")[0] == frames_of(film)[0]
