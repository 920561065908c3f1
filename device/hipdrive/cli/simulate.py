"""`hipdrive simulate`: a gym's devices without the gym, against any broker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.cli import collect, session_options
from hipdrive.cli.say import say

if TYPE_CHECKING:
    import argparse

    from hipdrive.gym.simulation.counts import SentCounts

MOST_DEVICES = 20_000


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "simulate",
        help="play a session as many devices, to try a broker and a database",
        description="Each device has a connection, ids and a clock of its own. Broker, user and "
        "password are those of the server's configuration; a user who may write the topics of all "
        "devices is needed. Nobody runs: do not point it at a gym's own broker.",
    )
    collect.add_gym_config_option(parser)
    number = session_options.number
    parser.add_argument("--devices", type=number(1, MOST_DEVICES, int), default=10, metavar="N")
    parser.add_argument("--seconds", type=number(1, 864_000), default=60.0, metavar="S")
    parser.add_argument("--site", default="simulated", help="site of the devices")
    parser.add_argument("--session", type=Path, metavar="DIR", help="play this recorded session")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument(
        "--jitter", type=number(0, 60), default=0.0, metavar="S", help="messages are so late"
    )
    parser.add_argument(
        "--clock-error", type=number(0, 1e9), default=0.0, metavar="S", help="clocks are so wrong"
    )
    parser.add_argument(
        "--outage-every", type=number(0, 1e6), default=0.0, metavar="S", help="mean, of a device"
    )
    parser.add_argument("--outage-lasts", type=number(0, 1e6), default=5.0, metavar="S")
    parser.add_argument(
        "--ledger", type=Path, metavar="FILE", help="write a line for each acknowledged message"
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE, FAILED
    from hipdrive.gym.settings import load_gym
    from hipdrive.gym.simulation.fleet import Outages
    from hipdrive.gym.simulation.simulating import SimulationPlan, simulate

    login = load_gym(arguments.config).broker_login("")
    plan = SimulationPlan(
        arguments.devices,
        arguments.seconds,
        site=arguments.site,
        session=arguments.session,
        seed=arguments.seed,
        jitter_s=arguments.jitter,
        clock_error_s=arguments.clock_error,
        outages=Outages(arguments.outage_every, arguments.outage_lasts),
        ledger=arguments.ledger,
    )
    with session_options.stop_on_signals() as stop:
        counts = simulate(plan, login, stop.is_set)
    _tell(counts)
    return FAILED if counts.waiting or not counts.connections else DONE


def _tell(counts: SentCounts) -> None:
    for kind in sorted(counts.sent):
        acknowledged = counts.acknowledged[kind]
        held = f", {acknowledged} acknowledged" if acknowledged else ""
        say(f"{kind}: {counts.sent[kind]} sent{held}")
    say(
        f"{counts.connections} connections, {counts.lost_connections} lost; "
        f"refused: {counts.refused.total()}; waiting at the end: {counts.waiting}"
    )
