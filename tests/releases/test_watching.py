from __future__ import annotations

import http.server
import threading
from typing import TYPE_CHECKING

import pytest

from hipdrive.releases.service import Service, UnitState
from hipdrive.releases.watching import Page, Watch
from support.releases.machine import Clock, PretendHost

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WELL = UnitState("active", "running", 0)
STARTING = UnitState("activating", "start", 0)


class Told(Service):
    """A service of which systemd says what a test has it say; the last again and again."""

    def __init__(self, root: Path, *states: UnitState | None) -> None:
        host = PretendHost(root)
        super().__init__(host, host.paths)
        self._states = list(states)

    def state(self) -> UnitState | None:
        return self._states.pop(0) if len(self._states) > 1 else self._states[0]


def illness(
    tmp_path: Path, *states: UnitState | None, page: Page | None = None
) -> tuple[str, float]:
    """What is wrong, and after how long that is known."""
    clock = Clock()
    watch = Watch(120, page, clock.monotonic, clock.sleep)
    return watch.illness(Told(tmp_path, *states)), clock.now_s


def test_two_minutes_are_watched(tmp_path: Path) -> None:
    assert illness(tmp_path, STARTING, STARTING, WELL) == ("", 120)


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ([WELL, UnitState("active", "running", 1)], "had to be started again after 2 s"),
        ([WELL, UnitState("activating", "auto-restart", 0)], "is activating (auto-restart)"),
        ([WELL, UnitState("failed", "failed", 0)], "is failed (failed) after 2 s"),
        ([WELL, UnitState("inactive", "dead", 0)], "is inactive (dead) after 2 s"),
        ([WELL, None], "does not know the service"),
    ],
)
def test_what_is_wrong_is_told_at_once(
    tmp_path: Path, states: list[UnitState | None], words: str
) -> None:
    reason, gone_s = illness(tmp_path, *states)
    assert words in reason
    assert gone_s == 2


def test_a_service_that_never_starts_is_given_a_minute(tmp_path: Path) -> None:
    reason, gone_s = illness(tmp_path, STARTING)
    assert "still activating (start)" in reason
    assert gone_s == 62


def test_a_service_whose_start_is_still_queued_is_waited_for(tmp_path: Path) -> None:
    queued = UnitState("inactive", "dead", 0)
    assert illness(tmp_path, queued, queued, STARTING, WELL) == ("", 120)
    reason, gone_s = illness(tmp_path, queued)
    assert "is inactive (dead)" in reason
    assert gone_s == 10


@pytest.fixture
def page() -> Iterator[Page]:
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Page(server.server_port)
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_page_that_answers_with_an_error_answers(
    tmp_path: Path, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    assert illness(tmp_path, WELL, page=page)[0] == ""
    capsys.readouterr()


def test_a_page_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        port = server.server_port
    reason, _ = illness(tmp_path, WELL, page=Page(port))
    assert reason == f"the page on port {port} does not answer"
