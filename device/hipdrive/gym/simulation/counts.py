"""What simulated devices have sent, for comparison with what arrived."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class SentCounts:
    """Messages of all devices.

    Attributes:
        sent: that were given to the network, by kind; those of QoS 0 may be lost.
        acknowledged: that the broker has said it has, by kind.
        refused: that the broker refused, by kind.
        connections: that were made.
        lost_connections: that ended unasked.
        waiting: that are not acknowledged at the end.
    """

    sent: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    lost_connections: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class SentKey:
    """What makes a message the one it is (docs/mqtt.md).

    Attributes:
        device: `site/device`.
        kind: the topic.
        key: its id, or session, leg and time of a stride.
    """

    device: str
    kind: str
    key: str


def no_ledger(_key: SentKey) -> None:
    """Nobody writes down what was acknowledged."""


if TYPE_CHECKING:
    Ledger = Callable[[SentKey], object]
