"""The runtimes that are installed here."""

from __future__ import annotations

import importlib.util

import pytest

from hipdrive.pose.interpreter import MODULES


def installed(name: str) -> str:
    if importlib.util.find_spec(MODULES[name].split(".", maxsplit=1)[0]) is None:
        pytest.skip(f"{name} is not installed (scripts/test makes an environment with it)")
    return name


@pytest.fixture(params=MODULES)
def runtime(request: pytest.FixtureRequest) -> str:
    return installed(request.param)
