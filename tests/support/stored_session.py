"""Session folders made by hand, so that every figure in them is known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hipdrive.gait.metrics.catalogue import stride_metrics
from hipdrive.session.files import CUE_TIMES_HEADER, CUES_HEADER, STRIDE_COLUMNS, SUMMARY_NAME
from support.session.summaries import full_summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from hipdrive.session.summary import SessionSummary

BEGAN_UTC = "2026-03-01T18:05:04.250+00:00"
STRIDE_S, BELT_MPS, CONTACT_S, BOUNCE_M = 0.75, 3.2, 0.24, 0.08
STRIDE_M = BELT_MPS * STRIDE_S


@dataclass(frozen=True)
class MadeStride:
    """One stride; the usual runner's unless it says otherwise."""

    t_s: float
    thigh_ext_deg: float = 20.0
    leg: str = "right"
    near: bool = True
    reason: str = ""
    belt_mps: float | None = BELT_MPS
    stride_s: float = STRIDE_S
    metrics: Mapping[str, float] = field(default_factory=dict)

    def cells(self) -> dict[str, str]:
        """A row of `strides.csv`."""
        strike_s = self.t_s - CONTACT_S - 0.02
        metrics = {"contact_time_s": CONTACT_S, "vertical_oscillation_m": BOUNCE_M}
        if self.belt_mps is not None:
            metrics["stride_length_m"] = self.belt_mps * self.stride_s
            metrics["step_length_m"] = self.belt_mps * self.stride_s / 2
        return {
            "t_s": f"{self.t_s:.4f}",
            "leg": self.leg,
            "near": str(int(self.near)),
            "thigh_ext_deg": f"{self.thigh_ext_deg:.3f}",
            "hip_ext_deg": f"{self.thigh_ext_deg - 6:.3f}",
            "stride_time_s": f"{self.stride_s:.4f}",
            "accepted": str(int(not self.reason)),
            "reason": self.reason,
            "foot_strike_s": f"{strike_s:.4f}",
            "toe_off_s": f"{strike_s + CONTACT_S:.4f}",
            **(
                {}
                if self.reason
                else {n: f"{v:.4f}" for n, v in {**metrics, **self.metrics}.items()}
            ),
        }


def steady(seconds: float, first_s: float = 0.0) -> list[MadeStride]:
    """Strides of the near leg, one after the other, that fill some seconds."""
    return [MadeStride(first_s + (n + 1) * STRIDE_S) for n in range(round(seconds / STRIDE_S))]


def stored(
    folder: Path, strides: Iterable[MadeStride], summary: SessionSummary | None = None
) -> Path:
    """A session folder without key points.

    Args:
        folder: to be made.
        strides: in the order of time.
        summary: of it; None: one that began at `BEGAN_UTC` and knows nothing of the camera.
    """
    folder.mkdir(parents=True)
    columns = [*STRIDE_COLUMNS, *(metric.column for metric in stride_metrics())]
    lines = [columns, *([stride.cells().get(name, "") for name in columns] for stride in strides)]
    (folder / "strides.csv").write_text("".join(f"{','.join(line)}\n" for line in lines))
    (folder / "cues.csv").write_text(f"{','.join((*CUES_HEADER, *CUE_TIMES_HEADER))}\n")
    if summary is None:
        summary = replace(full_summary(), id=folder.name, started_utc=BEGAN_UTC, camera=None)
    summary.write(folder / SUMMARY_NAME)
    return folder
