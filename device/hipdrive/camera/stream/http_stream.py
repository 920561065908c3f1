"""MJPEG over HTTP: the connection to a camera that sends one JPEG after the other."""

from __future__ import annotations

import http.client
import os
import socket
import time
import urllib.error
import urllib.request
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from hipdrive.camera.jpeg import is_whole, rgb_picture
from hipdrive.camera.picture_size import declared_size
from hipdrive.camera.stream.connection import SILENCE_S, StreamPicture
from hipdrive.camera.stream.multipart import MultipartParser, boundary_of
from hipdrive.errors import SourceError, StreamError
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hipdrive.camera.stream.address import StreamAddress
    from hipdrive.camera.stream.multipart import BodyPart
    from hipdrive.types.frame import RgbImage

READ_BYTES = 65_536
REFUSALS = {
    401: "wants a user name and a password, or others (401)",
    403: "does not let this user see its pictures (403)",
    404: "has nothing at that path (404)",
    503: "serves nobody more (503)",
}


class HttpStream:
    """An open answer with pictures.

    Args:
        address: of the camera.
        clock_ns: a monotonic clock, ns.

    Raises:
        StreamError: there is no such camera, it refuses, or sends something else.
    """

    def __init__(
        self, address: StreamAddress, clock_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._clock_ns = clock_ns
        self._where = str(address)
        try:
            self._answer = self._opener(address).open(address.bare_url, timeout=SILENCE_S)
        except urllib.error.HTTPError as error:
            error.close()
            refusal = REFUSALS.get(error.code, f"answers with an error ({error.code})")
            raise StreamError(refusal) from None
        except urllib.error.URLError as error:
            raise StreamError(_why(error.reason)) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise StreamError(_why(error)) from None
        # The library keeps its socket to itself; this is another handle of it.
        self._socket = socket.socket(fileno=os.dup(self._answer.fileno()))
        self._parser = MultipartParser(self._boundary())

    def _opener(self, address: StreamAddress) -> urllib.request.OpenerDirector:
        """Logs in where it is asked to, and at this host only, whatever it is sent on to."""
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if address.username:
            url = f"{address.scheme}://{address.host}/"
            passwords.add_password(None, url, address.username, address.password)
        return urllib.request.build_opener(
            # A camera stands beside the treadmill, not behind a proxy.
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPDigestAuthHandler(passwords),
            urllib.request.HTTPBasicAuthHandler(passwords),
        )

    def _boundary(self) -> bytes:
        content_type = self._answer.headers.get("Content-Type", "")
        boundary = boundary_of(content_type)
        if boundary is None:
            self.close()
            kind = content_type.split(";")[0][:60]
            raise StreamError(
                f"sends {kind!r} and no MJPEG stream; name the address of its stream, as its "
                "manual has it"
            )
        return boundary

    def pictures(self) -> Iterator[StreamPicture]:
        """As `StreamConnection` has it."""
        latest_ns = self._clock_ns()
        while True:
            try:
                data = self._answer.read1(READ_BYTES)
            except TimeoutError:
                raise StreamError("sends nothing any more") from None
            except (OSError, http.client.HTTPException, ValueError):
                raise StreamError("broke the connection off") from None
            if not data:
                raise StreamError("closed the connection")
            now_ns = self._clock_ns()
            for part in self._parser.feed(data):
                latest_ns = now_ns
                yield StreamPicture(part.stamp_ns, now_ns, self._picture(part))
            if now_ns - latest_ns > SILENCE_S * NS_PER_S:
                raise StreamError("sends no whole picture any more")

    def interrupt(self) -> None:
        """As `StreamConnection` has it."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """As `StreamConnection` has it."""
        with suppress(OSError):
            self._answer.close()
        self._socket.close()

    def _picture(self, part: BodyPart) -> Callable[[], RgbImage | None] | None:
        if declared_size(part.data) is None or not is_whole(part.data):
            return None
        return partial(decoded_or_none, part.data, self._where)


def decoded_or_none(data: bytes, where: str) -> RgbImage | None:
    """The picture of a JPEG, as `rgb_picture`; None too where it cannot be decoded."""
    import cv2

    try:
        return rgb_picture(data, where)
    except (cv2.error, SourceError):
        return None


def _why(error: object) -> str:
    """What is wrong, without the address, which may stand in an error's own text."""
    if isinstance(error, TimeoutError):
        return "does not answer"
    if isinstance(error, socket.gaierror):
        return "has a name that nobody knows; check the host in camera.url"
    if isinstance(error, ssl_error()):
        return "has a certificate that is not trusted; use http, or have the system trust it"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be reached ({error.strerror})"
    return "does not answer as a web server does"


def ssl_error() -> type[OSError]:
    """The error of a certificate, without loading OpenSSL where it was not needed."""
    import ssl

    return ssl.SSLCertVerificationError
