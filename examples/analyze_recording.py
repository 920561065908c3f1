"""Measure a recording and print what its near leg did.

usage: python examples/analyze_recording.py [SOURCE]

SOURCE is a video, a session folder, or "keypoints:", a made-up runner that needs no pose model.
"""

from __future__ import annotations

import sys
from statistics import mean

import hipdrive


def main(source: str = "keypoints:") -> None:
    """Print a line a stride, then what they come to."""
    analysis = hipdrive.analyze(source)
    near = [stride for stride in analysis.strides if stride.near]
    for stride in near:
        contact_s = stride.metrics["contact_time_s"]
        print(
            f"{stride.t_s:7.2f} s  thigh extension {stride.thigh_ext_deg:5.1f}°  "
            f"contact {'unknown' if contact_s is None else f'{contact_s:.3f} s'}  "
            f"{stride.rejection or ''}"
        )
    accepted = [stride.thigh_ext_deg for stride in near if stride.accepted]
    if not accepted:
        sys.exit(f"no stride can be used: {analysis.summary.statement}")
    print(f"{len(accepted)} strides, thigh extension {mean(accepted):.1f}° on average")
    # With pandas: analysis.to_pandas().groupby("leg").describe()


if __name__ == "__main__":
    main(*sys.argv[1:])
