"""What a report tells the runner in their language: the run, advice, what held the coach back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.texts.catalogue import text_of
from hipdrive.texts.coach import guard, plain
from hipdrive.texts.message import Message, MessageId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.session.summary import SessionSummary
    from hipdrive.texts.catalogue import Language
    from hipdrive.texts.message import FieldValue

S_PER_MIN = 60


@dataclass(frozen=True, slots=True)
class ToldToRunner:
    """Sentences for the runner.

    Attributes:
        language: they are in.
        run: what the session came to.
        advice: what changed and what to try; empty where nothing changed by more than chance.
        withheld: at how many strides more was due and not asked for, by why.
    """

    language: Language
    run: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    withheld: tuple[tuple[str, int], ...] = ()

    @property
    def withheld_title(self) -> str:
        """What the counts are of."""
        return plain(MessageId.SUMMARY_WITHHELD, self.language)


def told(summary: SessionSummary | None, language: Language) -> ToldToRunner:
    """The sentences about a session; none without a summary that has figures."""
    if summary is None or summary.statement:
        return ToldToRunner(language)
    return ToldToRunner(
        language,
        tuple(text_of(message, language) for message in _run(summary)),
        tuple(text_of(message, language) for message in summary.advice),
        tuple((guard(name, language), count) for name, count in summary.withheld.items()),
    )


def _run(summary: SessionSummary) -> Iterator[Message]:
    if summary.near_leg is not None:
        minutes = summary.duration_s / S_PER_MIN
        fields: dict[str, FieldValue] = {
            "minutes": minutes,
            "strides": summary.strides,
            "leg": str(summary.near_leg),
        }
        yield Message(MessageId.SUMMARY_RUN, fields)
    thigh, cadence_spm = summary.thigh_ext_deg, summary.cadence_spm
    if thigh.mean is not None and thigh.sd is not None and cadence_spm is not None:
        figures = {"mean": thigh.mean, "sd": thigh.sd, "cadence": cadence_spm}
        yield Message(MessageId.SUMMARY_THIGH, figures)
    in_band = summary.session_metrics.thigh_ext_in_band
    if in_band.value is not None:
        yield Message(MessageId.SUMMARY_BAND, {"share": in_band.value})
