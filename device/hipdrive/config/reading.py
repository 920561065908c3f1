"""Reading a configuration file and checking all of it."""

from __future__ import annotations

import os
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from hipdrive.config.problems import problem_lines
from hipdrive.config.sections import Config
from hipdrive.errors import ConfigError
from hipdrive.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.config.section import AnySection

SYSTEM_FILES = ("~/.config/hipdrive/hipdrive.toml", "/etc/hipdrive/hipdrive.toml")
"""Looked for in this order when no file is named."""


def load(path: Path | None, environ: Mapping[str, str] = os.environ) -> Config:
    """Read and check the configuration.

    Args:
        path: the file; None: `$HIPDRIVE_CONFIG`, then the first of `SYSTEM_FILES` that exists,
            then the defaults.
        environ: the environment.

    Raises:
        ConfigError: the file cannot be read or is wrong; the message has one line a problem.
    """
    named = path or _standing_file(environ)
    if named is None:
        return Config()
    return parse(configuration_text(named), str(named))


def configuration_text(path: Path) -> str:
    """The text of a configuration, without the mark that some editors put before it.

    Raises:
        ConfigError: the file cannot be read, or is no text.
    """
    try:
        return read_small_file(path).decode("utf-8-sig")
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); name a file with --config"
        raise ConfigError(message) from error
    except UnicodeDecodeError as error:
        message = f"{path}: is not UTF-8 text; a configuration is a TOML file"
        raise ConfigError(message) from error


def _standing_file(environ: Mapping[str, str]) -> Path | None:
    if variable := environ.get("HIPDRIVE_CONFIG"):
        return Path(variable)
    for name in SYSTEM_FILES:
        # Without HOME and an entry in passwd there is no home folder to look in.
        with suppress(RuntimeError, OSError):
            if (file := Path(name).expanduser()).is_file():
                return file
    return None


def parse(text: str, origin: str) -> Config:
    """Check a configuration given as TOML text: `checked` for `Config`."""
    return checked(Config, text, origin)


def checked(kind: type[AnySection], text: str, origin: str) -> AnySection:
    """Read a section with its tables from TOML text and check all of it.

    Args:
        kind: what it is.
        text: TOML.
        origin: what to call it in messages.

    Raises:
        ConfigError: as in `load`.
    """
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits, deep nesting
        message = f"{origin}: is not valid TOML: {error}"
        raise ConfigError(message) from error
    return validated(kind, values, origin)


def validated(kind: type[AnySection], values: Mapping[str, object], origin: str) -> AnySection:
    """Check a section given by its values.

    Raises:
        ConfigError: as in `load`.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        message = "\n".join(problem_lines(kind, error, origin))
        raise ConfigError(message) from error
