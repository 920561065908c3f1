"""What can be wrong with a broker, each in one line that says what to do."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from hipdrive.hub.mqtt import tls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paho.mqtt.reasoncodes import ReasonCode

    from hipdrive.hub.mqtt.connection import Ack
    from hipdrive.hub.mqtt.login import Login
    from hipdrive.hub.mqtt.topics import Topics

UNSUPPORTED_VERSION = 132
BAD_PASSWORD = 134
NOT_AUTHORISED = 135
TAKEN_OVER = 142

NO_BROKER = "{} does not answer as an MQTT broker does: check hub.host and hub.port"
PERHAPS_TLS = "{}; a port for TLS needs hub.tls = true"
PERHAPS_CERTIFICATE = (
    "the broker at {} hangs up after the handshake: if it wants a certificate, set hub.cert_file "
    "and hub.key_file, else check hub.port"
)


def why(error: OSError | UnicodeError, login: Login) -> str:
    """Why there is no connection to the broker's port, and what to do."""
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"the broker's name {login.host!r} was not found: check hub.host and the network"
    if login.tls is not None and (said := tls.why(error, login.host, login.address)):
        return said
    if isinstance(error, ConnectionRefusedError):
        remedy = "is the broker running? check hub.host and hub.port"
        return f"nothing listens at {login.address}: {remedy}"
    if isinstance(error, TimeoutError):
        return f"{login.address} does not answer: check hub.host, hub.port and the network"
    return f"{login.address} cannot be reached ({error.strerror or error}): check the network"


def no_broker(login: Login, sock: object) -> str:
    """Why somebody at the broker's port did not let the device in as brokers do."""
    if login.tls is None:
        return PERHAPS_TLS.format(NO_BROKER.format(login.address))
    fault = sock.fault if isinstance(sock, tls.TlsSocket) else None
    if fault is not None and (said := tls.why(fault, login.host, login.address)):
        return said
    return PERHAPS_CERTIFICATE.format(login.address)


def refused(reason: ReasonCode, login: Login) -> str:
    """Why the broker does not let the device in, and what to do."""
    broker = f"the broker at {login.address}"
    if reason.value in {BAD_PASSWORD, NOT_AUTHORISED}:
        if not login.username:
            return f"{broker} wants a user: set hub.username and hub.password_file"
        remedy = "check hub.username and hub.password_file"
        return f"{broker} refuses the user {login.username!r} or the password: {remedy}"
    if reason.value == UNSUPPORTED_VERSION:
        return f"{broker} does not speak MQTT 5: update it"
    return f"{broker} refuses the connection ({reason})"


def gone(said: ReasonCode | None, login: Login) -> str:
    """Why a connection has ended that was there.

    Args:
        said: what the broker gave as its reason; None: it said nothing.
        login: who was connected.
    """
    if said is not None and said.value == TAKEN_OVER:
        remedy = "give each device a hub.device of its own"
        return f"another client has taken the name {login.client_id}: {remedy}"
    cause = f" ({said})" if said is not None else ""
    # Not every broker says that it was another client with the same name.
    remedy = "if it goes over and over, give this device a hub.device of its own"
    return f"the broker at {login.address} has gone{cause}, trying again; {remedy}"


def silent(login: Login) -> str:
    """The broker is there and does not answer."""
    remedy = "if it goes over and over, restart the broker"
    return f"the broker at {login.address} does not confirm messages: {remedy}"


def unheard(reasons: Sequence[ReasonCode], login: Login) -> str:
    """Why nothing comes of what was subscribed to, and what to do."""
    who = f"the user {login.username!r}" if login.username else "this client"
    said = ", ".join(str(reason) for reason in reasons)
    return f"the broker at {login.address} lets {who} read nothing ({said}): allow it there"


def refusal_line(ack: Ack, login: Login, topics: Topics) -> str:
    """What it means that a message was refused, and what to do."""
    who = f"the user {login.username!r}" if login.username else "this device"
    what = f"the broker refuses what is published to {ack.topic} ({ack.refusal})"
    if not ack.topic.startswith(f"{topics.root}/"):
        return f"{what}: allow {who} to write it, or set hub.discovery_prefix to nothing"
    return f"{what}: allow {who} to write {topics.root}/# there"
