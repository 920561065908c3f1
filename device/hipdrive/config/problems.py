"""What is wrong with a configuration, a line a problem: the key, its value, what is allowed."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from hipdrive.config.section import Section

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_KINDS: dict[object, str] = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "true or false",
}


def problem_lines(root: type[Section], error: ValidationError, origin: str) -> list[str]:
    """The message of an error: how many problems there are, then one line for each.

    Args:
        root: the section that was checked.
        error: of the check.
        origin: what to call the file.
    """
    problems = [_describe(root, detail) for detail in error.errors(include_url=False)]
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return [f"{origin}: {count}", *(f"  {problem}" for problem in problems)]


def _describe(root: type[Section], detail: ErrorDetails) -> str:
    """One line for one problem: key, what is wrong, what is allowed."""
    location = detail["loc"]
    key = ".".join(map(str, location)) or "(file)"
    value = detail["input"]
    if detail["type"] == "extra_forbidden":
        if moved := _section(root, location[:-1]).moved_keys.get(str(location[-1])):
            return f"{key} is now {moved}"
        return f"{key}: unknown key{_suggestion(root, location)}"
    if detail["type"] == "value_error":
        return f"{key}: {detail['ctx']['error']}"
    if detail["type"] in {"model_type", "model_attributes_type"}:
        return f"{key} = {_toml(value)}: must be a table, [{key}]"
    return f"{key} = {_toml(value)}: {_allowed(root, location, detail)}"


def _toml(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    # Who logs in, where an address is in the wrong place.
    return re.sub(r"//[^/\s]*@", "//", text)


def _allowed(root: type[Section], location: tuple[int | str, ...], detail: ErrorDetails) -> str:
    """What may stand there, from the declaration of the field."""
    if detail["type"] == "literal_error":
        return f"allowed: {detail['ctx']['expected']}"
    field = _section(root, location[:-1]).model_fields.get(str(location[-1]))
    if field is None or field.annotation not in _KINDS:  # an item of a list
        return detail["msg"]
    limits: dict[str, object] = {}
    for rule in field.metadata:
        for name in ("ge", "le", "multiple_of"):
            if (limit := getattr(rule, name, None)) is not None:
                limits[name] = limit
    words = f"must be {_KINDS[field.annotation]}"
    if "ge" in limits and "le" in limits:
        words += f" from {limits['ge']} to {limits['le']}"
    if "multiple_of" in limits:
        words += f", a multiple of {limits['multiple_of']}"
    return words


def _section(root: type[Section], location: tuple[int | str, ...]) -> type[Section]:
    """The section that a location's keys lead to."""
    section = root
    for key in location:
        kind = section.model_fields[str(key)].annotation
        if not (isinstance(kind, type) and issubclass(kind, Section)):
            break
        section = kind
    return section


def _suggestion(root: type[Section], location: tuple[int | str, ...]) -> str:
    """The nearest known key: in the same table, unless another has this very one, then in all."""
    wrong = str(location[-1])
    known = list(_section(root, location[:-1]).model_fields)
    sections = {name: section for section, names in _all_keys(root).items() for name in names}
    near = difflib.get_close_matches(wrong, known, n=1)
    if near and wrong not in sections:
        return f"; did you mean {near[0]}?"
    if near := difflib.get_close_matches(wrong, list(sections), n=1, cutoff=0.8):
        return f"; did you mean {'.'.join(filter(None, (sections[near[0]], near[0])))}?"
    return f"; known here: {', '.join(known)}"


def _all_keys(section: type[Section], prefix: str = "") -> dict[str, list[str]]:
    """Every table of the file with its keys."""
    keys = {prefix: list(section.model_fields)}
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            keys |= _all_keys(kind, f"{prefix}.{name}" if prefix else name)
    return keys
