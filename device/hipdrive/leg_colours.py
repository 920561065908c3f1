"""The colours of the two legs, the same wherever a runner or an angle is drawn.

Near and far is as the camera sees them: the near leg is the one that is measured and coached. Okabe
and Ito's palette (2008), which the colour-blind tell apart: blue and orange, of each a light shade
for pictures and dark pages and a dark one for white paper.
"""

from __future__ import annotations

NEAR_RGB, FAR_RGB = (86, 180, 233), (230, 159, 0)
"""Over pictures."""
BODY_RGB = (255, 255, 255)
"""Of what is no leg, or of legs of which nobody knows yet which is near."""
NEAR_ON_WHITE, FAR_ON_WHITE = "#0072b2", "#8a5a00"
