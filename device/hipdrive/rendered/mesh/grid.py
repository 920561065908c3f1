"""Which people `hipdrive validate --figure mesh` measures: bodies, facings, rates and rooms."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

from hipdrive.rendered.grid import Condition, at_speed

FRAME_RATES = (30.0, 60.0)
NOISE = 1.0
"""What is left of a sensor's noise in a lit room after a camera's own smoothing. A noise of 3 that
differs from pixel to pixel, as no camera's does, takes MoveNet's score from 0.76 to 0.64."""
PELVIS: dict[str, Any] = {
    "pelvis_rotation_deg": 5.0,
    "pelvis_drop_deg": 2.5,
    "shoulder_rotation_deg": 10.0,
    "foot_inward_m": 0.06,
}
"""As people turn and step; see `rendered.pelvis` for where the figures come from."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A body in its clothes.

    Attributes:
        name: what the table calls it.
        runner, scene: keys of those tables.
    """

    name: str
    runner: dict[str, Any]
    scene: dict[str, Any]


SUBJECTS = (
    Subject(
        "slim man",
        {"sex": "male", "build": 0.85, "height_m": 1.82},
        {"skin": "#573322", "shirt": "#b8bcc0", "shorts": "#26262e", "shoes": "#304060"},
    ),
    Subject(
        "man",
        {"sex": "male", "build": 1.0, "height_m": 1.76},
        {"skin": "#c68863", "shirt": "#2f6fb0", "shorts": "#26262e", "shoes": "#d8d8d0"},
    ),
    Subject(
        "heavy man",
        {"sex": "male", "build": 1.3, "height_m": 1.78},
        {"skin": "#e0ac83", "shirt": "#202024", "shorts": "#3c3f46", "shoes": "#c04030"},
    ),
    Subject(
        "slim woman",
        {"sex": "female", "build": 0.85, "height_m": 1.7, "overstride_m": 0.19},
        {"skin": "#e0ac83", "shirt": "#b0405a", "legwear": "tights", "shorts": "#1c1c22"},
    ),
    Subject(
        "woman",
        {"sex": "female", "build": 1.0, "height_m": 1.66, "overstride_m": 0.18},
        {"skin": "#7c4a32", "shirt": "#3a8f4a", "shorts": "#20406a", "shoes": "#e0c020"},
    ),
    Subject(
        "heavy woman",
        {"sex": "female", "build": 1.3, "height_m": 1.64, "overstride_m": 0.18},
        {"skin": "#c68863", "shirt": "#5a4a80", "legwear": "tights", "shorts": "#26262e"},
    ),
)
ROOMS: dict[str, dict[str, dict[str, Any]]] = {
    "machines": {"scene": {"background": "machines"}},
    "mirror": {"scene": {"background": "mirror"}},
    "window": {"scene": {"background": "window"}},
    "dim": {"scene": {"background": "machines", "light": 0.5}, "camera": {"noise": 4.0}},
}
HARD: dict[str, dict[str, Any]] = {
    "scene": {"background": "machines", "light": 0.45, "handrail": True},
    "camera": {"noise": 4.0, "exposure_ms": 16.0},
}
"""A rail before the hips, dim light and a long exposure at once."""
CAMERAS: dict[str, dict[str, Any]] = {
    "low": {"height_m": 0.5},
    "high": {"height_m": 1.6},
    "from ahead": {"yaw_deg": 15.0},
    "from behind": {"yaw_deg": -15.0},
    "tilted": {"roll_deg": 5.0},
    "near": {"distance_m": 2.2, "lens_deg": 54.0},
}


FEET_RUN = (("heavy man", "right"), ("slim woman", "left"), ("heavy woman", "left"))
"""Bodies and facings that none of the foot's constants were chosen on."""
PACES = ((2.5, 18.0, 164.0), (3.0, 21.0, 170.0), (4.0, 26.0, 178.0))
"""Belt in m/s, peak of thigh extension in degrees, steps a minute."""


def feet_conditions() -> list[Condition]:
    """Who is measured for what heel and toe tell: `what` is the speed."""
    subjects = {subject.name: subject for subject in SUBJECTS}
    return [
        person(subjects[name], facing, fps, pace.value, {**ROOMS["machines"], **pace.changes})
        for pace, fps, (name, facing) in product(
            [at_speed(*pace) for pace in PACES], FRAME_RATES, FEET_RUN
        )
    ]


def mesh_conditions() -> list[Condition]:
    """All of them: the matrix first, then what is hard, other cameras, other pelvises."""
    matrix = [
        person(subject, facing, fps, room, changes)
        for subject, facing, fps, (room, changes) in product(
            SUBJECTS, ("right", "left"), FRAME_RATES, ROOMS.items()
        )
    ]
    hard = [
        person(subject, facing, 30.0, "rail, dim, blur", HARD)
        for subject, facing in product(SUBJECTS, ("right", "left"))
    ]
    cameras = [
        person(SUBJECTS[1], facing, 30.0, f"camera {name}", {**ROOMS["machines"], "camera": camera})
        for (name, camera), facing in product(CAMERAS.items(), ("right", "left"))
    ]
    pelvises = [
        person(subject, facing, 30.0, f"pelvis {deg:g}\u00b0", _pelvis(deg))
        for subject, facing, deg in product(
            (SUBJECTS[1], SUBJECTS[4]), ("right", "left"), (0.0, 8.0)
        )
    ]
    return [*matrix, *hard, *cameras, *pelvises]


def person(
    subject: Subject, facing: str, fps: float, where: str, changes: dict[str, dict[str, Any]]
) -> Condition:
    """One of them."""
    tables: dict[str, dict[str, Any]] = {
        "treadmill": {},
        "runner": {"figure": "mesh", "facing": facing, **subject.runner, **PELVIS},
        "scene": dict(subject.scene),
        "camera": {"fps": fps, "noise": NOISE},
    }
    for name, keys in changes.items():
        tables[name] |= keys
    return Condition(where, f"{subject.name}, {facing}, {fps:g} fps", tables)


def _pelvis(deg: float) -> dict[str, dict[str, Any]]:
    share = deg / PELVIS["pelvis_rotation_deg"]
    turning = {"pelvis_rotation_deg": deg, "pelvis_drop_deg": share * PELVIS["pelvis_drop_deg"]}
    return {**ROOMS["machines"], "runner": turning}
