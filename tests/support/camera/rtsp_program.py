"""An RTSP server with one film, made of Debian's GStreamer; run by the system's own Python.

usage: python3 rtsp_program.py FILM PORT [USER PASSWORD]

FILM is H.264 in Matroska. Prints the port, and serves `/run` until it is killed.
"""

from __future__ import annotations

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

ROLE = "viewer"


def serve(film: str, port: str, login: list[str]) -> None:
    """Serve the film; to whoever comes, or to one user."""
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory()
    pay = "rtph264pay name=pay0 pt=96"
    factory.set_launch(f"( filesrc location={film} ! matroskademux ! {pay} )")
    server.get_mount_points().add_factory("/run", factory)
    if login:
        auth, token = GstRtspServer.RTSPAuth(), GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", ROLE)
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(*login), token)
        server.set_auth(auth)
        rights = GstRtspServer.RTSPPermissions()
        for right in ("access", "construct"):
            rights.add_permission_for_role(ROLE, f"media.factory.{right}", 1)
        factory.set_permissions(rights)
    server.attach(None)
    print(server.get_bound_port(), flush=True)  # noqa: T201
    GLib.MainLoop().run()


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], sys.argv[3:])
