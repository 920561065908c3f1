"""Text from files, folders and the network made fit for a terminal and a journal."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text with `?` for what a terminal may obey: escapes, control characters, stray bytes."""
    return "".join(char if char.isprintable() else "?" for char in text)


def printable_lines(text: str) -> str:
    """The same for a message that may have several lines."""
    return "\n".join(map(printable, text.split("\n")))
