"""Follows what commands order, between two frames."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from hipdrive.control.command import ChangeSession, MoveTarget, Mute, NameRunner
from hipdrive.control.command_handler import CommandHandler, DeviceState
from hipdrive.types.angle import bam_from_deg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.coach.coach import Coach
    from hipdrive.coach.muting import MuteSwitch
    from hipdrive.control.command import Command

View = TypeVar("View")


class SessionControl:
    """What the device is set to, and what follows from it.

    A target and a runner's name hold for one session; said between two, for the next. A mute holds
    until it is taken back.

    Args:
        desk: where commands come in; None: there are none.
    """

    def __init__(self, desk: CommandHandler | None) -> None:
        self._desk = desk
        self.setting = DeviceState()
        self._coach: tuple[Coach, MuteSwitch] | None = None

    def begin(self, session: str, coach: Coach, mute_switch: MuteSwitch) -> None:
        """A session begins, with this coach."""
        self._coach = coach, mute_switch
        self._set(replace(self.setting, session=session))

    def end(self) -> None:
        """The session has ended."""
        self._coach = None
        self._set(DeviceState(muted=self.setting.muted))

    def ended(self) -> bool:
        """Follow the orders that wait; True when the session that goes on is to end."""
        return not self._follow() and self._coach is not None

    def idle_until_start(self, views: Iterable[object]) -> bool:
        """Let views pass unseen; True when a session is to begin, False when they ended first."""
        return any(self._follow() for _ in views)

    def _follow(self) -> bool:
        """Follow the orders that wait; whether a session is to go on, or begin.

        Those behind the end or the start of a session are left for what comes after it.
        """
        active = self._coach is not None
        while self._desk is not None and (order := self._desk.next_order()) is not None:
            if isinstance(order, ChangeSession):
                return order.action == "start"
            self._set(_changed(self.setting, order))
        return active

    def _set(self, setting: DeviceState) -> None:
        self.setting = setting
        if self._coach is not None:
            coach, mute_switch = self._coach
            mute_switch.muted = setting.muted
            coach.move_target(bam_from_deg(setting.target_offset_deg))
        if self._desk is not None:
            self._desk.show(setting)


def _changed(setting: DeviceState, order: Command) -> DeviceState:
    match order:
        case Mute():
            return replace(setting, muted=order.muted)
        case MoveTarget():
            return replace(setting, target_offset_deg=order.target_offset_deg)
        case NameRunner():
            return replace(setting, runner=order.runner)
    return setting
