"""A count and what is counted, in words."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """As in "1 stride" and "2 strides"; for nouns that take an s."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
