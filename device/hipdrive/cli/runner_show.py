"""`hipdrive runner show`: what is known of a runner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.cli import session_options
from hipdrive.cli.say import complain, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from hipdrive.coach.speed_baseline import SpeedBaseline
    from hipdrive.runners.profile import DatedMean, RunnerProfile


def add_to(actions: session_options.Commands) -> None:
    """Declare the command."""
    parser = actions.add_parser("show", help="what is known of a runner")
    parser.add_argument("name", type=session_options.name_argument, metavar="NAME")
    session_options.add_config_option(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.config import load
    from hipdrive.runners.opening import profile_store

    config = load(arguments.config)
    for line in lines(profile_store(config, complain).find(arguments.name)):
        say(line)
    return DONE


def lines(profile: RunnerProfile) -> Iterator[str]:
    """The profile for people."""
    height = "not known" if profile.height_m is None else f"{profile.height_m:.2f} m"
    yield f"{profile.name}: {profile.mode}, {profile.sessions_done} sessions done, height {height}"
    for dated in profile.baselines:
        yield f"  session {dated.of.session}: baseline {_mean(dated)}"
    for dated in profile.probes:
        mean = f"{_mean(dated)}{_since(dated, profile)}"
        yield f"  session {dated.of.session}: without feedback {mean}"


def _mean(dated: DatedMean) -> str:
    from hipdrive.types.angle import deg_from_bam

    of = dated.of
    figures = f"{deg_from_bam(of.mean_bam):.1f}° ± {deg_from_bam(of.sd_bam):.1f}°"
    return f"{figures} at {_belt(of)} ({of.strides} strides, {dated.utc[:10]})"


def _belt(of: SpeedBaseline) -> str:
    speed = "an unknown speed"
    if of.belt_mm_per_s is not None:
        speed = f"{of.belt_mm_per_s / 1000:.2f} m/s"
    return f"{speed}, {of.incline_tenths / 10:g} %" if of.incline_tenths else speed


def _since(dated: DatedMean, profile: RunnerProfile) -> str:
    """How far from the first baseline of the speed; empty where that is the probe itself."""
    from hipdrive.coach.speed_baseline import first_fitting
    from hipdrive.types.angle import deg_from_bam

    of, baselines = dated.of, [each.of for each in profile.baselines]
    if of.belt_mm_per_s is None:
        return ""
    first = first_fitting(baselines, of.belt_mm_per_s, of.incline_tenths)
    if first is None or first.session == of.session:
        return ""
    return f", {deg_from_bam(of.mean_bam - first.mean_bam):+.1f}° from the first baseline"
