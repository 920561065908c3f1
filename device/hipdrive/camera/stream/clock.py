"""The times of a stream's pictures: the stream's own as long as they can be trusted.

A network delivers late and unevenly, and never early. So a picture's time by the stream's clock is
the better one, unless that clock jumps or runs at another speed than this machine's, which shows in
how much later pictures arrive than they say.
"""

from __future__ import annotations

from collections import deque
from enum import Enum

from hipdrive.types.time import NS_PER_MS, NS_PER_S

SETTLING_NS = 2 * NS_PER_S
"""What a server kept for whoever comes arrives at once, and so too late, for so long."""
AHEAD_NS = 250 * NS_PER_MS
"""A picture that is so much earlier than the quickest of those before it is none of that clock."""
BEHIND_NS = 3 * NS_PER_S
"""No picture waits for so long on its way: a camera that gives nothing is given up before."""
SUDDEN_NS = 100 * NS_PER_MS
"""From one picture to the next this is a jump; another speed shows little by little."""
MOST_JUMPS, JUMPS_WITHIN_NS = 3, 60 * NS_PER_S
"""So many jumps within a minute, and the times of the connection are not used any more."""
WINDOW_NS = NS_PER_S
WINDOWS = 10
"""A clock of another speed takes the quickest picture of a second further away in each of ten."""
LEAST_DRIFT_NS = 5 * NS_PER_MS
"""In a second, 0.5 %: less costs no step a minute. Clocks of cameras are a hundred times better."""
AT_ONCE_NS = NS_PER_MS
"""Pictures that arrive within less come together; the last of them is the newest all the same."""
MOST_SLEW = 500
"""One part in so many may be added to time to follow a clock that is a little off, 0.2 %."""


class TimeSource(Enum):
    """By which clock pictures are timed, and if by that of their arrival, why."""

    STREAM = ""
    NO_TIMES = "has no times in it"
    JUMPS = "has times that jump"
    DRIFTS = "has times of another speed than this machine's clock"


class StreamClock:
    """Times of pictures, strictly increasing, by this machine's clock.

    Attributes:
        source: by which clock, since the connection began.
    """

    def __init__(self) -> None:
        self._latest_ns: int | None = None
        self.reconnected()

    def reconnected(self) -> None:
        """Another connection begins; its clock is to be trusted until it shows that it cannot."""
        self.source = TimeSource.STREAM
        self._began_ns = 0
        self._before: tuple[int, int] | None = None
        self._offset_ns = self._target_ns = 0
        self._jumps: deque[int] = deque(maxlen=MOST_JUMPS)
        self._window_ns = 0
        self._quickest_ns: int | None = None
        self._seconds: deque[int] = deque(maxlen=WINDOWS)

    def time_ns(self, pts_ns: int | None, arrived_ns: int) -> int | None:
        """When a picture was taken; None for one that is not later than the one before it.

        Args:
            pts_ns: by the stream's clock, ns from any origin; None: it does not say.
            arrived_ns: by this machine's, ns, never decreasing.
        """
        t_ns = arrived_ns
        if pts_ns is None and self._before is None:
            self.source = TimeSource.NO_TIMES
        if self.source is TimeSource.STREAM:
            self._note(pts_ns, arrived_ns)
            t_ns = arrived_ns if pts_ns is None else pts_ns + self._offset_ns
        if self._latest_ns is not None and t_ns <= self._latest_ns:
            if self._latest_ns - t_ns >= AT_ONCE_NS:
                return None
            t_ns = self._latest_ns + 1
        self._latest_ns = t_ns
        return t_ns

    def _note(self, pts_ns: int | None, arrived_ns: int) -> None:
        """Compare the two clocks, and leave off using the stream's where it cannot be trusted."""
        if pts_ns is None:
            self._jumped(arrived_ns)
            return
        late_ns = arrived_ns - pts_ns
        if self._before is None:
            self._began_ns = self._window_ns = arrived_ns
            self._offset_ns = late_ns
            self._before = (pts_ns, arrived_ns)
        before_ns, then_ns = self._before
        first = arrived_ns == self._began_ns
        self._before = (pts_ns, arrived_ns)
        settling = arrived_ns - self._began_ns < SETTLING_NS
        if settling:
            self._offset_ns = self._target_ns = min(self._offset_ns, late_ns)
        possible = -AHEAD_NS <= late_ns - self._offset_ns <= BEHIND_NS
        step_ns = late_ns - (then_ns - before_ns)
        if (pts_ns <= before_ns and not first) or (not possible and abs(step_ns) >= SUDDEN_NS):
            # Go on as if the time since the last picture were that between arrivals.
            self._offset_ns += step_ns
            self._target_ns = self._offset_ns
            self._seconds.clear()
            self._quickest_ns = None
            self._jumped(arrived_ns)
        elif not possible:
            self.source = TimeSource.DRIFTS
        elif not settling:
            self._follow(late_ns, arrived_ns)
            most_ns = max(pts_ns - before_ns, 0) // MOST_SLEW
            self._offset_ns += max(-most_ns, min(most_ns, self._target_ns - self._offset_ns))

    def _jumped(self, arrived_ns: int) -> None:
        self._jumps.append(arrived_ns)
        many = len(self._jumps) == MOST_JUMPS
        if many and arrived_ns - self._jumps[0] < JUMPS_WITHIN_NS:
            self.source = TimeSource.JUMPS

    def _follow(self, late_ns: int, arrived_ns: int) -> None:
        """Once a second compare its quickest picture with those of the seconds before."""
        if self._quickest_ns is None or late_ns < self._quickest_ns:
            self._quickest_ns = late_ns
        since_ns = arrived_ns - self._window_ns
        if since_ns < WINDOW_NS:
            return
        self._seconds.append(self._quickest_ns)
        self._target_ns = min(self._seconds)
        self._window_ns, self._quickest_ns = arrived_ns, None
        if self._drifts():
            self.source = TimeSource.DRIFTS

    def _drifts(self) -> bool:
        steps = [
            later - earlier
            for earlier, later in zip(self._seconds, list(self._seconds)[1:], strict=False)
        ]
        whole = len(self._seconds) == WINDOWS
        faster = all(step <= -LEAST_DRIFT_NS for step in steps)
        return whole and (faster or all(step >= LEAST_DRIFT_NS for step in steps))
