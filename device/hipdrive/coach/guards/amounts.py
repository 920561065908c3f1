"""From which amount on a change is acted on: a guard trips, and advice after the run names it.

As in the designs of feedback trials and coaching practice; none of them is a norm.
"""

from __future__ import annotations

CADENCE_PERCENT = 5
"""Fewer steps a minute; more of them as well, since who answers with quicker steps takes shorter
ones, and being asked again would make them quicker still. At the same speed economy suffers beyond
3 % (Moore 2016)."""
OVERSTRIDE_PERCENT = 10
"""Of the overstride itself."""
SHANK_DEG = 3
LEAN_DEG = 3
BOUNCE_PERCENT = 15
CONTACT_PERCENT = 10
LEGS_DEG = 5
"""Of the difference between the two thighs."""
