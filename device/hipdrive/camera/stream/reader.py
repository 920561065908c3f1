"""Reads a camera's stream in a thread of its own, keeps its newest picture, and reconnects."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.camera.stream.clock import StreamClock, TimeSource
from hipdrive.errors import StreamError
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.camera.stream.connection import StreamConnection, StreamPicture
    from hipdrive.types.frame import RgbImage

    Connect = Callable[[], StreamConnection]

log = logging.getLogger("hipdrive.camera")

FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 5.0
"""Between two attempts to connect: doubled with every one that fails."""
CLOSE_S = 3.0
"""How long closing waits for a read to end; less than systemd's patience."""
GOOD_NS = 10 * NS_PER_S
"""A connection that has lasted for so long is followed by another at once."""
UNKNOWN = "it has not answered yet"


@dataclass(frozen=True, slots=True)
class TimedPicture:
    """A picture, not decoded yet.

    Attributes:
        t_ns: when it was taken, ns.
        late_ns: how much later it was here.
        image: as of `StreamPicture`.
    """

    t_ns: int
    late_ns: int
    image: Callable[[], RgbImage | None]


@dataclass(slots=True)
class StreamCounts:
    """What became of pictures and connections.

    Attributes:
        received: pictures that came.
        dropped: that nobody took before the next one came.
        undated: that were not later than the one before.
        damaged: that were none, or not whole.
        lost: connections that broke off after pictures had come.
        sources: by which clocks pictures were timed.
    """

    received: int = 0
    dropped: int = 0
    undated: int = 0
    damaged: int = 0
    lost: int = 0
    sources: frozenset[TimeSource] = frozenset()


class StreamReader:
    """Connects, and connects again when the connection breaks off, until it is closed.

    Whoever takes pictures gets the newest, each once; those before it are dropped, so nobody is
    ever further behind than the network is.

    Args:
        connect: opens the stream; called in the reader's thread.
        name: of the camera, for the log.

    Attributes:
        counts: since `begin_session`.
        fault: why there is no connection; empty while there is one.
        attempts: connections that failed or broke off.
    """

    def __init__(self, connect: Connect, name: str) -> None:
        self._connect = connect
        self._name = name
        self._news = threading.Condition()
        self._newest: TimedPicture | None = None
        self._closed = threading.Event()
        self._connection: StreamConnection | None = None
        self._clock = StreamClock()
        self.counts = StreamCounts()
        self.fault = UNKNOWN
        self.attempts = 0
        self._ever = False
        self._since_ns: int | None = None
        self._lasted_ns = 0
        self._thread = threading.Thread(target=self._work, name="camera-stream", daemon=True)
        self._thread.start()

    @property
    def closed(self) -> bool:
        """True once it is closed: no picture comes any more."""
        return self._closed.is_set()

    def begin_session(self) -> None:
        """Count anew."""
        with self._news:
            self.counts = StreamCounts(sources=frozenset({self._clock.source}))

    def take(self, timeout_s: float) -> TimedPicture | None:
        """The newest picture that was not taken yet; None after a time without one."""
        with self._news:
            if self._newest is None and not self.closed:
                self._news.wait(timeout_s)
            taken, self._newest = self._newest, None
            return taken

    def waits_for_first(self, timeout_s: float) -> bool:
        """Wait for the first picture or failure; True when neither has come."""
        with self._news:
            return not self._news.wait_for(
                lambda: self._newest is not None or self.attempts or self.closed, timeout_s
            )

    def close(self, wait_s: float = CLOSE_S) -> bool:
        """End the connection; no picture is looked at any more. From any thread, also twice.

        Returns:
            False when a read has not ended within that time; the connection is closed when it does.
        """
        with self._news:
            self._closed.set()
            self._newest = None
            connection = self._connection
            if connection is not None:
                # Not once its own thread has closed it.
                connection.interrupt()
            self._news.notify_all()
        if self._thread is not threading.current_thread():
            self._thread.join(wait_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        failures = 0
        while not self.closed:
            self._lasted_ns, self._since_ns = 0, None
            fault = self._read()
            if self.closed:
                return
            failures = 1 if self._lasted_ns >= GOOD_NS else failures + 1
            self._failed(fault, lost=self._since_ns is not None)
            self._closed.wait(min(FIRST_WAIT_S * 2.0 ** min(failures - 1, 16), LONGEST_WAIT_S))

    def _read(self) -> str:
        """One connection from its beginning to its end; why it ended."""
        try:
            connection = self._connect()
            self._clock.reconnected()
            try:
                self._look_at(connection)
            finally:
                with self._news:
                    self._connection = None
                connection.close()
        except StreamError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001
            # Not its text, which may have the address and the password in it.
            return f"failed ({type(error).__name__})"
        return "it ended"

    def _look_at(self, connection: StreamConnection) -> None:
        with self._news:
            self._connection = connection
            if self.closed:
                return
        for picture in connection.pictures():
            if not self._put(picture):
                return

    def _put(self, picture: StreamPicture) -> bool:
        """Keep a picture as the newest; False once nobody is to see it."""
        with self._news:
            if self.closed:
                return False
            counts = self.counts
            counts.received += 1
            if picture.image is None:
                counts.damaged += 1
                return True
            t_ns = self._clock.time_ns(picture.pts_ns, picture.arrived_ns)
            counts.sources |= {self._clock.source}
            if self._since_ns is None:
                self._since_ns = picture.arrived_ns
                self._connected()
            self._lasted_ns = picture.arrived_ns - self._since_ns
            if t_ns is None:
                counts.undated += 1
                return True
            counts.dropped += self._newest is not None
            self._newest = TimedPicture(t_ns, picture.arrived_ns - t_ns, picture.image)
            self._news.notify_all()
        return True

    def _connected(self) -> None:
        self.fault = ""
        if self._ever:
            log.warning("camera %s: connected again", self._name)
        self._ever = True

    def _failed(self, fault: str, *, lost: bool) -> None:
        with self._news:
            self.attempts += 1
            self.counts.lost += lost
            known, self.fault = self.fault == fault, fault
            self._news.notify_all()
        if not known and self._ever:
            log.warning("camera %s: %s; trying again", self._name, fault)
