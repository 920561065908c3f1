"""What pages, reports and charts say beside the messages of the coach: one table for each place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from hipdrive.texts.catalogue import number_text, sentences, written

if TYPE_CHECKING:
    from hipdrive.texts.catalogue import Language
    from hipdrive.texts.message import FieldValue

Table: TypeAlias = Literal["report", "chart", "overlay", "page", "check"]
NameTable: TypeAlias = Literal["metric", "meaning", "rejection", "verdict", "joint"]


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences of a table in one language.

    Called with the name of a sentence and its fields it gives the sentence.

    >>> Phrases("report", "de")("share_of_stride", percent=12)
    '12 % des Schritts'

    Raises:
        KeyError: the table lacks the sentence, or the call a field: a defect.
    """

    table: Table
    language: Language

    def __call__(self, name: str, **fields: FieldValue) -> str:
        """The sentence of that name."""
        return written(sentences(self.language)[self.table][name], fields, self.language)

    def number(self, value: float, places: int) -> str:
        """A number as the language writes it."""
        return number_text(value, str(places), self.language)


def named(table: NameTable, name: str, language: Language) -> str:
    """What people call something that sessions call by a short name.

    What is not known, from another version or from outside, goes by its short name.

    >>> named("metric", "contact_time", "de")
    'Bodenkontaktzeit'
    >>> named("metric", "grip_force", "de")
    'grip force'
    """
    return sentences(language)[table].get(name) or name.replace("_", " ")
