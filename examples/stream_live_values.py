"""Follow a runner frame by frame, as a live display would.

usage: python examples/stream_live_values.py [SOURCE [SECONDS]]
"""

from __future__ import annotations

import sys

import hipdrive


def main(source: str = "keypoints:", seconds: str = "10") -> None:
    """Print every near stride and every cue as they come; stop after so many seconds."""
    for values in hipdrive.stream(source):
        for stride in values.strides:
            if stride.near and stride.accepted:
                print(f"{values.t_s:6.2f} s  {stride.thigh_ext_deg:5.1f}°")
        for cue in values.cues:
            print(f"{values.t_s:6.2f} s  {cue.kind}")
        if values.t_s >= float(seconds):
            # Leaving the loop ends the session.
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
