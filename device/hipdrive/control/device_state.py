"""What the device is set to, and what became of the commands so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipdrive.control.command import Refusal


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What the device is set to.

    Attributes:
        session: id of the session in progress; None between two sessions.
        muted: True while the runner gets no cues.
        target_offset_deg: how far commands have moved the coach's target, degrees.
        runner: name of the runner, from a command; empty when none was given.
        private: True while the camera is closed because somebody wants it so.
        safe_mode: True while it is not tried because it failed again and again.
    """

    session: str | None = None
    muted: bool = False
    target_offset_deg: float = 0.0
    runner: str = ""
    private: bool = False
    safe_mode: bool = False

    @property
    def without_camera(self) -> bool:
        """True while the camera is closed, and stays so until somebody wants it open."""
        return self.private or self.safe_mode


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """The state of the device and the count of its commands since the program started.

    Attributes:
        state: what the device is set to.
        accepted: commands accepted.
        refusals: refused commands by reason, sorted by its name; only reasons that occurred.
        last_refusal: reason of the newest refusal; None: no command was refused.
    """

    state: DeviceState
    accepted: int = 0
    refusals: tuple[tuple[Refusal, int], ...] = ()
    last_refusal: Refusal | None = None

    @property
    def refused(self) -> int:
        """Number of commands refused."""
        return sum(count for _, count in self.refusals)
