"""Which runners `hipdrive validate` measures: one thing at a time differs from the usual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from hipdrive.rendered.settings import RenderedSettings

USUAL: dict[str, Any] = {"seconds": 40.0, "camera": {"fps": 30.0}}


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of the table.

    Attributes:
        what, value: what differs from the usual runner, and what it is.
        changes: tables and keys of `RenderedSettings` with their values.
        noise: how many times MoveNet's errors, for key points.
        decode: how the model is read (`pose.decode`); None: as configured.
    """

    what: str
    value: str
    changes: dict[str, dict[str, Any]]
    noise: float = 1.0
    decode: Literal["stock", "heatmap"] | None = None

    def settings(self, seed: int, seconds: float | None = None) -> RenderedSettings:
        """The runner with this seed."""
        tables = {name: dict(keys) for name, keys in USUAL.items() if isinstance(keys, dict)}
        for name, keys in self.changes.items():
            tables.setdefault(name, {}).update(keys)
        return RenderedSettings.model_validate(
            {"seconds": seconds or USUAL["seconds"], "seed": seed, **tables}
        )


def _camera(what: str, key: str, values: tuple[float, ...], unit: str) -> list[Condition]:
    return [Condition(what, f"{value:g}{unit}", {"camera": {key: value}}) for value in values]


def at_speed(speed_mps: float, thigh_ext_deg: float, cadence_spm: float) -> Condition:
    """Somebody who runs so fast."""
    return Condition(
        "speed",
        f"{speed_mps:g} m/s",
        {
            "treadmill": {"speed_mps": speed_mps},
            "runner": {
                "thigh_ext_deg": thigh_ext_deg,
                "cadence_spm": cadence_spm,
                "knee_swing_deg": 70 + 12 * speed_mps,
                "thigh_swing_deg": 18 + 6 * speed_mps,
            },
        },
    )


def conditions() -> list[Condition]:
    """All of them, the usual runner first."""
    return [
        Condition("usual", "30 fps", {}),
        Condition("decode", "stock", {}, decode="stock"),
        Condition("decode", "heatmap", {}, decode="heatmap"),
        *_camera("frame rate", "fps", (20.0, 25.0, 60.0), " fps"),
        *_camera("sensor noise", "noise", (10.0, 20.0), ""),
        *_camera("yaw", "yaw_deg", (-15.0, -10.0, -5.0, 5.0, 10.0, 15.0), "°"),
        *_camera("roll", "roll_deg", (-5.0, -2.0, 2.0, 5.0), "°"),
        *_camera("frames lost", "lost", (0.1, 0.2, 0.4), ""),
        *_camera("jitter", "jitter_ms", (10.0,), " ms"),
        *_camera("exposure", "exposure_ms", (8.0, 16.0), " ms"),
        # Peaks in the middle of what is published for the speed.
        at_speed(2.5, 18, 164),
        at_speed(3.5, 23.5, 174),
        at_speed(4.5, 28, 180),
        Condition("faces", "left", {"runner": {"facing": "left"}}),
        Condition("passer-by", "one", {"scene": {"second_person": True}}),
    ]


def key_point_conditions() -> list[Condition]:
    """The same without pictures; the model's noise varies instead of what only pictures show."""
    drawn = {"decode", "sensor noise", "exposure", "passer-by"}
    noises = [Condition("model noise", f"{factor:g} x", {}, factor) for factor in (0.0, 0.5, 2.0)]
    return [*(c for c in conditions() if c.what not in drawn), *noises]
