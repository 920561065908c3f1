"""Who may ask: over the wire, as a browser, another site or somebody on the network would."""

from __future__ import annotations

import http.client
import json
import socket
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest
from playwright.sync_api import expect

from hipdrive.web.access import kept_token
from hipdrive.web.own_names import OwnNames, is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from email.message import Message
    from pathlib import Path

    from playwright.sync_api import Browser

    from support.page_device import PageDevice

PATHS = ("/", "/events", "/pictures", "/checks", "/sessions", "/page.js")
MUTE = json.dumps({"muted": False})
WRONG_COOKIES = ("", "hipdrive=guessed", "hipdrive=", "hipdrive=\xff", "\xff")
NO_SESSIONS = ("..", "%2e%2e", "..%2f..%2fcalibration.json", "20260101T000000Z-ff")


FORM = """<!doctype html><form method="post" action="{target}" enctype="text/plain">
<input name='{{"muted": true, "x": "' value='"}}'><button>Win a bicycle</button></form>"""
"""As another site would send JSON without a script."""


class Answer(NamedTuple):
    """What a request led to."""

    status: int
    headers: Message


@contextmanager
def asked(
    device: PageDevice,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> Iterator[http.client.HTTPResponse]:
    """The answer, as far as it has come."""
    with closing(http.client.HTTPConnection("127.0.0.1", device.port, timeout=20)) as connection:
        connection.request("GET" if body is None else "POST", path, body, dict(headers or {}))
        with connection.getresponse() as response:
            yield response


def answer(
    device: PageDevice,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> Answer:
    """Status and headers of the answer."""
    with asked(device, path, headers, body) as response:
        return Answer(response.status, response.headers)


def cookie_of(device: PageDevice) -> str:
    """What a browser keeps after it opened the link."""
    link = answer(device, f"/?{device.link.split('?')[1]}")
    assert link.status == 303
    assert link.headers["Location"] == "/"
    kept = link.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} < set(kept.split("; "))
    return str(kept).split(";")[0]


def test_on_loopback_nobody_is_asked_for_a_token(device: PageDevice) -> None:
    assert "?" not in device.link
    assert answer(device, "/").status == 200


@pytest.mark.parametrize("path", PATHS)
def test_on_the_network_everything_asks_for_the_token(lan_device: PageDevice, path: str) -> None:
    for headers in (
        {},
        {"Cookie": "hipdrive=guessed"},
        {"Cookie": "hipdrive="},
        {"Cookie": "\xff"},
    ):
        assert answer(lan_device, path, headers).status == 401


def test_the_link_gives_the_cookie_and_the_cookie_opens_the_page(lan_device: PageDevice) -> None:
    headers = {"Cookie": cookie_of(lan_device)}
    assert answer(lan_device, "/", headers).status == 200
    assert answer(lan_device, "/?token=wrong").status == 401


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost.evil.example"]
)
def test_another_site_cannot_ask_for_anything(device: PageDevice, origin: str) -> None:
    for path in ("/command/mute", "/roll"):
        assert answer(device, path, {"Origin": origin}, MUTE).status == 403


def test_a_request_that_a_browser_marks_as_of_another_site_is_refused(device: PageDevice) -> None:
    assert answer(device, "/command/mute", {"Sec-Fetch-Site": "cross-site"}, MUTE).status == 403


def test_our_own_page_may_ask(device: PageDevice) -> None:
    headers = {"Origin": f"http://127.0.0.1:{device.port}"}
    assert answer(device, "/command/mute", headers, MUTE).status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8710", "", "[", "127.0.0.1.nip.io"])
def test_a_name_that_is_not_ours_is_refused(device: PageDevice, host: str) -> None:
    """Somebody else's name that leads here would let their page read ours (DNS rebinding)."""
    assert answer(device, "/", {"Host": host}).status in {400, 421}


def test_every_answer_says_what_it_may_do(device: PageDevice) -> None:
    for path in ("/", "/sessions", "/nothing-there"):
        headers = answer(device, path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/command/mute", "{", 409),
        ("/command/mute", "[" * 900, 409),
        ("/command/mute", "x" * 100_000, 413),
        ("/command/reboot", "{}", 404),
        ("/command/session", '{"action": "start"}', 409),
        ("/roll", '{"roll_deg": 1e999}', 409),
        ("/roll", '{"roll_deg": 60}', 409),
        ("/roll", '{"roll_deg": "1"}', 409),
        ("/roll", "\xff", 409),
    ],
)
def test_what_is_no_command_is_refused_with_a_reason(
    device: PageDevice, path: str, body: str, status: int
) -> None:
    assert answer(device, path, body=body).status == status


@pytest.mark.parametrize(
    "name", ["..", "%2e%2e", "..%2f..%2fcalibration.json", "20260101T000000Z-ff"]
)
def test_a_report_of_no_session_is_not_there(device: PageDevice, name: str) -> None:
    assert answer(device, f"/sessions/{name}/report").status == 404


def test_who_does_not_read_holds_up_nobody(device: PageDevice) -> None:
    silent = [socket.create_connection(("127.0.0.1", device.port)) for _ in range(6)]
    for each in silent:
        each.sendall(b"GET /pictures HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    try:
        values = [_event(device) for _ in range(3)]
        assert all(value["session"] for value in values)
    finally:
        for each in silent:
            each.close()


def test_more_streams_than_a_device_has_are_refused(device: PageDevice) -> None:
    with ExitStack() as stack:
        opened = [stack.enter_context(asked(device, "/pictures")) for _ in range(12)]
        assert {each.status for each in opened} == {200, 503}
        assert answer(device, "/").status == 200


def _event(device: PageDevice) -> dict[str, object]:
    with asked(device, "/events") as events:
        values: dict[str, object] = json.loads(events.readline().removeprefix(b"data: "))
    return values


def test_the_token_is_kept_and_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "web_token"
    token = kept_token(file)
    assert kept_token(file) == token
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("short")
    assert len(kept_token(file)) >= 24


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "localhost.evil.example", ""])  # noqa: S104  # the case
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_a_name_of_the_configuration_is_ours() -> None:
    names = OwnNames.of(["Gym.Local"])
    assert names.host_is_ours("gym.local:8710")
    assert not names.host_is_ours("other.local")


def test_without_the_link_a_browser_is_told_what_to_open(
    browser: Browser, lan_device: PageDevice
) -> None:
    address = f"http://127.0.0.1:{lan_device.port}/"
    with browser.new_context() as context:
        page = context.new_page()
        for query in ("", "?token=guessed"):
            answer = page.goto(address + query)
            assert answer is not None
            assert answer.status == 401
            expect(page.get_by_text("open the link that hipdrive printed")).to_be_visible()
        page.goto(f"{address}?{lan_device.link.split('?')[1]}")
        expect(page.get_by_role("tab", name="Run")).to_be_visible()


def test_a_form_on_a_page_of_another_site_cannot_mute_the_device(
    browser: Browser, device: PageDevice
) -> None:
    """It sends JSON without a script, from a browser that could open our page."""
    body = FORM.format(target=f"{device.link}command/mute")
    with browser.new_context() as context:
        context.route(
            "http://other.example/**",
            lambda route: route.fulfill(content_type="text/html", body=body),
        )
        page = context.new_page()
        page.goto("http://other.example/")
        with page.expect_navigation() as sent:
            page.locator("button").click()
        assert sent.value is not None
        assert sent.value.status == 403
        expect(page.get_by_text("only hipdrive's own page may ask for this")).to_be_visible()
    assert _event(device)["muted"] is False
