"""All that is kept of a runner, as JSON values: units in the names, degrees and metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.types.angle import deg_from_bam

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hipdrive.runners.profile import DatedMean, RunnerProfile

SCHEMA = "hipdrive/runner/1"
DEG_DECIMALS = 6
"""All that an angle of 32 bits has."""


def exported(profile: RunnerProfile, folders: Iterable[Path]) -> dict[str, object]:
    """The profile under the keys of its schema.

    Args:
        profile: of the runner.
        folders: of the sessions that name the runner.
    """
    return {
        "schema": SCHEMA,
        "name": profile.name,
        "height_m": profile.height_m,
        "mode": str(profile.mode),
        "sessions_done": profile.sessions_done,
        "sessions": [
            {
                "number": session.number,
                "session": session.session_id,
                "started_utc": session.utc,
                "running_s": session.running_ms / 1000,
            }
            for session in profile.sessions
        ],
        "baselines": list(map(_mean, profile.baselines)),
        "probes": list(map(_mean, profile.probes)),
        "session_folders": list(map(str, folders)),
    }


def _mean(dated: DatedMean) -> dict[str, object]:
    of = dated.of
    return {
        "session_number": of.session,
        "belt_mps": None if of.belt_mm_per_s is None else of.belt_mm_per_s / 1000,
        "incline_percent": of.incline_tenths / 10,
        "strides": of.strides,
        "thigh_ext_deg": round(deg_from_bam(of.mean_bam), DEG_DECIMALS),
        "thigh_ext_sd_deg": round(deg_from_bam(of.sd_bam), DEG_DECIMALS),
        "started_utc": dated.utc,
    }
