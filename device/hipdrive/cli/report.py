"""`hipdrive report`: the report of a session as one HTML file."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.cli.say import complain, say
from hipdrive.texts.catalogue import LANGUAGES

if TYPE_CHECKING:
    import argparse

    from hipdrive.cli import session_options
    from hipdrive.session.request import Outcome, SessionRequest
    from hipdrive.texts.catalogue import Language

NICENESS = 10
"""Behind the coach, who may be at work on the next session."""


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "report",
        help="write the report of a session: one page for the screen and for paper",
        description="Reads a session folder and writes one HTML file that needs nothing else.",
    )
    parser.add_argument("session", type=Path, metavar="SESSION", help="the session's folder")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the file; else report.html in the session's folder",
    )
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        default="en",
        help="of the report (default: en)",
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.api.stored_session import Session
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.report.page import NAME, write_report

    path = arguments.out or arguments.session / NAME
    write_report(Session.open(arguments.session), path, arguments.language)
    say(f"report: {path}")
    return DONE


def after_session(request: SessionRequest, session: Outcome, *, background: bool) -> None:
    """Make the report of a session that has ended, if it has figures and reports are wanted.

    Args:
        request: of the session.
        session: as it ended.
        background: in a process of its own, which is not waited for: the device is to coach.
    """
    if not request.config.report.each_session or session.summary.statement:
        return
    if not all(find_spec(package) for package in ("jinja2", "matplotlib")):
        say("report: none; it needs matplotlib and Jinja2: pip install 'hipdrive[report]'")
        return
    if background:
        threading.Thread(
            target=_in_another_process,
            args=(session.folder, request.config.language),
            name="report",
            daemon=True,
        ).start()
        return
    from hipdrive.api.stored_session import Session
    from hipdrive.errors import HipdriveError
    from hipdrive.report.page import NAME, write_report

    try:
        write_report(Session.open(session.folder), session.folder / NAME, request.config.language)
    except (OSError, HipdriveError) as error:
        complain(f"{session.folder}: no report ({error})")
    else:
        say(f"report: {session.folder / NAME}")


def _in_another_process(folder: Path, language: Language) -> None:
    """Make it, and tell what came of it.

    The process gets none of this one's output: a disk that does not respond would keep it, and
    whoever reads the output would wait for its end.
    """
    command = [sys.executable, "-m", "hipdrive", "report", str(folder), "--language", language]
    with subprocess.Popen(  # noqa: S603  # this very program
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
        _, said = process.communicate()
    if process.returncode:
        complain(f"{folder}: no report ({said.strip().removeprefix('hipdrive: ')})")
