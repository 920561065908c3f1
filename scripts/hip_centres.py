"""Where an anatomist puts the hip joints of MakeHuman's bodies.

Its rig turns a thigh about a point that looks right, 3 to 5 cm behind and outside of the joint.
Gait laboratories take the joint's centre from the iliac spines by regression; so does this, from
the same spines on MakeHuman's skin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from makehuman import Array, Body

ANTERIOR_SPINE = 10947
"""Vertex of the base mesh at the front end of the left iliac crest, as lean bodies show it."""
BACK = (11010, 10831, 10825)
"""Vertices up the back, 4 to 5 cm left of its middle, from below the posterior spine to above."""
TILT_DEG = 13.0
"""Of the line from an anterior to a posterior spine against the horizontal (Preece 2008): the skin
of the back does not show where the latter is."""
OVER_ANTERIOR_M, OVER_POSTERIOR_M = 0.0097, 0.0196
"""Skin over the spines (Mantovani 2016)."""


def hip_centre(body: Body) -> Array:
    """The left hip's, of a body in its sex's middle build (Harrington 2007)."""
    anterior = body.vertices[ANTERIOR_SPINE] - np.array([OVER_ANTERIOR_M, 0.0, 0.0])
    back = body.vertices[list(BACK)] + np.array([OVER_POSTERIOR_M, 0.0, 0.0])
    tilts_deg = np.degrees(np.arctan2(back[:, 2] - anterior[2], anterior[0] - back[:, 0]))
    depth_m = np.interp(TILT_DEG, tilts_deg, np.hypot(*(back - anterior).T[[0, 2]]))
    width_m = 2 * anterior[1]
    behind_m, below_m = 0.24 * depth_m + 0.0099, 0.30 * width_m + 0.0109
    cosine, sine = np.cos(np.radians(TILT_DEG)), np.sin(np.radians(TILT_DEG))
    ahead, up = np.array([cosine, 0.0, -sine]), np.array([sine, 0.0, cosine])
    middle = anterior * [1, 0, 1]
    centre: Array = middle - behind_m * ahead - below_m * up
    centre[1] = 0.33 * width_m + 0.0073
    return centre
