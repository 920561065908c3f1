"""What a runner who is named is told before their session."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from hipdrive.cli.say import complain, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.coach.programme import SessionPlan
    from hipdrive.session.request import SessionRequest
    from hipdrive.texts.catalogue import Language


def greet(request: SessionRequest) -> None:
    """Say where the runner is in the programme, and what to have in mind; nothing to a guest.

    A store that cannot be read is no reason not to run.
    """
    from hipdrive.errors import ProfileStoreError
    from hipdrive.runners.keeper import plan_of_profile
    from hipdrive.runners.opening import profile_store

    if not request.runner:
        return
    try:
        profiles = profile_store(request.config, complain).profiles()
    except (ProfileStoreError, OSError):
        # The session says so itself, and goes on.
        return
    known = {each.name: each for each in profiles}
    plan = plan_of_profile(known.get(request.runner), request.config.coach)
    for line in greeting(request.runner, plan, known, request.config.language):
        say(line)


def greeting(name: str, plan: SessionPlan, known: Iterable[str], language: Language) -> list[str]:
    """The lines for a runner.

    Args:
        name: theirs.
        plan: of the session.
        known: names of the runners who have a profile.
        language: of what is said to the runner.
    """
    from hipdrive.coach.programme import SESSIONS
    from hipdrive.texts.coach import plain
    from hipdrive.texts.message import MessageId
    from hipdrive.types.programme import CoachMode

    names = list(known)
    lines = []
    if name not in names:
        alike = [each for each in names if _plain(each) == _plain(name)]
        other = f"; {' and '.join(alike)}, who is known, is somebody else" if alike else ""
        lines.append(f"{name} is new: a profile is made when the session counts{other}")
    if plan.mode is CoachMode.FREE:
        return [*lines, f"{name}: session {plan.session}, with feedback all the time"]
    of = f" of {SESSIONS}" if plan.mode is CoachMode.PROGRAMME else ", to keep what was learnt"
    lines.append(f"{name}: session {plan.session}{of}; the first two minutes are without feedback")
    return [*lines, plain(MessageId.RECALL, language)]


def _plain(name: str) -> str:
    """What makes two names look alike."""
    return unicodedata.normalize("NFKC", name).casefold()
