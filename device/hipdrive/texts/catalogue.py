"""The sentences of each language: one TOML file each, with the same sentences and the same fields.

A sentence is a format string; `{change:1}` is a number with one decimal, written as the language
does, and `{leg}` a word that is translated too. Another language is another file here, and its name
in `Language`.
"""

from __future__ import annotations

from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.texts.message import Message

Language: TypeAlias = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

WORDS = "words"
"""The table of single words; every other one holds sentences."""
DECIMAL_SIGN: Mapping[str, str] = {"en": ".", "de": ","}


def text_of(message: Message, language: Language) -> str:
    """The message as a sentence.

    Raises:
        KeyError: the catalogue lacks the sentence or a word, or the message a field: a defect.
    """
    table, _, name = message.id.partition(".")
    return _Sentence(language).vformat(sentences(language)[table][name], (), message.fields)


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
            return sentences(self._language)[WORDS][value]
        number = format(value, f".{format_spec or 0}f")
        return number.replace(".", DECIMAL_SIGN[self._language])
