"""`hipdrive runner`: the runners' profiles. One file an action; this one only chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.cli import runner_export, runner_forget, runner_list, runner_set, runner_show

if TYPE_CHECKING:
    from hipdrive.cli import session_options

ACTIONS = (runner_list, runner_show, runner_set, runner_export, runner_forget)


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "runner",
        help="list, show, change, export and forget the profiles of runners",
        description="A profile has a runner's height, the sessions that counted, their own mean of "
        "thigh extension at each speed of the belt, and what they did without feedback. It is made "
        "by the first session that counts of whom --runner or a command over MQTT names. Two "
        "runners of one name are one profile.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for action in ACTIONS:
        action.add_to(actions)
