"""A device that serves its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.page_device import page_device

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.page_device import PageDevice


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageDevice]:
    """On loopback, where no token is asked for."""
    with page_device(tmp_path_factory.mktemp("device")) as started:
        yield started


@pytest.fixture(scope="module")
def lan_device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageDevice]:
    """On every address, where the token is."""
    with page_device(tmp_path_factory.mktemp("lan"), host="0.0.0.0") as started:  # noqa: S104  # the case
        yield started
