"""How a metric is declared; `docs/metrics.md` is generated from the declarations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from hipdrive.types.angle import TURN
from hipdrive.types.fixed_point import Q16
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.gait.events.stride_window import StrideWindow

Confidence: TypeAlias = Literal["measured", "estimated", "low"]
"""`measured`: from key points alone. `estimated`: rests on foot strike or toe-off, which are found
from knee or foot with constants of a few runners. `low`: from the leg that the other one hides."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What the whole numbers of a metric stand for: value = whole * numerator / denominator.

    Attributes:
        name: as the columns of `strides.csv` and the keys of messages end.
        symbol: for people.
        decimals: finer than anything measured.
    """

    name: str
    symbol: str
    numerator: int
    denominator: int
    decimals: int


DEGREES = Unit("deg", "°", 360, TURN, 3)
"""From BAM."""
SECONDS = Unit("s", "s", 1, NS_PER_S, 4)
"""From ns."""
METRES = Unit("m", "m", 1, 1 << Q16, 4)
PERCENT = Unit("percent", "%", 1, 1 << Q16, 2)
STEPS_PER_MINUTE = Unit("spm", "steps/min", 1, 1, 2)
DEGREES_PER_10_MIN = Unit("deg_per_10min", "°/10 min", 1, 1, 3)

HUNDRED = 100 << Q16
"""100 % in whole units of `PERCENT`."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A quantity with its definition.

    Attributes:
        name: unique; part of column names and message keys.
        unit: of its values.
        version: of the definition; raised whenever the same motion would give another value.
        meaning: what it is, and its sign.
        formula: how it is made.
        key_points: joints it needs, without their side. `shoulder`, `hip`, `knee` and `ankle` are
            always there; where the skeleton lacks another one the metric is None.
        confidence: see `Confidence`.
        limits: what it cannot tell, and what disturbs it.
        measure: the value of one stride in whole units, None where something is missing; None for
            what is a figure of a session or a field of `types.stride.Stride`.
        typical: what was published, with its source; never a norm. Empty where nothing is known.
        rests_on_foot_strike: it is another quantity where heel and toe tell foot strike.
    """

    name: str
    unit: Unit
    version: int
    meaning: str
    formula: str
    key_points: tuple[str, ...]
    confidence: Confidence
    limits: str
    measure: Callable[[StrideWindow], int | None] | None = None
    typical: str = ""
    rests_on_foot_strike: bool = False

    @property
    def definition(self) -> str:
        """Name and version; goes wherever a value is stored or published."""
        return f"{self.name}/{self.version}"

    def definition_with(self, *, events_of_foot: bool) -> str:
        """The same of a stride whose foot strike may come from heel and toe.

        What rests on foot strike, and is there without heel and toe too, is another quantity then:
        a version higher.
        """
        return f"{self.name}/{self.version + (self.rests_on_foot_strike and events_of_foot)}"

    @property
    def column(self) -> str:
        """Name and unit, as a column or a key is called."""
        return f"{self.name}_{self.unit.name}"
