"""Builds the messages about the device: health, state, and answers to commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hipdrive import __version__
from hipdrive.health.report import AGE_DECIMALS, RATE_DECIMALS, TEMPERATURE_DECIMALS, rounded
from hipdrive.types.time import NS_PER_MS, NS_PER_S

if TYPE_CHECKING:
    from hipdrive.control.command_handler import CommandAnswer
    from hipdrive.control.device_state import DeviceStatus
    from hipdrive.health.loop_monitor import LoopStats
    from hipdrive.health.machine import MachineStatus
    from hipdrive.health.report import HealthReport
    from hipdrive.hub.messages.device_schema import (
        AnswerMessage,
        HealthMessage,
        LoopHealthMessage,
        MachineHealthMessage,
        OutboxHealthMessage,
        StateMessage,
    )
    from hipdrive.hub.outbox.depth import BacklogDepth

HEALTH: Final = "hipdrive/health/1"
STATE: Final = "hipdrive/state/1"
ANSWER: Final = "hipdrive/answer/1"

SCORE_DECIMALS = 3
LOOP_MS_DECIMALS = 2


def health_message(
    report: HealthReport, depth: BacklogDepth, utc_ns: int, reconnects: int, *, encrypted: bool
) -> HealthMessage:
    """Build the `health` message.

    Args:
        report: the device's health.
        depth: what waits for the broker.
        utc_ns: the wall clock now, ns since 1970.
        reconnects: how often the connection to the broker was made anew.
        encrypted: True when that connection has TLS.
    """
    return {
        "schema": HEALTH,
        "session": report.session,
        "uptime_s": round(report.uptime_ns / NS_PER_S, 1),
        "problems": list(report.problems),
        **_loop(report.loop),
        **_machine(report.machine),
        **_outbox(depth, utc_ns),
        "reconnects": reconnects,
        "encrypted": encrypted,
        "version": __version__,
    }


def state_message(status: DeviceStatus, newest: str) -> StateMessage:
    """Build the `state` message.

    Args:
        status: of the device.
        newest: version of the newest release of hipdrive that is known of.
    """
    state = status.state
    return {
        "schema": STATE,
        "session": state.session,
        "session_active": state.session is not None,
        "muted": state.muted,
        "target_offset_deg": state.target_offset_deg,
        "runner": state.runner or None,
        "private": state.private,
        "safe_mode": state.safe_mode,
        "commands_accepted": status.accepted,
        "commands_refused": status.refused,
        "refusals": {str(reason): count for reason, count in status.refusals},
        "last_refusal": status.last_refusal,
        "installed_version": __version__,
        "latest_version": newest,
    }


def answer_message(answer: CommandAnswer) -> AnswerMessage:
    """Build the answer to a command."""
    return {
        "schema": ANSWER,
        "accepted": answer.accepted,
        "reason": answer.refusal,
        "explanation": answer.explanation,
    }


def _loop(loop: LoopStats | None) -> LoopHealthMessage:
    if loop is None:
        return {
            "frame_age_s": None,
            "frames_per_second": None,
            "loop_p50_ms": None,
            "loop_p95_ms": None,
            "dropped_frames": None,
            "pose_score": None,
        }
    return {
        "frame_age_s": round(loop.age_ns / NS_PER_S, AGE_DECIMALS),
        "frames_per_second": rounded(loop.frames_per_second, RATE_DECIMALS),
        "loop_p50_ms": _milliseconds(loop.loop_p50_ns),
        "loop_p95_ms": _milliseconds(loop.loop_p95_ns),
        "dropped_frames": loop.dropped,
        "pose_score": rounded(loop.score, SCORE_DECIMALS),
    }


def _machine(machine: MachineStatus) -> MachineHealthMessage:
    now, since_boot = machine.throttle_now, machine.throttle_since_boot
    return {
        "temperature_c": rounded(machine.temperature_c, TEMPERATURE_DECIMALS),
        "throttled": machine.throttled,
        "throttle_now": None if now is None else list(now),
        "throttle_since_boot": None if since_boot is None else list(since_boot),
        "disk_free_mb": machine.disk_free_mb,
    }


def _outbox(depth: BacklogDepth, utc_ns: int) -> OutboxHealthMessage:
    oldest_ns = depth.oldest_utc_ns
    # A clock that was set back must not make an age negative.
    age_ns = None if oldest_ns is None else max(utc_ns - oldest_ns, 0)
    return {
        "outbox_depth": depth.total,
        "outbox_oldest_s": None if age_ns is None else round(age_ns / NS_PER_S, 1),
        "outbox_dropped": depth.dropped + depth.refused,
        "outbox_set_aside": depth.set_aside,
    }


def _milliseconds(t_ns: int | None) -> float | None:
    return None if t_ns is None else round(t_ns / NS_PER_MS, LOOP_MS_DECIMALS)
