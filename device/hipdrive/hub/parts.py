"""The link of a process to the home hub, what may be asked over it, and who runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.control.session_control import SessionControl

if TYPE_CHECKING:
    from contextlib import ExitStack

    from hipdrive.control.command_handler import CommandHandler
    from hipdrive.cues.button import ButtonPresses
    from hipdrive.health.degraded import DegradedParts
    from hipdrive.health.monitor import HealthMonitor
    from hipdrive.hub.mqtt.link import MqttLink
    from hipdrive.runners.keeper import ProfileKeeper
    from hipdrive.session.request import SessionRequest
    from hipdrive.session.summary import PoseInfo


@dataclass(frozen=True, slots=True)
class HubParts:
    """The link to the broker, if there is one, what came over it, and the health it reports."""

    control: SessionControl
    link: MqttLink | None = None
    health: HealthMonitor | None = None


def connect(
    request: SessionRequest,
    pose: PoseInfo | None,
    stack: ExitStack,
    parts: DegradedParts | None = None,
    presses: ButtonPresses | None = None,
    profiles: ProfileKeeper | None = None,
) -> HubParts:
    """The link of a device, or of a replay, which has no parts; closed with the stack.

    A replay has topics and an outbox of its own, takes no commands, and reports no health.

    Args:
        request: of the first session.
        pose: the model whose key points are published.
        stack: closes the link.
        parts: told what does not work; None: a replay.
        presses: of the button, which needs no hub.
        profiles: who may be chosen, and their plans; None where none are kept.
    """
    config = request.config.hub
    if not config.host or not request.publish:
        return HubParts(_control(request.commands, request, presses, profiles))
    from hipdrive.control.command_handler import CommandHandler
    from hipdrive.health.machine import Machine
    from hipdrive.health.monitor import HealthMonitor
    from hipdrive.hub.messages.clock import Clock
    from hipdrive.hub.mqtt.link import MqttLink
    from hipdrive.hub.mqtt.topics import Topics
    from hipdrive.hub.mqtt_control import MqttControl

    live = parts is not None
    known = (lambda: profiles.names) if profiles else tuple
    data, name = request.config.data_path(os.environ), "outbox" if live else "outbox-replay"
    commands, mqtt_control, health = request.commands, None, None
    if parts is not None:
        commands = commands or CommandHandler(request.config)
        topics = Topics(config.site, config.device)
        mqtt_control = MqttControl(request.config, topics, commands, Clock(), known)
        health = HealthMonitor(Machine(request.folder), parts)
    link = MqttLink(
        config,
        data / f"{name}.sqlite" if request.keep_unpublished else None,
        caution=pose.caution if pose else "",
        replay=not live,
        control=mqtt_control,
        health=health,
    )
    stack.callback(link.close)
    control = _control(commands, request, presses, profiles)
    # Published before the link is closed, also after an error.
    stack.callback(control.end)
    return HubParts(control, link, health)


def _control(
    commands: CommandHandler | None,
    request: SessionRequest,
    presses: ButtonPresses | None,
    profiles: ProfileKeeper | None,
) -> SessionControl:
    if profiles is None:
        return SessionControl(commands, presses, request.runner)
    steps = request.config.cues.button.chooses_runner
    return SessionControl(
        commands,
        presses,
        request.runner,
        profiles.plan_of,
        profiles.choices if steps else None,
    )
