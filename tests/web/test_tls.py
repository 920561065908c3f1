"""The page with a certificate: over https alone, to its own names, with cookies that stay there."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from support.browser import PageWatch
from support.page_device import NAMED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext

    from support.certificates import Authority
    from support.page_device import PageDevice

OTHER = "elsewhere.localhost"


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that does not know who signed the certificate; that it is sound has a test."""
    with browser.new_context(ignore_https_errors=True) as context:
        yield context


def link_to(name: str, device: PageDevice) -> str:
    """The link that was printed, by another name of this machine."""
    parts = urlsplit(device.link)
    return parts._replace(netloc=f"{name}:{parts.port}").geturl()


def test_the_page_works_over_https(visitor: BrowserContext, secure_device: PageDevice) -> None:
    assert secure_device.link.startswith("https://")
    page = visitor.new_page()
    watch = PageWatch.of(page)
    page.goto(link_to("localhost", secure_device))
    expect(page.locator("#angle")).to_have_text(re.compile(r"^\d+\.\d$"))
    page.get_by_role("tab", name="Align").click()
    expect(page.locator("#picture")).to_have_js_property("naturalWidth", 512)
    page.get_by_role("tab", name="Run").click()
    page.get_by_role("button", name="Mute").click()
    expect(page.locator("#muted")).to_be_visible()
    page.get_by_role("button", name="Unmute").click()
    expect(page.locator("#muted")).to_be_hidden()
    assert watch.broken == []


def test_its_cookie_is_sent_over_https_alone(
    visitor: BrowserContext, secure_device: PageDevice
) -> None:
    page = visitor.new_page()
    page.goto(link_to("localhost", secure_device))
    (cookie,) = visitor.cookies()
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
    assert "token" not in page.url


def test_whoever_trusts_the_authority_sees_a_sound_certificate(
    secure_device: PageDevice, authority: Authority
) -> None:
    connection = http.client.HTTPSConnection(
        "localhost", secure_device.port, context=authority.trusted(), timeout=30
    )
    with closing(connection):
        connection.request("GET", "/")
        assert connection.getresponse().status == 401  # no token


def test_nothing_is_said_without_encryption(secure_device: PageDevice) -> None:
    with socket.create_connection(("127.0.0.1", secure_device.port), timeout=30) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert not plain.recv(64).startswith(b"HTTP/")


def test_who_offers_nothing_newer_than_tls_1_1_is_not_served(secure_device: PageDevice) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    address = ("127.0.0.1", secure_device.port)
    with socket.create_connection(address, timeout=30) as plain, pytest.raises(OSError):  # noqa: PT011  # OpenSSL's words differ
        old.wrap_socket(plain)


def test_a_name_of_the_configuration_opens_the_page_and_another_does_not(
    visitor: BrowserContext, secure_device: PageDevice
) -> None:
    page = visitor.new_page()
    page.goto(link_to(NAMED, secure_device))
    expect(page.locator("#angle")).to_have_text(re.compile(r"^\d+\.\d$"))
    answer = page.goto(link_to(OTHER, secure_device))
    assert answer is not None
    assert answer.status == 421
