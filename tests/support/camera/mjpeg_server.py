"""A camera's web server on loopback; what it answers, and when, a test decides."""

from __future__ import annotations

import base64
import hashlib
import queue
import re
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

import cv2
import numpy as np

if TYPE_CHECKING:
    from types import TracebackType

    from hipdrive.types.frame import RgbImage

PATIENCE_S = 60.0
"""How long nothing may happen before a test fails: only a broken test waits for so long."""
NONCE = "b2f7d1"
STREAM, REALM = "/stream", "treadmill"


def jpeg(image: RgbImage, quality: int = 95) -> bytes:
    """A picture as the bytes of a JPEG."""
    done, data = cv2.imencode(
        ".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    assert done
    return data.tobytes()


def grey(level: int, width: int = 640, height: int = 480) -> bytes:
    """A JPEG of one grey."""
    return jpeg(np.full((height, width, 3), level, np.uint8))


@dataclass
class Viewer:
    """An open stream, seen from the server.

    Attributes:
        socket: to the device.
        over: set when the server may close it.
    """

    socket: socket.socket
    over: threading.Event = field(default_factory=threading.Event)

    def send(
        self, data: bytes, stamp_s: float | None = None, *, promised: int | None = None
    ) -> None:
        """A part; `promised` is what its head says of its length, where that is not true."""
        stamp = "" if stamp_s is None else f"X-Timestamp: {stamp_s:.6f}\r\n"
        length = len(data) if promised is None else promised
        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\n{stamp}\r\n"
        self.send_bytes(head.encode() + data + b"\r\n")

    def send_bytes(self, data: bytes) -> None:
        """Whatever it is."""
        self.socket.sendall(data)

    def is_gone(self) -> bool:
        """Wait until the device has hung up; False when it has not."""
        self.socket.settimeout(PATIENCE_S)
        with suppress(ConnectionResetError):
            try:
                return self.socket.recv(1) == b""
            except TimeoutError:
                return False
        return True

    def hang_up(self) -> None:
        """Close the connection."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.over.set()


@dataclass(frozen=True)
class Reply:
    """What the server answers in place of a stream."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass
class MjpegServer:
    """Serves `/stream` to whoever comes, unless `replies` has something else for a path.

    Attributes:
        port: 0: any that is free.
        login: user and password that are asked for, and by which scheme; None: anybody.
        replies: by path.
        content_type: of the stream.
        logins: what clients sent as `Authorization`, in the order in which they came.
    """

    port: int = 0
    login: tuple[str, str, str] | None = None
    replies: dict[str, Reply] = field(default_factory=dict)
    content_type: str = "multipart/x-mixed-replace; boundary=frame"
    logins: list[str | None] = field(default_factory=list)
    viewers: queue.SimpleQueue[Viewer] = field(default_factory=queue.SimpleQueue)
    _open: list[Viewer] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{STREAM}"

    def start(self) -> None:
        """Listen, on the same port as before."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            def log_message(self, *_: object) -> None:
                """Nothing: tests look at what hipdrive says."""

        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        """Die: every connection breaks off, and nobody listens any more."""
        self._http.shutdown()
        self._http.socket.close()
        for viewer in self._open:
            viewer.hang_up()
        self._http.server_close()
        self._thread.join()

    def viewer(self) -> Viewer:
        """The next who opens the stream; waits for them."""
        return self.viewers.get(timeout=PATIENCE_S)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """One request."""
        self.logins.append(request.headers.get("Authorization"))
        path = request.path.partition("?")[0]
        reply = self.replies.get(path)
        if reply is None and path != STREAM:
            reply = Reply(404)
        if reply is None and not self._knows(request):
            scheme = "" if self.login is None else self.login[2]
            nonce = f', nonce="{NONCE}", qop="auth"' if scheme == "Digest" else ""
            reply = Reply(401, (("WWW-Authenticate", f'{scheme} realm="{REALM}"{nonce}'),))
        if reply is not None:
            request.send_response(reply.status)
            for header in reply.headers:
                request.send_header(*header)
            request.end_headers()
            request.wfile.write(reply.body)
            return
        request.send_response(200)
        request.send_header("Content-Type", self.content_type)
        request.end_headers()
        viewer = Viewer(request.connection)
        self._open.append(viewer)
        self.viewers.put(viewer)
        viewer.over.wait(PATIENCE_S)

    def _knows(self, request: BaseHTTPRequestHandler) -> bool:
        if self.login is None:
            return True
        user, password, scheme = self.login
        sent = request.headers.get("Authorization", "")
        if scheme == "Basic":
            known = base64.b64encode(f"{user}:{password}".encode()).decode()
            return str(sent) == f"Basic {known}"
        words = dict(re.findall(r'(\w+)="?([^",]+)"?', sent))
        if not words:
            return False
        # RFC 2617, 3.2.2.1, with qop=auth.
        one = _md5(f"{user}:{REALM}:{password}")
        two = _md5(f"GET:{words['uri']}")
        middle = f"{words['nonce']}:{words['nc']}:{words['cnonce']}:{words['qop']}"
        return str(words["response"]) == _md5(f"{one}:{middle}:{two}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
