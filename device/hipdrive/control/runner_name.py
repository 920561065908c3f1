"""Names of runners: as people write them, on one line."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 64
"""Characters, after they were composed."""
NOT_IN_A_NAME = ("<", ">", "{", "}")
"""No name has them, and a dashboard might take them for markup or a template."""
GUEST = "guest"
"""Nobody's name: whoever is called so, in capitals or not, is a guest and leaves nothing."""
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Not visible, but Persian and the scripts of India write names with them."""


def runner_name(text: str) -> str:
    """A name as it is kept: composed (Unicode's NFC), without spaces around it; empty: a guest.

    Args:
        text: the name as it was typed, composed or not.

    Raises:
        ValueError: it is too long, or has a character that no name has.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if len(name) > LONGEST_NAME:
        message = f"has {len(name)} characters, and may have {LONGEST_NAME}"
        raise ValueError(message)
    if not all(char.isprintable() or char in JOINERS for char in name):
        message = "has a character that cannot be seen"
        raise ValueError(message)
    if any(char in name for char in NOT_IN_A_NAME):
        message = f"has one of {' '.join(NOT_IN_A_NAME)}"
        raise ValueError(message)
    return "" if name.casefold() == GUEST else name
