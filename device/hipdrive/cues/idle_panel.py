"""What the panel shows and says between two sessions: faults, and what the button does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from hipdrive.cues.driver import PanelDriver
from hipdrive.cues.patterns import PanelEvent
from hipdrive.cues.pins import SessionOutputs
from hipdrive.cues.timeline import PanelTimeline
from hipdrive.types.time import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.config import CuesConfig
    from hipdrive.cues.pins import PinOutputs
    from hipdrive.health.degraded import DegradedParts


class IdlePanel:
    """The panel from the end of a session to the begin of the next. For the loop's thread.

    Args:
        config: what lights mean.
        outputs: dark when they are handed over, and after `close`.
        parts: those that do not work.
        clock_ns: a monotonic clock.
    """

    def __init__(
        self,
        config: CuesConfig,
        outputs: PinOutputs,
        parts: DegradedParts,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._outputs = SessionOutputs(outputs)
        self._timeline = PanelTimeline(config.patterns, NS_PER_MS * config.buzzer.buzz_ms)
        self._driver = PanelDriver(self._outputs, self._timeline, clock_ns, parts)

    def drive(self, *, letting_go: bool) -> None:
        """Show what is due now; to be called some times a second.

        Args:
            letting_go: letting go of the button now begins a session.
        """
        self._driver.letting_go = letting_go
        self._driver.drive()

    def show_camera_closed(self) -> None:
        """Show once that the camera is closed, with the next `drive`."""
        self._timeline.show(PanelEvent.CAMERA_CLOSED)

    def show_runner(self, number: int) -> None:
        """Show who runs next, with the next `drive`; 0: a guest."""
        if number:
            self._timeline.show_runner(number)
        else:
            self._timeline.show(PanelEvent.GUEST)

    def close(self) -> None:
        """Switch everything off."""
        self._outputs.close()
