"""Add a sink of your own: it counts strides by why they were rejected.

usage: python examples/own_sink.py [SOURCE]

A sink gets what every frame led to. One that may be slow says so and gets a thread and a queue.
"""

from __future__ import annotations

import sys
from collections import Counter

import hipdrive


class RejectionCounter(hipdrive.SessionSink):
    """Counts strides of either leg by why they were rejected."""

    info = hipdrive.SinkInfo("rejections", hipdrive.RunsIn.QUEUED_THREAD, "counts of some frames")

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def on_frame(self, result: hipdrive.FrameResult) -> None:
        """Count what the frame completed."""
        for stride in result.gait.strides:
            self.counts[str(stride.rejection or "accepted")] += 1

    def end(self, summary: hipdrive.SessionSummary) -> None:
        """Print the counts; the session is over."""
        print(f"{summary.source}: {summary.verdict}")
        for reason, count in self.counts.most_common():
            print(f"{count:5d} {reason}")


def main(source: str = "keypoints:") -> None:
    """Analyze a source with the sink added."""
    hipdrive.analyze(source, sinks=[lambda _context: RejectionCounter()])


if __name__ == "__main__":
    main(*sys.argv[1:])
