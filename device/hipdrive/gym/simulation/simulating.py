"""Puts simulated devices together: names, clocks, sessions, and where what was sent is noted."""

from __future__ import annotations

import random
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hipdrive.gym.simulation.counts import no_ledger
from hipdrive.gym.simulation.device import DeviceTraits, SimulatedDevice
from hipdrive.gym.simulation.fleet import Outages, SimulatedFleet
from hipdrive.gym.simulation.made_up import made_up_session
from hipdrive.gym.simulation.script import SessionScript, read_session
from hipdrive.hub.mqtt.client_names import ClientRole, client_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import TextIO

    from hipdrive.gym.simulation.counts import Ledger, SentCounts, SentKey
    from hipdrive.hub.mqtt.login import Login

MADE_UP_S = 600.0
PAUSE_S = 5.0
"""From the end of a session to the next."""


@dataclass(frozen=True, slots=True)
class SimulationPlan:
    """What is to be simulated.

    Attributes:
        devices: how many.
        seconds: for how long they play.
        site: of all of them; they are called sim-0001 and so on.
        session: folder of a recorded session; None: one that is made up.
        seed: of all that is random but the ids, which are new every time.
        jitter_s: messages are up to so much late, s.
        clock_error_s: wall clocks are off by up to so much, either way, s.
        outages: how often devices lose the network.
        drain_s: how long the broker is waited for at the end, s.
        ledger: file that gets a line for each message that the broker has acknowledged.
    """

    devices: int
    seconds: float
    site: str = "simulated"
    session: Path | None = None
    seed: int = 1
    jitter_s: float = 0.0
    clock_error_s: float = 0.0
    outages: Outages = field(default_factory=Outages)
    drain_s: float = 30.0
    ledger: Path | None = None


def simulate(
    plan: SimulationPlan, login: Login, stopped: Callable[[], bool], ledger: Ledger = no_ledger
) -> SentCounts:
    """Play a session as so many devices, and tell what was sent.

    Args:
        plan: what is to be simulated.
        login: how to reach the broker; each device has a client id of its own.
        stopped: True when it is to end.
        ledger: told of each message that the broker has acknowledged; besides the plan's file.

    Raises:
        SourceError: the recorded session cannot be read.
        OSError: the ledger cannot be written.
    """
    rng = random.Random(plan.seed)  # noqa: S311  # seeded, and no secret
    script = _script(plan, rng)
    messages, entropy = script.messages(), random.SystemRandom()
    devices = [
        SimulatedDevice(traits, messages, script.duration_s + PAUSE_S, entropy, plan.jitter_s)
        for traits in _traits(plan, rng)
    ]

    def login_of(device: SimulatedDevice) -> Login:
        name = client_id(device.traits.site, device.traits.device, ClientRole.DEVICE)
        return replace(login, client_id=name)

    with ExitStack() as stack:
        note = ledger
        if plan.ledger is not None:
            note = _Ledger(stack.enter_context(plan.ledger.open("w", encoding="utf-8"))).note
        fleet = SimulatedFleet(devices, login_of, note, plan.outages, rng)
        return fleet.run(plan.seconds, plan.drain_s, stopped)


def _script(plan: SimulationPlan, rng: random.Random) -> SessionScript:
    if plan.session is not None:
        return read_session(plan.session)
    return made_up_session(min(plan.seconds, MADE_UP_S), rng)


def _traits(plan: SimulationPlan, rng: random.Random) -> list[DeviceTraits]:
    return [
        DeviceTraits(
            plan.site,
            f"sim-{number:04}",
            rng.uniform(-plan.clock_error_s, plan.clock_error_s),
            # So that not all of them step at once.
            rng.uniform(0.0, min(10.0, plan.seconds / 2)),
            f"runner-{number}",
        )
        for number in range(1, plan.devices + 1)
    ]


class _Ledger:
    """Writes down what the broker has acknowledged."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def note(self, key: SentKey) -> None:
        """A line: device, kind, key."""
        self._file.write(f"{key.device}\t{key.kind}\t{key.key}\n")
