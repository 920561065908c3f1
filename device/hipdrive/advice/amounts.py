"""From which amount on a change is acted on: where the coach stops asking for more."""

from __future__ import annotations

CADENCE_PERCENT = 5.0
OVERSTRIDE_PERCENT = 10.0
"""Of the overstride itself."""
SHANK_DEG = 3.0
LEAN_DEG = 3.0
BOUNCE_PERCENT = 15.0
CONTACT_PERCENT = 10.0
TOE_DEG = 5.0
"""Of the foot against the belt at landing; the coach has no guard of it."""
MOST_RISE_DEG = 5.0
"""The coach never asks for more than so much above the runner's own mean in the first sessions."""
