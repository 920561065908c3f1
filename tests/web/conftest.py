"""A device that serves its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.certificates import HERE, authority, stranger
from support.page_device import NAMED, page_device

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.certificates import Authority
    from support.page_device import PageDevice

__all__ = ["authority", "device", "lan_device", "secure_device", "stranger"]


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


@pytest.fixture(scope="module")
def secure_device(
    tmp_path_factory: pytest.TempPathFactory, authority: Authority
) -> Iterator[PageDevice]:
    """On every address, with a certificate and a name of its own."""
    certificate, key = authority.issue("page", f"{HERE},DNS:{NAMED}")
    web = f'names = ["{NAMED}"]\ncert_file = "{certificate}"\nkey_file = "{key}"'
    folder = tmp_path_factory.mktemp("secure")
    with page_device(folder, host="0.0.0.0", web=web) as started:  # noqa: S104  # the case
        yield started
