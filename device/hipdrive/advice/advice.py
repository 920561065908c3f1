"""At most three sentences after a run: what changed, one thing to try, one exercise or rest.

Nothing is said of what may be chance (`detectable`), nothing is praised, and every sentence names
the figure that it rests on. What the evidence is: `docs/references.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.advice.detectable import BETWEEN_DAYS, WITHIN_A_RUN, changes
from hipdrive.advice.rest import exercise, rest
from hipdrive.advice.try_next import one_thing
from hipdrive.texts.message import Message, MessageId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.advice.detectable import Change, StrideMean

DECIMALS = 3


def advise(
    before: Mapping[str, StrideMean],
    after: Mapping[str, StrideMean],
    baseline: Mapping[str, StrideMean],
) -> tuple[Message, ...]:
    """What to say of a run; empty where nothing changed by more than chance.

    Args:
        before: of the strides of this run that came before any feedback, by the metric's name.
        after: of those since; empty where there was none.
        baseline: the runner's own from another day, at this belt speed; empty: none is known.

    Returns:
        Three messages at most. What changed is told against the baseline of another day if that is
        more than days differ, else against the first part of the run; what to do about it, the
        other way round.
    """
    within = changes(before, after, WITHIN_A_RUN)
    since = changes(baseline, after or before, BETWEEN_DAYS)
    acted_on = since | within
    said = (
        _what_changed(within, since),
        one_thing(acted_on),
        rest(acted_on) or exercise(acted_on),
    )
    return tuple(_rounded(message) for message in said if message is not None)


def _rounded(message: Message) -> Message:
    """Finer than what is said, and fit for a file."""
    fields = message.fields.items()
    return Message(
        message.id,
        {
            name: value if isinstance(value, str) else round(value, DECIMALS)
            for name, value in fields
        },
    )


def _what_changed(within: Mapping[str, Change], since: Mapping[str, Change]) -> Message | None:
    """Of thigh extension only: the rest is told with what to do about it."""
    for found, up, down in (
        (since, MessageId.THIGH_UP_SINCE, MessageId.THIGH_DOWN_SINCE),
        (within, MessageId.THIGH_UP, MessageId.THIGH_DOWN),
    ):
        if change := found.get("thigh_ext"):
            fields = {
                "change": abs(change.difference),
                "before": change.before,
                "now": change.now,
                "detectable": change.detectable,
            }
            return Message(up if change.difference > 0 else down, fields)
    return None
