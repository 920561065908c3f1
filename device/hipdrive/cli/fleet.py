"""`hipdrive fleet`: devices of a gym come and go, and runners are forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.cli import collect
from hipdrive.cli.say import say

if TYPE_CHECKING:
    import argparse

    from hipdrive.cli import session_options

MEANINGS = {
    "add": "make a device's password, rights, configuration and first-boot file",
    "rotate": "give a device new secrets and its files anew; the old ones count no more",
    "revoke": "undo add, and cut the device off",
}


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("fleet", help="add and remove the devices of a gym")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for action, meaning in MEANINGS.items():
        changes = actions.add_parser(action, help=meaning)
        changes.add_argument("device", metavar="SITE/DEVICE")
        collect.add_gym_config_option(changes)
        if action != "revoke":
            changes.add_argument(
                "--certificate",
                action="store_true",
                help="with a certificate, which the device shows besides its password",
            )
        changes.set_defaults(execute=_change, action=action)
    lists = actions.add_parser("list", help="show the devices that were added")
    collect.add_gym_config_option(lists)
    lists.set_defaults(execute=_list)
    forgets = actions.add_parser(
        "forget",
        help="delete a runner from the database, everywhere",
        description="Sessions, strides, cues, summaries and the weeks of the trend go, and what "
        "devices still send of them is not stored. Sessions in a device's own data folder, and "
        "backups of the database, stay.",
    )
    forgets.add_argument("runner", metavar="RUNNER", help="the name that devices were told")
    collect.add_gym_config_option(forgets)
    forgets.set_defaults(execute=_forget)


def _change(arguments: argparse.Namespace) -> int:
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.gym.fleet.provisioning import Fleet
    from hipdrive.gym.settings import load_gym

    fleet, name = Fleet(load_gym(arguments.config)), arguments.device
    if arguments.action == "revoke":
        fleet.revoke(name)
        say(f"{name} is revoked: it cannot log in, and has no rights and no files; it is cut off")
        return DONE
    change = fleet.add if arguments.action == "add" else fleet.rotate
    folder = change(name, certificate=arguments.certificate)
    say(f"{name}: put {folder}/user-data on the boot partition of its card")
    say("it has the device's secrets; delete it from here when the device is up")
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.gym.fleet.provisioning import Fleet
    from hipdrive.gym.settings import load_gym

    devices = Fleet(load_gym(arguments.config)).devices()
    for device in devices:
        ends = device.certificate_ends
        shows = "" if ends is None else f", with a certificate until {ends:%Y-%m-%d}"
        say(f"{device.name}: {'may log in' if device.may_log_in else 'has no password'}{shows}")
    if not devices:
        say("no device was added; see hipdrive fleet add --help")
    return DONE


def _forget(arguments: argparse.Namespace) -> int:
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.gym.database.connection import connect
    from hipdrive.gym.database.forget import forget_runner
    from hipdrive.gym.runner_pseudonym import runner_key
    from hipdrive.gym.settings import load_gym

    config = load_gym(arguments.config)
    key = runner_key(config.database.runner_key_file)
    with connect(config.database.connection) as database:
        sessions = forget_runner(database, key, arguments.runner)
    say(f"forgotten: {sessions} sessions and all that belonged to them")
    return DONE
