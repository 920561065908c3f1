"""The model store: what is known of each model, and bringing its file here, checked."""

from __future__ import annotations

import hashlib
import http.client
import os
import tempfile
import tomllib
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.errors import ModelError
from hipdrive.private_file import make_readable_folder
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.calibration import NO_YAW_ERROR, YawError
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO

CHECKOUT = Path(__file__).resolve().parents[3]
"""The repository, when hipdrive runs from one."""
DOWNLOAD_TIMEOUT_S = 30
_CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One entry of the manifest.

    Attributes:
        name: what configurations call it.
        file: name of its file in every folder.
        title: what people call it.
        url: the publisher's copy; empty for a model that comes with hipdrive.
        size_bytes, sha256: what the file must be.
        licence: SPDX identifier.
        family: which class reads it, a key of `families.FAMILIES`.
        input_shape, input_dtype, output_shape, output_dtype: the tensor contract.
        stand_in: True for a model that knows rendered runners only.
        heat_map, heat_map_shape: name and shape of the tensor with a map of logits for each key
            point, int8; empty where the model has none.
        yaw_error_deg: how far from ahead its key points make a camera look that looks from the
            side, at a runner who faces left and at one who faces right.
        shown_facing: the side of the picture that it is to see runners face: those who face the
            other one are shown to it in a mirror; None: it sees both alike.
    """

    name: str
    file: str
    title: str
    url: str
    size_bytes: int
    sha256: str
    licence: str
    family: str
    input_shape: tuple[int, ...]
    input_dtype: str
    output_shape: tuple[int, ...]
    output_dtype: str
    stand_in: bool = False
    heat_map: str = ""
    heat_map_shape: tuple[int, ...] = ()
    yaw_error_deg: tuple[float, float] = (0.0, 0.0)
    shown_facing: Side | None = None


def manifest() -> dict[str, ModelSpec]:
    """Every known model by name."""
    entries = tomllib.loads(bundled("manifest.toml").read_text(encoding="utf-8"))
    return {name: _spec(name, entry) for name, entry in entries.items()}


def bundled(file: str) -> Path:
    """A file of `models/`, as installed or in the repository."""
    packaged = Path(str(resources.files("hipdrive.pose") / file))
    return packaged if packaged.is_file() else CHECKOUT / "models" / file


def _spec(name: str, entry: dict[str, object]) -> ModelSpec:
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    if "shown_facing" in values:
        values["shown_facing"] = Side(str(values["shown_facing"]))
    return ModelSpec(name=name, **values)  # type: ignore[arg-type]  # the manifest is ours


def find_spec(name: str) -> ModelSpec:
    """The manifest's entry for a name.

    Raises:
        ModelError: there is none.
    """
    known = manifest()
    if name not in known:
        raise ModelError(f"no model is called {name!r}; known: {', '.join(known)} (pose.model)")
    return known[name]


def yaw_error(name: str | None) -> YawError:
    """What a model of the manifest does to the yaw; nothing is known of others."""
    spec = manifest().get(name or "")
    return YawError(*map(bam_from_deg, spec.yaw_error_deg)) if spec else NO_YAW_ERROR


def verify(spec: ModelSpec, path: Path) -> None:
    """Check size and SHA-256 of a file.

    Raises:
        ModelError: the file cannot be read or is not the model.
    """
    try:
        size_bytes = path.stat().st_size
        if size_bytes != spec.size_bytes:
            raise ModelError(
                f"{path}: {size_bytes:,} bytes, but {spec.name} has {spec.size_bytes:,}; "
                f"delete the file and run `hipdrive models fetch {spec.name}`"
            )
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error
    if found != spec.sha256:
        raise ModelError(
            f"{path}: SHA-256 is {found}, but {spec.name} has {spec.sha256}; "
            f"delete the file and run `hipdrive models fetch {spec.name}`"
        )


def installed(spec: ModelSpec, folder: Path) -> Path:
    """The model's file in the store, verified.

    Args:
        spec: which model.
        folder: the store.

    Raises:
        ModelError: it is not there, or not what it should be.
    """
    path = bundled(spec.file) if not spec.url else folder / spec.file
    if not path.is_file():
        raise ModelError(
            f"{spec.title} is not in {folder}; run `hipdrive models fetch {spec.name}`"
        )
    verify(spec, path)
    return path


def fetch(
    spec: ModelSpec,
    folder: Path,
    given: Path | None,
    environ: Mapping[str, str],
    patience_s: float = DOWNLOAD_TIMEOUT_S,
) -> str:
    """Bring a model into the store, unless it is there already.

    The file appears under its name only when it is whole and verified.

    Args:
        spec: which model.
        folder: the store; made if need be.
        given: take it from this folder and nowhere else.
        environ: the environment; `HIPDRIVE_MODELS` names a folder that is looked in before the
            publisher is asked.
        patience_s: how long the publisher may keep silent.

    Returns:
        Where it came from, in words.

    Raises:
        ModelError: it cannot be had, or what was found is not the model.
    """
    with suppress(ModelError):
        return f"already in {installed(spec, folder).parent}"
    named = environ.get("HIPDRIVE_MODELS")
    origin = given or (Path(named) if named else None)
    if origin and (origin / spec.file).is_file():
        _copy(spec, origin / spec.file, folder)
        return f"from {origin}"
    if given is not None:
        raise ModelError(f"{given}: has no {spec.file}")
    _download(spec, folder, patience_s)
    return f"from {spec.url}"


def _copy(spec: ModelSpec, source: Path, folder: Path) -> None:
    verify(spec, source)
    try:
        with source.open("rb") as file:
            _store(spec, file, folder)
    except OSError as error:
        raise ModelError(f"{source} cannot be copied into {folder} ({error.strerror})") from error


def _download(spec: ModelSpec, folder: Path, patience_s: float) -> None:
    if not spec.url.startswith("https://"):
        raise ModelError(f"{spec.name}: {spec.url} is not an https address (models/manifest.toml)")
    try:
        with urllib.request.urlopen(spec.url, timeout=patience_s) as answer:  # noqa: S310  # https, checked above
            _store(spec, answer, folder)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise ModelError(
            f"{spec.name} cannot be downloaded from {spec.url} ({reason}); on a machine without "
            f"network, put {spec.file} into a folder and run `hipdrive models fetch {spec.name} "
            "--from FOLDER`"
        ) from error


def _store(spec: ModelSpec, source: BinaryIO, folder: Path) -> None:
    """Copy into the store by way of a temporary file."""
    try:
        make_readable_folder(folder)
        handle, name = tempfile.mkstemp(prefix=f".{spec.file}.", dir=folder)
    except OSError as error:
        raise ModelError(f"{folder}: cannot be written ({error.strerror})") from error
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in _bounded(source, spec.size_bytes + 1):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        verify(spec, partial)
        partial.chmod(0o644)
        partial.replace(folder / spec.file)
    finally:
        partial.unlink(missing_ok=True)


def _bounded(source: BinaryIO, most_bytes: int) -> Iterable[bytes]:
    """Chunks of a stream, no more than `most_bytes` in all: a server may send without end."""
    while most_bytes > 0 and (chunk := source.read(min(_CHUNK_BYTES, most_bytes))):
        most_bytes -= len(chunk)
        yield chunk
