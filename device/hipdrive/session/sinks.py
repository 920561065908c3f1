"""The sinks of every session, a line each; `SessionRequest.sinks` adds those of one session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.session.recorder import Recorder

if TYPE_CHECKING:
    from hipdrive.hub.sink import HubSink
    from hipdrive.runners.sink import ProfileSink
    from hipdrive.session.sink import SessionContext, SinkFactory


def open_recorder(context: SessionContext) -> Recorder:
    """The session folder."""
    return Recorder(
        context.folder,
        context.meta,
        lossless=not context.live,
        parts=context.parts,
        summary=context.summary if context.live else None,
        cue_times=context.cue_times,
    )


def open_hub(context: SessionContext) -> HubSink | None:
    """What publishes to the broker, if there is a link to one."""
    if context.link is None:
        return None
    from hipdrive.hub.sink import HubSink

    return HubSink(context.link, context.info.id, context.summary, context.cue_times)


def open_profiles(context: SessionContext) -> ProfileSink | None:
    """The runner's profile, where profiles are kept."""
    if context.profiles is None:
        return None
    from hipdrive.runners.sink import ProfileSink

    return ProfileSink(context.profiles, context.record)


SINKS: tuple[SinkFactory, ...] = (open_profiles, open_recorder, open_hub)
"""Opened in this order, and ended in it: a recorded session that counts is in the profile, and the
broker's final summary knows what the record lacks."""
