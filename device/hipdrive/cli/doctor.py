"""`hipdrive doctor`: does every part work, and if not, what to do."""

from __future__ import annotations

import argparse
import os
import tempfile
from typing import TYPE_CHECKING

from hipdrive.cli import session_options
from hipdrive.cli.say import say
from hipdrive.errors import HipdriveError
from hipdrive.private_file import make_private_folder
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.config import Config


PARTS = ("configuration", "model", "camera", "gpio", "broker", "disk", "page")
FULL_RATE = 0.9
"""Of the rate that was asked for; what is left of it when a picture is lost now and then."""
MODEL_SHARE = 0.8
"""Of the time between two frames; window, bystanders, gait and panel take the rest."""


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "doctor",
        help="check model, camera, GPIO, broker and disk, a line each",
        description="Tries every part for real. Exit code 0 when all that is configured works.",
    )
    parser.add_argument(
        "--only",
        type=_parts,
        default=PARTS,
        metavar="PART,...",
        help=f"try these only, of {', '.join(PARTS)}",
    )
    session_options.add_config_option(parser)
    parser.set_defaults(execute=execute)


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(text.split(","))
    if unknown := [part for part in parts if part not in PARTS]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(PARTS)}")
    return parts


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE, FAILED
    from hipdrive.config import load

    config = load(arguments.config)
    if "configuration" in arguments.only:
        say("ok       configuration")
    checks: dict[str, Callable[[Config], str]] = {
        "model": check_model,
        "camera": check_camera,
        "gpio": check_gpio,
        "broker": check_broker,
        "disk": check_disk,
        "page": check_page,
    }
    healthy = True
    for name, check in ((name, checks[name]) for name in checks if name in arguments.only):
        try:
            say(f"ok       {name}: {check(config)}")
        except HipdriveError as error:
            healthy = False
            say(f"problem  {name}: {error}")
    return DONE if healthy else FAILED


def check_model(config: Config) -> str:
    """Construct an interpreter and run it: importing one proves nothing."""
    import time

    from hipdrive.app import pose_model
    from hipdrive.pose.timing import times_ms

    model, info = pose_model(config.pose, config.data_path(os.environ))
    [taken_ms] = times_ms([model], time.perf_counter_ns)
    whom = ", but knows rendered runners only" if info.stand_in else ""
    slow = too_slow(taken_ms, config.camera.fps)
    return f"{info.model} runs on {info.runtime}{whom}, {taken_ms:.1f} ms a picture{slow}"


def too_slow(taken_ms: float, fps: int) -> str:
    """What to do where a model takes too long for the camera's rate; empty where it does not."""
    most_fps = MODEL_SHARE * 1000 / taken_ms
    if most_fps >= fps:
        return ""
    return (
        f"; too slow for camera.fps = {fps}, frames will be lost: it manages about {most_fps:.0f} "
        "a second here; lower camera.fps or choose a faster pose.model (hipdrive models list)"
    )


def check_camera(config: Config) -> str:
    """Open the camera and look through it for a second."""
    from hipdrive.camera.kinds import open_camera

    with open_camera(config.camera, lambda: False) as camera:
        frames = iter(camera)
        first = last = next(frames)
        count = 0
        while last.t_ns - first.t_ns < NS_PER_S:
            last = next(frames)
            count += 1
        height_px, width_px, _ = last.image.shape
        fps = count * NS_PER_S / (last.t_ns - first.t_ns)
        cautions = [*too_few(fps, config.camera.fps), *camera.warnings, *login_caution(config)]
        said = "".join(f"; {caution}" for caution in cautions)
        return f"{camera.name} delivers {width_px} x {height_px}, {fps:.0f} a second{said}"


def too_few(fps: float, asked: int) -> list[str]:
    """What to do where the camera gives fewer pictures than it was asked for."""
    if fps >= FULL_RATE * asked:
        return []
    return [f"camera.fps asks for {asked}: more light, a smaller picture, or another camera"]


def login_caution(config: Config) -> list[str]:
    """What to do about a password that stands in the configuration."""
    from hipdrive.camera.stream.address import StreamAddress

    url = config.camera.url
    if not url or not StreamAddress.parse(url).password:
        return []
    return ["its password stands in the configuration; camera.password_file keeps it out of there"]


def check_gpio(config: Config) -> str:
    """Open the GPIO chip and claim the pins."""
    from hipdrive.cues.button import ButtonPresses
    from hipdrive.cues.pin_factory import real_pins
    from hipdrive.cues.pins import PinOutputs
    from hipdrive.cues.speech import speech_commands

    PinOutputs(config.cues, real_pins(), presses=ButtonPresses(0, 0)).close()
    speaks = f", {config.cues.speech.program} speaks" if speech_commands(config.cues.speech) else ""
    return f"LED and buzzer pins can be driven{speaks}"


def check_broker(config: Config) -> str:
    """Connect and publish."""
    if not config.hub.host:
        return "none configured (hub.host), nothing is published"
    from hipdrive.hub.check import check_connection

    finding = check_connection(config.hub)
    if finding.problem:
        raise HipdriveError(finding.problem)
    caution = f"; {finding.caution}" if finding.caution else ""
    return f"{config.hub.host}:{config.hub.port} takes messages{caution}"


def check_disk(config: Config) -> str:
    """Write a file where sessions go."""
    data = config.data_path(os.environ)
    try:
        make_private_folder(data)
        with tempfile.TemporaryFile(dir=data) as file:
            file.write(b"hipdrive")
    except OSError as error:
        raise HipdriveError(
            f"{data}: cannot be written ({error.strerror}); set data_dir"
        ) from error
    return f"sessions go to {data / 'sessions'}"


def check_page(config: Config) -> str:
    """Where the page is, with the token that it asks for."""
    if not config.web.enabled:
        return "not served (web.enabled)"
    from hipdrive.web.access import TOKEN_NAME, kept_token
    from hipdrive.web.own_names import is_loopback
    from hipdrive.web.page_link import page_link

    web, file = config.web, config.data_path(os.environ) / TOKEN_NAME
    try:
        token = None if is_loopback(web.host) else kept_token(file)
    except OSError as error:
        raise HipdriveError(f"{file}: {error.strerror}; set data_dir") from error
    return page_link(web.host, web.port, token, secure=bool(web.cert_file))
