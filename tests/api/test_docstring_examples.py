from __future__ import annotations

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["analysis", "streaming", "stored_session"])
def test_the_examples_in_docstrings_are_true(name: str) -> None:
    results = doctest.testmod(import_module(f"hipdrive.api.{name}"), raise_on_error=False)
    assert results.attempted > 0
    assert results.failed == 0
