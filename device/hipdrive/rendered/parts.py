"""What a body looks like: tapered capsules between joints, with the colours of skin and clothes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from hipdrive.rendered.settings import SceneSettings

Rgb: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """A capsule from one joint to another.

    Attributes:
        start, end: joints.
        start_share, end_share: where it begins and ends on the line between them.
        start_radius, end_radius: in shares of body height.
        colour: what it is made of: a key of `palette`.
    """

    start: str
    end: str
    start_radius: float
    end_radius: float
    colour: str
    start_share: float = 0.0
    end_share: float = 1.0


def parts() -> tuple[Part, ...]:
    """All of them, the furthest from the camera first."""
    return (*_arm("far"), *_leg("far"), *_trunk(), *_head(), *_leg("near"), *_arm("near"))


def palette(scene: SceneSettings) -> dict[str, Rgb]:
    """What everything is coloured, 0 to 255."""
    named = {name: getattr(scene, name) for name in ("skin", "hair", "shirt", "shorts", "shoes")}
    return {"eye": (25.0, 20.0, 20.0), **{name: rgb(text) for name, text in named.items()}}


def rgb(text: str) -> Rgb:
    """The three numbers of a colour such as #2f6fb0."""
    red, green, blue = (float(int(text[i : i + 2], 16)) for i in (1, 3, 5))
    return red, green, blue


def _leg(side: str) -> tuple[Part, ...]:
    hip, knee, ankle = f"hip_{side}", f"knee_{side}", f"ankle_{side}"
    return (
        Part(hip, knee, 0.052, 0.032, "skin"),
        Part(knee, ankle, 0.031, 0.034, "skin", 0.0, 0.3),
        Part(knee, ankle, 0.034, 0.019, "skin", 0.3, 1.0),
        Part(ankle, f"heel_{side}", 0.022, 0.016, "shoes", 0.1, 0.8),
        Part(f"heel_{side}", f"ball_{side}", 0.017, 0.014, "shoes", 0.1, 1.25),
        Part(ankle, f"ball_{side}", 0.022, 0.014, "shoes", 0.1, 0.9),
        Part(hip, knee, 0.058, 0.05, "shorts", -0.02, 0.55),
    )


def _arm(side: str) -> tuple[Part, ...]:
    shoulder, elbow, wrist = f"shoulder_{side}", f"elbow_{side}", f"wrist_{side}"
    return (
        Part(shoulder, elbow, 0.028, 0.021, "skin"),
        Part(elbow, wrist, 0.022, 0.015, "skin"),
        Part(elbow, wrist, 0.019, 0.017, "skin", 1.02, 1.25),
        Part(shoulder, elbow, 0.035, 0.031, "shirt", 0.0, 0.5),
    )


def _trunk() -> tuple[Part, ...]:
    return (
        Part("hips", "shoulders", 0.062, 0.058, "shorts", -0.06, 0.12),
        Part("hips", "shoulders", 0.058, 0.056, "shirt", 0.1, 0.45),
        Part("hips", "shoulders", 0.057, 0.068, "shirt", 0.4, 0.78),
        Part("hips", "shoulders", 0.066, 0.045, "shirt", 0.78, 1.0),
    )


def _head() -> tuple[Part, ...]:
    return (
        Part("shoulders", "head", 0.032, 0.03, "skin", 0.1, 0.7),
        Part("head", "nose", 0.056, 0.012, "skin", 0.0, 0.95),
        Part("shoulders", "head", 0.042, 0.05, "skin", 0.85, 1.1),
        Part("shoulders", "head", 0.05, 0.046, "hair", 1.2, 1.26),
        Part("ear_near", "nose", 0.014, 0.05, "hair", -0.35, -0.3),
        Part("ear_near", "nose", 0.009, 0.009, "skin", 0.0, 0.05),
        Part("eye_near", "nose", 0.006, 0.005, "eye", 0.0, 0.05),
    )
