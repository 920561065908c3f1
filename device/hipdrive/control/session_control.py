"""Follows queued commands, and presses of the button, between two frames."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from hipdrive.control.command import ChangeSession, MoveTarget, Mute, NameRunner, SetPrivacy
from hipdrive.control.device_state import DeviceState
from hipdrive.cues.button import Press
from hipdrive.types.angle import bam_from_deg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hipdrive.coach.coach import Coach
    from hipdrive.coach.muting import MuteSwitch
    from hipdrive.coach.programme import SessionPlan
    from hipdrive.control.command import Command
    from hipdrive.control.command_handler import CommandHandler


class PressSource(Protocol):
    """Where presses of a button come from; `cues.button.ButtonPresses`."""

    def next_press(self) -> Press | None:
        """The oldest press that was not asked for yet; None without one."""
        ...

    def long_so_far(self) -> bool:
        """Whether the button is held, and letting go of it now would make the press a long one."""
        ...


class SessionControl:
    """Applies commands to the device's state and to the coach of the session in progress.

    A target offset and a runner's name hold for one session; given between two sessions, for the
    next. Muting holds until a command ends it, privacy until one ends it or begins a session.

    Args:
        commands: queue of commands; None: there are none, as in a replay.
        button: a short press mutes, or ends that, and between two sessions chooses who runs next; a
            long one begins or ends a session; one that is held on closes the camera.
        runner: who runs, unless a command says otherwise; empty: a guest.
        plan_of: the plan of a runner, by their name, empty for a guest; at once, from memory.
        choices: names that the button steps through, the first of them empty, for a guest; at once,
            from memory; None: it chooses nobody, and mutes between two sessions too.

    Attributes:
        state: what the device is set to.
        on_closing: called as soon as the camera is to be closed, before the session ends.
        on_choice: called with the number and the name of whom the button has chosen.
    """

    def __init__(
        self,
        commands: CommandHandler | None,
        button: PressSource | None = None,
        runner: str = "",
        plan_of: Callable[[str], SessionPlan] | None = None,
        choices: Callable[[], Sequence[str]] | None = None,
    ) -> None:
        self._commands = commands
        self._button = button
        self._runner = runner
        self._plan_of = plan_of
        self._choices = choices
        self.on_closing: Callable[[], None] | None = None
        self.on_choice: Callable[[int, str], None] | None = None
        self.state = DeviceState(runner=runner)
        self._coach: tuple[Coach, MuteSwitch] | None = None
        self._starting = False

    def begin(self, session: str, coach: Coach, mute_switch: MuteSwitch) -> None:
        """Begin a session with that id, and apply the state to its coach."""
        self._coach = coach, mute_switch
        self._begin_runner()
        self._set_state(replace(self.state, session=session))

    def end(self) -> None:
        """End the session; what is no session's is kept, and who runs unless a command says so."""
        self._coach = None
        self._set_state(
            replace(self.state, session=None, target_offset_deg=0.0, runner=self._runner)
        )

    def enter_safe_mode(self) -> None:
        """The camera is not to be tried until somebody begins a session."""
        self._set_state(replace(self.state, safe_mode=True))

    def leave_safe_mode(self, *, starting: bool) -> None:
        """The camera has come back by itself; `starting`: a session is to begin."""
        self._starting = starting or self._starting
        self._set_state(replace(self.state, safe_mode=False))

    def stay_private(self) -> None:
        """The camera was closed when the device was last on, and stays so."""
        self._set_state(replace(self.state, private=True))

    def ended(self) -> bool:
        """Follow the queued commands; True when one ended the session in progress."""
        return not self._follow() and self._coach is not None

    @property
    def letting_go(self) -> bool:
        """Whether letting go of the button now begins or ends a session."""
        return self._button is not None and self._button.long_so_far()

    def idle_until_start(self, views: Iterable[object]) -> bool:
        """Skip views until a command begins a session.

        False when the views ended first, or the camera is to be closed.
        """
        for _ in views:
            if self._follow():
                return True
            if self.state.without_camera:
                return False
        return False

    def camera_is_wanted(self) -> bool:
        """Follow commands while the camera is closed; True when it is to be opened.

        A session that is to begin opens it; `starting` then says so once.
        """
        self._starting = self._follow() or self._starting
        return not self.state.without_camera

    def starting(self) -> bool:
        """Whether a command that opened the camera asked for a session too; True once."""
        starting, self._starting = self._starting, False
        return starting

    def _follow(self) -> bool:
        """Follow the queued commands; whether a session is in progress, or to begin, after them.

        Commands behind the end or the start of a session stay queued for what comes after it.
        """
        active = self._coach is not None
        while (command := self._next_command()) is not None:
            if isinstance(command, ChangeSession):
                if command.action == "start" and self.state.without_camera:
                    self._set_state(replace(self.state, private=False, safe_mode=False))
                return command.action == "start"
            before = self.state.runner
            self._set_state(_changed(self.state, command))
            if self.state.runner != before:
                self._begin_runner()
            if isinstance(command, SetPrivacy) and command.private:
                if self.on_closing is not None:
                    self.on_closing()
                return False
        return active

    def _next_command(self) -> Command | None:
        """The button's first: whoever presses it stands on the belt."""
        press = None if self._button is None else self._button.next_press()
        if press is Press.SHORT:
            return self._of_short_press()
        if press is Press.LONG:
            return ChangeSession(action="start" if self._coach is None else "end")
        if press is Press.HELD:
            return SetPrivacy(private=True)
        return None if self._commands is None else self._commands.next_command()

    def _of_short_press(self) -> Command:
        if self._coach is not None or self._choices is None:
            return Mute(muted=not self.state.muted)
        names, runner = self._choices(), self.state.runner
        # Somebody who is none of them, as their first session is to come, is followed by the first.
        number = (names.index(runner) + 1) % len(names) if runner in names else 0
        if self.on_choice is not None:
            self.on_choice(number, names[number])
        return NameRunner(runner=names[number])

    def _begin_runner(self) -> None:
        if self._coach is not None and self._plan_of is not None:
            coach, _ = self._coach
            coach.begin_runner(self._plan_of(self.state.runner))

    def _set_state(self, state: DeviceState) -> None:
        self.state = state
        if self._coach is not None:
            coach, mute_switch = self._coach
            mute_switch.muted = state.muted
            coach.move_target(bam_from_deg(state.target_offset_deg))
        if self._commands is not None:
            self._commands.set_state(state)


def _changed(state: DeviceState, command: Command) -> DeviceState:
    match command:
        case Mute():
            return replace(state, muted=command.muted)
        case MoveTarget():
            return replace(state, target_offset_deg=command.target_offset_deg)
        case NameRunner():
            return replace(state, runner=command.runner)
        case SetPrivacy():
            # Who opens the camera means it, also where it was given up.
            return replace(state, private=command.private, safe_mode=False)
    return state
