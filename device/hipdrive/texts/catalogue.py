"""The sentences of each language: one TOML file each, with the same sentences and the same fields.

A sentence is a format string; `{change:1}` is a number with one decimal, written as the language
does, `{change:+1}` the same with its sign, `{leg}` a word that is translated too, and `{runner:s}`
text that stays as it is. Another language is another file here, and its name in `Language`.
"""

from __future__ import annotations

from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.texts.message import FieldValue, Message

Language: TypeAlias = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

WORDS = "words"
"""The table of single words; every other one holds sentences."""
AS_IT_IS = "s"
"""The format of text that is no word of the catalogue."""
DECIMAL_SIGN: Mapping[str, str] = {"en": ".", "de": ","}


def text_of(message: Message, language: Language) -> str:
    """The message as a sentence.

    Raises:
        KeyError: the catalogue lacks the sentence or a word, or the message a field: a defect.
    """
    table, _, name = message.id.partition(".")
    return written(sentences(language)[table][name], message.fields, language)


def written(sentence: str, fields: Mapping[str, FieldValue], language: Language) -> str:
    """A sentence with its fields filled in.

    Raises:
        KeyError: a field is missing, or a word that it names: a defect.
    """
    return _Sentence(language).vformat(sentence, (), fields)


def number_text(value: float, places: str, language: Language) -> str:
    """A number as a language writes it, with so many decimals; `+` before them shows its sign."""
    sign = "+" * places.startswith("+")
    number = format(value, f"{sign}.{places.removeprefix('+') or 0}f")
    return number.replace(".", DECIMAL_SIGN[language])


@cache
def sentences(language: Language) -> Mapping[str, Mapping[str, str]]:
    """Every table of a language, by its name."""
    # Commands that name the languages need no sentence.
    import tomllib
    from importlib import resources

    file = resources.files("hipdrive.texts") / f"{language}.toml"
    return tomllib.loads(file.read_text("utf-8"))


def field_names(sentence: str) -> frozenset[str]:
    """Which fields a sentence has, with their decimals: `change:1`."""
    parts = Formatter().parse(sentence)
    return frozenset(f"{name}:{spec}" if spec else name for _, name, spec, _ in parts if name)


class _Sentence(Formatter):
    """Writes numbers and words as a language does."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, str):
            return value if format_spec == AS_IT_IS else sentences(self._language)[WORDS][value]
        assert isinstance(value, int | float)  # noqa: S101  # as the type of a field says
        return number_text(value, format_spec, self._language)
