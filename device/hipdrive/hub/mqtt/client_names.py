"""Names of clients at the broker, which ends the older of two connections with the same one."""

from __future__ import annotations

import hashlib
from enum import StrEnum

SHORT_DIGITS = 20
"""With the two letters before them 22 bytes: every broker takes up to 23 letters and digits
(MQTT 5, 3.1.3.1). 80 bits tell more devices apart than there are."""


class ClientRole(StrEnum):
    """What a connection is for; each has a name of its own, so as not to end the device's."""

    DEVICE = ""
    REPLAY = "replay"
    CHECK = "check"
    FORGET = "forget"
    WATCH = "watch"
    COLLECT = "collect"
    WALL = "wall"


REMEDIES = {
    ClientRole.DEVICE: "another device has the same hub.site and hub.device: give each its own, or "
    "hipdrive runs twice: end one",
    ClientRole.REPLAY: "another replay for the same hub.site and hub.device publishes: let it "
    "finish, or give --no-publish",
    ClientRole.CHECK: "another hipdrive hub check of this device runs: try again after it",
    ClientRole.FORGET: "another hipdrive hub forget of this device runs: try again after it",
    ClientRole.WATCH: "another hipdrive hub watch of this device runs: end it first",
    ClientRole.COLLECT: "another collector has the same name: give each its own with --name",
    ClientRole.WALL: "another hipdrive wall runs on a machine of the same name: end one",
}
"""Who else can have a name, and what to do."""


def client_id(site: str, device: str, role: ClientRole) -> str:
    """The name of a client; no two of them have the same.

    Neither site nor device can have a dot, so it stands between them.
    """
    return ".".join([f"hipdrive-{site}", device, *([role] if role else [])])


def short_client_id(full: str) -> str:
    """The name for a broker that takes no longer one, or letters and digits alone."""
    return f"hd{hashlib.sha256(full.encode()).hexdigest()[:SHORT_DIGITS]}"
