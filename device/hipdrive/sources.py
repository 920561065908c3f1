"""What the name of a recording stands for: video, folder of images, key points, rendered runner."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.errors import SourceError

if TYPE_CHECKING:
    from hipdrive.camera.source import FrameSource
    from hipdrive.rendered.source import RenderedRunner
    from hipdrive.session.pose_source import PoseList, PoseSource

RENDERED = "rendered:"
"""A runner drawn on the spot; the name of a TOML file may follow."""
KEY_POINTS = "keypoints:"
"""The same runner's key points as geometry has them, so that no model is needed."""


def open_source(
    name: str | Path,
    fps: Fraction | None = None,
    slow_motion: Fraction | None = None,
    static: Path | None = None,
) -> FrameSource | PoseSource:
    """Open a recording.

    Args:
        name: a video; a folder of images; a `poses.npz`, or a session folder with one;
            `rendered:` or `keypoints:`, alone or followed by the name of a TOML file; key points
            of other programs (`hipdrive.keypoint_files.formats`).
        fps: frames a second of what has no times: a folder without `timestamps.csv`, OpenPose,
            MMPose; None for everything else.
        slow_motion: how many times slower than life it plays; None: as far as the file says so.
        static: markers of the same person standing, with the joints that the recording lacks.

    Raises:
        SourceError: there is none, or it cannot be read.
    """
    from hipdrive.camera.video import VideoFile
    from hipdrive.slow_motion import at_true_speed

    source = _opened(name, fps) if static is None else _with_static(Path(name), static)
    if slow_motion is None:
        slow_motion = source.slow_motion if isinstance(source, VideoFile) else Fraction(1)
    return at_true_speed(source, slow_motion)


def scheme_of(name: str) -> str:
    """`RENDERED` or `KEY_POINTS`, where a recording is made on the spot; empty where it is not."""
    return next((scheme for scheme in (RENDERED, KEY_POINTS) if name.startswith(scheme)), "")


def needs_model(name: str) -> bool:
    """Whether a recording is of pictures, whose key points a model has to find; cheap."""
    from hipdrive.keypoint_files.formats import FORMATS

    if scheme := scheme_of(name):
        return scheme == RENDERED
    path = Path(name)
    try:
        return not _own_key_points(path) and not any(each.recognises(path) for each in FORMATS)
    except SourceError:
        return False


def _own_key_points(path: Path) -> list[Path]:
    """The file with the key points of an earlier session, if the recording is one."""
    from hipdrive.session.poses import POSES_NAMES

    files = [path / name for name in POSES_NAMES] if path.is_dir() else [path]
    return [each for each in files if each.is_file() and each.suffix in {".npz", ".partial"}]


def _opened(name: str | Path, fps: Fraction | None) -> FrameSource | PoseSource:
    if scheme := scheme_of(str(name)):
        if fps is not None:
            raise SourceError(f"{name}: has a rate of its own (camera.fps); leave --fps out")
        opened = _rendered if scheme == RENDERED else _key_points
        return opened(str(name), str(name).removeprefix(scheme))
    path = Path(name)
    if (key_points := _recorded(path, fps)) is not None:
        return key_points
    if path.is_dir():
        from hipdrive.camera.folder import FrameFolder

        return FrameFolder(path, fps)
    if fps is not None:
        raise SourceError(f"{path}: a video has times of its own; leave --fps out")
    from hipdrive.camera.video import VideoFile

    return VideoFile(path)


def _with_static(path: Path, static: Path) -> PoseSource:
    from hipdrive.keypoint_files.formats import read_with_static
    from hipdrive.keypoint_files.track import TrackSource

    return TrackSource(path, read_with_static(path, static))


def _recorded(path: Path, fps: Fraction | None) -> PoseSource | None:
    """Key points: ours, or another program's; None where it is something else."""
    from hipdrive.keypoint_files.formats import FORMATS
    from hipdrive.keypoint_files.track import TrackSource
    from hipdrive.session.poses import RecordedPoses

    for recorded in _own_key_points(path):
        if fps is not None:
            raise SourceError(f"{recorded}: has times of its own; leave --fps out")
        return RecordedPoses(recorded)
    for file_format in FORMATS:
        if file_format.recognises(path):
            return TrackSource(path, file_format.read(path, fps))
    return None


def _rendered(name: str, file: str) -> RenderedRunner:
    from hipdrive.rendered.settings import read
    from hipdrive.rendered.source import RenderedRunner

    return RenderedRunner(read(Path(file) if file else None), name)


def _key_points(name: str, file: str) -> PoseList:
    from hipdrive.rendered.keypoints import KnownPoses
    from hipdrive.rendered.settings import read
    from hipdrive.rendered.truth import Truth
    from hipdrive.session.pose_source import PoseList

    poses = KnownPoses(Truth(read(Path(file) if file else None)), None)
    return PoseList(poses, name, poses.frame_count)
