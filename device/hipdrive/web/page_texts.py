"""The page in the device's language: its HTML, and the sentences that its script fills in."""

from __future__ import annotations

import html
import json
from string import Template
from typing import TYPE_CHECKING, Literal

from hipdrive.control.command import Refusal
from hipdrive.control.runner_name import LONGEST_NAME, NOT_IN_A_NAME
from hipdrive.texts.catalogue import sentences
from hipdrive.texts.phrases import Phrases
from hipdrive.web.static_files import static_file

if TYPE_CHECKING:
    from hipdrive.texts.catalogue import Language

TABLE: Literal["page"] = "page"


def index_page(language: Language) -> bytes:
    """The page's HTML: `$name` in it is the sentence of that name.

    Raises:
        KeyError: the catalogue lacks one: a defect.
    """
    said = {name: html.escape(text) for name, text in sentences(language)[TABLE].items()}
    page = Template(static_file("index.html").decode())
    return page.substitute(said, language=language).encode()


def texts_module(language: Language) -> bytes:
    """The sentences as a module of the page's script."""
    table = json.dumps(dict(sentences(language)[TABLE]), ensure_ascii=False)
    return f'export const language = "{language}";\nexport const sentences = {table};\n'.encode()


def refused(refusal: Refusal, language: Language) -> str | None:
    """Why a command of the page was not followed; None for what the page never sends."""
    say = Phrases(TABLE, language)
    match refusal:
        case Refusal.NAME:
            return say("refused_name", most=LONGEST_NAME, signs=" ".join(NOT_IN_A_NAME))
        case Refusal.NO_SESSION:
            return say("refused_no_session")
        case Refusal.IN_SESSION:
            return say("refused_in_session")
        case Refusal.BUSY:
            return say("refused_busy")
    return None
