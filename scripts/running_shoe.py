"""A running shoe, lofted from cross-sections, about an ankle at the origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.rendered import body as shares

if TYPE_CHECKING:
    from makehuman import Array, Faces

LENGTH = 1.1
"""Of the foot's."""
HEEL_SPARE = 0.05
"""Of the foot's length, the shoe is longer at the heel."""
SECTIONS = np.array(
    # along, half-width, lowest, edge of the midsole, top, aside of the middle; shares of its length
    [
        [0.000, 0.050, 0.040, 0.085, 0.190, 0.000],
        [0.020, 0.085, 0.022, 0.088, 0.245, 0.000],
        [0.070, 0.112, 0.008, 0.088, 0.272, 0.000],
        [0.150, 0.122, 0.000, 0.086, 0.285, 0.002],
        [0.250, 0.120, 0.000, 0.082, 0.290, 0.004],
        [0.340, 0.115, 0.000, 0.078, 0.262, 0.007],
        [0.430, 0.115, 0.000, 0.074, 0.228, 0.010],
        [0.520, 0.124, 0.000, 0.070, 0.205, 0.013],
        [0.610, 0.139, 0.000, 0.066, 0.182, 0.015],
        [0.700, 0.148, 0.000, 0.063, 0.162, 0.016],
        [0.780, 0.145, 0.008, 0.063, 0.145, 0.017],
        [0.860, 0.128, 0.020, 0.066, 0.130, 0.018],
        [0.930, 0.096, 0.036, 0.072, 0.115, 0.018],
        [0.975, 0.058, 0.050, 0.078, 0.104, 0.017],
        [1.000, 0.022, 0.062, 0.080, 0.094, 0.016],
    ]
)
RING = np.array(
    # across in half-widths, then how far from lowest to edge, then how far from edge to top
    [
        [0.88, 0.0, 0.0], [1.0, 0.45, 0.0], [0.97, 1.0, 0.0], [0.93, 1.0, 0.4], [0.74, 1.0, 0.75],
        [0.34, 1.0, 1.0], [-0.34, 1.0, 1.0], [-0.74, 1.0, 0.75], [-0.93, 1.0, 0.4],
        [-0.97, 1.0, 0.0], [-1.0, 0.45, 0.0], [-0.88, 0.0, 0.0],
    ]
)  # fmt: skip
SOLE_BANDS = {0, 1, 9, 10, 11}
"""Between these points of the ring and the next the midsole is seen."""


def shoe(side: str) -> tuple[Array, Faces, list[str], Array]:
    """One shoe.

    Returns:
        vertices in shares of body height, quads, surfaces of the quads, how far each vertex goes
        with the toes.
    """
    length = LENGTH * shares.FOOT
    along, half, low, edge, top, aside = SECTIONS.T * length
    inner = -1.0 if side == "left" else 1.0
    x = along - (shares.HEEL_TO_ANKLE + HEEL_SPARE) * shares.FOOT
    y = inner * aside[:, None] + half[:, None] * RING[:, 0]
    z = low[:, None] + (edge - low)[:, None] * RING[:, 1] + (top - edge)[:, None] * RING[:, 2]
    vertices = np.stack([np.broadcast_to(x[:, None], y.shape), y, z - shares.ANKLE_HEIGHT], axis=2)
    points, count = len(RING), len(SECTIONS)
    quads, surfaces = [], []
    for section in range(count - 1):
        for point in range(points):
            here, beside = section * points + point, section * points + (point + 1) % points
            quads.append([here, here + points, beside + points, beside])
            surfaces.append("sole" if point in SOLE_BANDS else "shoe")
    for section, turned in ((0, False), (count - 1, True)):
        for point in range(points // 2 - 1):
            ring = [point, point + 1, points - 2 - point, points - 1 - point]
            corners = [section * points + corner for corner in ring]
            quads.append(corners[::-1] if turned else corners)
            surfaces.append("sole" if point < 2 else "shoe")  # noqa: PLR2004  # see SOLE_BANDS
    ball = (shares.HEEL_TO_BALL - shares.HEEL_TO_ANKLE) * shares.FOOT
    bend = np.clip((vertices[..., 0] - ball) / (0.12 * shares.FOOT) + 0.5, 0, 1)
    return vertices.reshape(-1, 3), np.array(quads), surfaces, bend.ravel()
