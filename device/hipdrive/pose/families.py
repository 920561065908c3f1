"""Which class reads a model: the families that the manifest may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.errors import ModelError
from hipdrive.pose.blazepose.model import BlazePose
from hipdrive.pose.movenet.model import MoveNet

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.pose.model import ModelFamily, PoseModel
    from hipdrive.pose.store import ModelSpec

FAMILIES: dict[str, ModelFamily] = {
    "movenet": MoveNet,
    "blazepose": BlazePose,
}
"""By `family` in `models/manifest.toml`; another architecture is one entry more."""


def load_model(spec: ModelSpec, path: Path, runtime: str, threads: int, decode: str) -> PoseModel:
    """Load a model by its family; arguments and errors as of `ModelFamily`."""
    return family_of(spec)(path, spec, runtime, threads, decode)


def family_of(spec: ModelSpec) -> ModelFamily:
    """What loads a model.

    Raises:
        ModelError: nobody has registered its family.
    """
    family = FAMILIES.get(spec.family)
    if family is None:
        raise ModelError(
            f"{spec.name}: no family of pose models is called {spec.family!r}; "
            f"known: {', '.join(FAMILIES)} (hipdrive/pose/families.py)"
        )
    return family
