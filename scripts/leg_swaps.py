"""How often what the gait engine says of two legs is the other way round, without any truth.

The legs do the same half a stride apart, so the difference of their thighs' angles is nearly one
sine wave of the stride and its third harmonic. Whatever has the other sign than the wave that fits
the second and a half around it is swapped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.gait.engine import GaitEngine
from hipdrive.types.angle import deg_from_bam

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from hipdrive.types.pose import Pose

    Floats = npt.NDArray[np.float64]

AROUND_S = 0.75
CLEAR_DEG = 15.0
"""Of the wave: closer than that the thighs cross."""
PERIODS_S = np.linspace(0.5, 1.1, 61)
LEAST_SAMPLES = 64


def swapped_percent(poses: Iterable[Pose]) -> float:
    """Share of the samples with thighs clearly apart, in per cent; 0 of too few samples."""
    engine = GaitEngine()
    samples = [sample for pose in poses for sample in engine.step(pose).samples]
    if len(samples) < LEAST_SAMPLES:
        return 0.0
    t_s = np.array([sample.t_ns for sample in samples]) / 1e9
    apart_deg = np.array(
        [deg_from_bam(s.near_thigh_ext_bam - s.far_thigh_ext_bam) for s in samples]
    )
    wave_deg = _wave(t_s - t_s[0], apart_deg)
    clear = np.abs(wave_deg) > CLEAR_DEG
    return 100.0 * float(np.mean((apart_deg * wave_deg < 0)[clear])) if clear.any() else 0.0


def _wave(t_s: Floats, values: Floats) -> Floats:
    """At each sample, of what fits best around it, the stride's period being the same for all."""
    waves = [_fitted(t_s, values, period_s) for period_s in PERIODS_S]
    return min(waves, key=lambda wave: float(np.abs(values - wave).sum()))


def _fitted(t_s: Floats, values: Floats, period_s: float) -> Floats:
    wave = np.empty_like(values)
    for start_s in np.arange(t_s[0], t_s[-1] + AROUND_S, AROUND_S):
        around = np.abs(t_s - start_s) <= AROUND_S
        turns = 2 * np.pi * t_s[around] / period_s
        parts = np.stack([f(n * turns) for n in (1, 3) for f in (np.cos, np.sin)], axis=1)
        if len(parts) <= parts.shape[1]:
            wave[around] = 0.0
            continue
        found, *_ = np.linalg.lstsq(parts, values[around], rcond=None)
        wave[around] = parts @ found
    return wave
