"""Watches whether a service that was just started stays well."""

from __future__ import annotations

import http.client
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.releases.service import Service

LOOK_S = 2.0
"""Time from one look to the next."""
START_S = 60.0
"""A release that has not started after so long does not start: the model and the camera take a few
seconds on a Pi."""
QUEUED_S = 10.0
"""So long systemd may say that a service is inactive which it was told to start a moment ago."""
ANSWER_S = 10.0


@dataclass(frozen=True, slots=True)
class Page:
    """The page that the service serves.

    Attributes:
        port: on this machine.
        secure: whether it has a certificate.
    """

    port: int
    secure: bool = False

    def answers(self) -> bool:
        """Whether it answers at all; without its token it answers that it does not."""
        if self.secure:
            # The page's own certificate is not asked for a name on loopback.
            context = ssl._create_unverified_context()  # noqa: S323, SLF001
            link: http.client.HTTPConnection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=ANSWER_S, context=context
            )
        else:
            link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        try:
            link.request("GET", "/")
            link.getresponse().read(1)
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()
        return True


@dataclass(frozen=True, slots=True)
class Watch:
    """How long and by what a release is judged.

    Attributes:
        seconds: so long it must stay well.
        page: None: it serves none.
        monotonic: a clock that never jumps, s.
        sleep: waits so many seconds.
    """

    seconds: float = 120.0
    page: Page | None = None
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def illness(self, service: Service) -> str:
        """Watch it for the whole time; at once, what is wrong with it.

        Returns:
            Why it is not well, in words; empty when it was well all the time.
        """
        began_s = self.monotonic()
        first_restarts, ran = None, False
        while True:
            gone_s = self.monotonic() - began_s
            state = service.state()
            if state is None:
                return "systemd does not know the service"
            if first_restarts is None:
                first_restarts = state.restarts
            if state.restarts > first_restarts:
                return f"the service stopped and had to be started again after {gone_s:.0f} s"
            ended = state.active == "inactive" and gone_s >= QUEUED_S
            if state.active == "failed" or ended or (ran and not state.runs):
                return f"the service is {state} after {gone_s:.0f} s"
            ran = state.runs
            if not ran and gone_s > START_S:
                return f"the service is still {state} after {gone_s:.0f} s"
            if gone_s >= self.seconds and ran:
                return self._page_illness()
            self.sleep(LOOK_S)

    def _page_illness(self) -> str:
        if self.page is None or self.page.answers():
            return ""
        return f"the page on port {self.page.port} does not answer"
