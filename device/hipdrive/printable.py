"""Text from files, folders and the network made fit for a terminal and a journal."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text with `?` for what a terminal may obey: escapes, control characters, stray bytes.

    Line ends stay: a message may have several lines.
    """
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)
