"""From a recording to the same with what was measured in it: measure, then draw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hipdrive.errors import OverlayError
from hipdrive.overlay.caption import draw_caption
from hipdrive.overlay.drawing import draw_body
from hipdrive.overlay.film import format_of, write_film
from hipdrive.overlay.strip import key_frames, strip
from hipdrive.texts.phrases import Phrases
from hipdrive.types.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from hipdrive.overlay.measured import Recording
    from hipdrive.texts.catalogue import Language
    from hipdrive.types.frame import RgbImage

USUAL_HEIGHT_PX = 480


@dataclass(frozen=True, slots=True)
class OverlayFiles:
    """What is written.

    Attributes:
        film: the video.
        strip: the key frames as a PNG; None for none.

    Raises:
        OverlayError: a file is there already, or has an ending that is not written.
    """

    film: Path
    strip: Path | None = None

    def __post_init__(self) -> None:
        format_of(self.film)
        if self.strip is not None and self.strip.suffix.lower() != ".png":
            raise OverlayError(f"{self.strip}: the strip is to be a PNG; name it so")
        for path in (self.film, self.strip):
            if path is not None and path.exists():
                raise OverlayError(f"{path}: is there already; choose another name, or remove it")
            if path is not None and not path.parent.is_dir():
                raise OverlayError(f"{path}: its folder does not exist; make it, or choose another")


def make_overlay(
    frames: Iterable[Frame],
    recording: Recording,
    files: OverlayFiles,
    video: Path | None,
    language: Language,
) -> list[str]:
    """Draw what was measured; the files are there whole or not at all.

    Args:
        frames: of the recording, from its beginning, at the times at which it plays.
        recording: what was measured on the same frames.
        files: where to write.
        video: the recording's file, where it is one; its sound is kept.
        language: of all that is written.

    Returns:
        What could not be done, one sentence each.

    Raises:
        OverlayError: a file cannot be written.
        SourceError: the recording cannot be read.
    """
    wanted = key_frames(recording) if files.strip else []
    pictures: dict[int, RgbImage] = {}
    partial = files.film.with_name(f".{files.film.stem}.partial{files.film.suffix}")
    drawn = _drawn(frames, recording, {frame.number for frame in wanted}, pictures, language)
    try:
        warnings = write_film(partial, drawn, video)
        if files.strip and wanted:
            _write_strip(
                files.strip, strip(pictures, wanted, recording, Phrases("overlay", language))
            )
        partial.rename(files.film)
    except OSError as error:
        raise OverlayError(f"{files.film}: cannot be written ({error.strerror})") from error
    finally:
        partial.unlink(missing_ok=True)
    if files.strip and not wanted:
        warnings.append("no strip of key frames: no stride shows foot strike and toe-off")
    return warnings


def _drawn(
    frames: Iterable[Frame],
    recording: Recording,
    wanted: set[int],
    pictures: dict[int, RgbImage],
    language: Language,
) -> Iterator[Frame]:
    """The frames with what is drawn; those wanted are kept, without the plate, as they pass."""
    say = Phrases("overlay", language)
    for number, (frame, moment) in enumerate(zip(frames, recording.moments(), strict=False)):
        image = frame.image.copy()
        scale = min(image.shape[:2]) / USUAL_HEIGHT_PX
        if number in wanted:
            pictures[number] = image.copy()
            # What happened a moment before is in the picture beside.
            draw_body(pictures[number], replace(moment, events=()), scale, say)
        draw_body(image, moment, scale, say)
        draw_caption(image, moment, scale, language)
        yield Frame(frame.t_ns, image)


def _write_strip(path: Path, image: RgbImage) -> None:
    import cv2

    _, png = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    path.write_bytes(png.tobytes())
