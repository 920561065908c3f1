"""Runners of whom one thing is far from the usual; some can run like that, some are refused."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.errors import SourceError
from support.rendered.runners import SECONDS, STEP_S, Motion, Tables, moving, truth_of

if TYPE_CHECKING:
    from hipdrive.rendered.truth import Truth

EXTREMES: dict[str, Tables] = {
    f"{key} {value}": {table: {key: value}}
    for table, key, values in (
        ("runner", "height_m", (1.3,)),
        ("runner", "cadence_spm", (130.0,)),
        ("runner", "overstride_m", (0.05, 0.25, 0.35)),
        ("runner", "knee_contact_deg", (8.0, 12.0)),
        ("runner", "knee_stance_deg", (25.0, 60.0)),
        ("runner", "knee_swing_deg", (135.0,)),
        ("runner", "thigh_swing_deg", (20.0, 70.0)),
        ("treadmill", "speed_mps", (6.0,)),
        ("treadmill", "incline_percent", (-5.0, 15.0)),
    )
    for value in values
}

each_extreme = pytest.mark.parametrize("name", EXTREMES)


@cache
def extreme(name: str) -> list[tuple[Truth, Motion]]:
    """One of `EXTREMES`; nobody where they are refused."""
    try:
        truth = truth_of(**EXTREMES[name])
    except SourceError:
        return []
    return [(truth, moving(truth, np.arange(0.0, SECONDS, 2 * STEP_S)))]
