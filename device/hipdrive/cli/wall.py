"""`hipdrive wall`: a page for a gym's staff, and who may look at it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from hipdrive.cli import collect, session_options
from hipdrive.cli.say import say

if TYPE_CHECKING:
    import argparse

ROLES = ("viewer", "staff")
LONGEST_LINE = 1000


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "wall",
        help="serve a page that shows how all treadmills of a gym fare",
        description="Without an action the page is served until it is stopped.",
    )
    collect.add_gym_config_option(parser)
    parser.set_defaults(execute=_serve)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    users = actions.add_parser("user", help="who may look, and who may steer")
    _add_users(users.add_subparsers(title="actions", metavar="ACTION", required=True))
    shows = actions.add_parser(
        "show",
        help="keep what a runner chose to show on the wall; without an option: nothing",
        description="Nothing of a runner is shown unless the runner chose so.",
    )
    shows.add_argument("runner", metavar="RUNNER", type=session_options.name_argument)
    shows.add_argument("--name", action="store_true", help="who runs")
    shows.add_argument("--figures", action="store_true", help="cadence and thigh extension")
    collect.add_gym_config_option(shows, above=True)
    shows.set_defaults(execute=_show)


def _add_users(actions: session_options.Commands) -> None:
    add = actions.add_parser(
        "add",
        help="add a user, or give one another password and role",
        description="The password is asked for, or is the first line of standard input where "
        "that is no terminal. Another password ends all logins of its user.",
    )
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", choices=ROLES, required=True, help="viewers look, staff steer too")
    add.set_defaults(execute=_add)
    remove = actions.add_parser("remove", help="take a user out; their pages end in seconds")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(execute=_remove)
    lists = actions.add_parser("list", help="show the users and their roles")
    lists.set_defaults(execute=_list)
    for each in (add, remove, lists):
        collect.add_gym_config_option(each, above=True)


def _serve(arguments: argparse.Namespace) -> int:
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.gym.settings import load_gym
    from hipdrive.gym.wall.serving import serve_wall

    with session_options.stop_on_signals() as stop:
        serve_wall(load_gym(arguments.config), stop, say)
    return DONE


def _add(arguments: argparse.Namespace) -> int:
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.gym.settings import load_gym
    from hipdrive.gym.wall.users import WallRole, WallUsers, new_user

    users = WallUsers(load_gym(arguments.config).wall.users_file)
    users.put(new_user(arguments.name, WallRole(arguments.role), _password()))
    say(f"{arguments.name} may log in: {arguments.role}")
    return DONE


def _password() -> str:
    from getpass import getpass

    from hipdrive.errors import ConfigError

    if not sys.stdin.isatty():
        return sys.stdin.readline(LONGEST_LINE).rstrip("\r\n")
    password = getpass("password: ")
    if getpass("once more: ") != password:
        raise ConfigError("the two passwords are not the same; try again")
    return password


def _remove(arguments: argparse.Namespace) -> int:
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.gym.settings import load_gym
    from hipdrive.gym.wall.users import WallUsers

    WallUsers(load_gym(arguments.config).wall.users_file).remove(arguments.name)
    say(f"{arguments.name} may not log in any more")
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.gym.settings import load_gym
    from hipdrive.gym.wall.users import WallUsers

    users = WallUsers(load_gym(arguments.config).wall.users_file).all()
    for user in users.values():
        say(f"{user.name}: {user.role}")
    if not users:
        say("nobody may log in; see hipdrive wall user add --help")
    return DONE


def _show(arguments: argparse.Namespace) -> int:
    from hipdrive.cli.exit_codes import DONE, FAILED
    from hipdrive.gym.database.connection import connect
    from hipdrive.gym.database.migrations import migrate_tables
    from hipdrive.gym.runner_pseudonym import runner_key
    from hipdrive.gym.settings import load_gym
    from hipdrive.gym.wall.runner_choices import RunnerChoice, keep_choice

    config = load_gym(arguments.config)
    key = runner_key(config.database.runner_key_file)
    choice = RunnerChoice(arguments.name, arguments.figures)
    with connect(config.database.connection) as database:
        migrate_tables(database)
        sites = keep_choice(database, key, arguments.runner, choice)
    shown = [name for name, chosen in choice._asdict().items() if chosen]
    say(f"shown of this runner: {', '.join(shown) or 'nothing'}")
    if not sites:
        say("but the database knows no site yet: let devices publish first")
        return FAILED
    return DONE
