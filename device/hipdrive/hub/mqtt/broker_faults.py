"""Faults of the broker or the network, each in one line that says what to do."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from hipdrive.hub.mqtt import tls
from hipdrive.hub.mqtt.client_names import REMEDIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paho.mqtt.reasoncodes import ReasonCode

    from hipdrive.hub.mqtt.ack import Ack
    from hipdrive.hub.mqtt.login import Login
    from hipdrive.hub.mqtt.topics import Topics

UNSUPPORTED_VERSION = 132
CLIENT_ID_REFUSED = 133
BAD_PASSWORD = 134
NOT_AUTHORISED = 135
TAKEN_OVER = 142
NO_RETAIN, NO_SUCH_QOS = 154, 155
"""The broker does not take a will as it was asked to (MQTT 5, 3.2.2.2)."""

MOST_TRIES = {131: 3, 128: 3, 144: 1, 149: 1, 153: 1}
"""How often a message is sent whose refusal says that it is its own fault, by the reason in the
PUBACK: too large, a name or content that is not allowed; mosquitto's `message_size_limit` is 131
and may be something else elsewhere. A refusal for another reason may end, and is waited for."""

NO_BROKER = "{} does not answer as an MQTT broker does: check hub.host and hub.port"
PERHAPS_TLS = "{}; a port for TLS needs hub.tls = true"
PERHAPS_CERTIFICATE = (
    "the broker at {} hangs up after the handshake: if it wants a certificate, set hub.cert_file "
    "and hub.key_file, else check hub.port"
)


def unreachable(error: OSError | ValueError, login: Login) -> str:
    """Why there is no connection to the broker's port, and what to do."""
    if isinstance(error, socket.gaierror) or not isinstance(error, OSError):
        return f"the broker's name {login.host!r} was not found: check hub.host and the network"
    if login.tls is not None and (cause := tls.explain(error, login.host, login.address)):
        return cause
    if isinstance(error, ConnectionRefusedError):
        remedy = "is the broker running? check hub.host and hub.port"
        return f"nothing listens at {login.address}: {remedy}"
    if isinstance(error, TimeoutError):
        return f"{login.address} does not answer: check hub.host, hub.port and the network"
    return f"{login.address} cannot be reached ({error.strerror or error}): check the network"


def no_broker(login: Login, sock: object) -> str:
    """Why there was no CONNACK from the broker's port."""
    if login.tls is None:
        return PERHAPS_TLS.format(NO_BROKER.format(login.address))
    fault = sock.fault if isinstance(sock, tls.TlsSocket) else None
    if fault is not None and (cause := tls.explain(fault, login.host, login.address)):
        return cause
    return PERHAPS_CERTIFICATE.format(login.address)


def login_refused(reason: ReasonCode, login: Login) -> str:
    """Why the broker refuses the login, and what to do."""
    broker = f"the broker at {login.address}"
    if reason.value in {BAD_PASSWORD, NOT_AUTHORISED}:
        if not login.username:
            return f"{broker} wants a user: set hub.username and hub.password_file"
        remedy = "check hub.username and hub.password_file"
        return f"{broker} refuses the user {login.username!r} or the password: {remedy}"
    if reason.value == UNSUPPORTED_VERSION:
        return f"{broker} does not speak MQTT 5: update it"
    return f"{broker} refuses the connection ({reason})"


def disconnected(reason: ReasonCode | None, login: Login) -> str:
    """Why an established connection has ended.

    Args:
        reason: the reason in the broker's DISCONNECT; None: it sent none.
        login: how the device was connected.
    """
    remedy = REMEDIES[login.role]
    if reason is not None and reason.value == TAKEN_OVER:
        return f"another client has taken the name {login.client_id}: {remedy}"
    if reason is not None:
        return f"the broker at {login.address} has ended the connection ({reason}), trying again"
    # A broker of before MQTT 5 does not say that it was another client with the same name.
    again = f"if it goes over and over, perhaps {remedy}"
    return f"the broker at {login.address} has gone, trying again; {again}"


def no_acknowledgement(login: Login) -> str:
    """The broker is connected and acknowledges nothing."""
    remedy = "if it goes over and over, restart the broker"
    return f"the broker at {login.address} does not confirm messages: {remedy}"


def flood(login: Login) -> str:
    """More is sent to the device than anybody means to."""
    return (
        f"a flood of commands comes from the broker at {login.address}; none are heard for a "
        "while: find out who sends them (hipdrive hub watch)"
    )


def subscription_refused(reasons: Sequence[ReasonCode], login: Login) -> str:
    """Why a subscription was refused, and what to do."""
    who = f"the user {login.username!r}" if login.username else "this client"
    reasons_text = ", ".join(str(reason) for reason in reasons)
    return f"the broker at {login.address} lets {who} read nothing ({reasons_text}): allow it there"


def never_taken(ack: Ack, login: Login) -> str:
    """A message that this broker will never take, and what to do."""
    remedy = "raise its limits there (mosquitto: max_packet_size, message_size_limit)"
    return (
        f"the broker at {login.address} never takes what is published to {ack.topic} "
        f"({ack.refusal}); other messages go on: {remedy}"
    )


def publication_refused(ack: Ack, login: Login, topics: Topics) -> str:
    """Why a message was refused, and what to do."""
    who = f"the user {login.username!r}" if login.username else "this device"
    what = f"the broker refuses what is published to {ack.topic} ({ack.refusal})"
    if not ack.topic.startswith(f"{topics.root}/"):
        return f"{what}: allow {who} to write it, or set hub.discovery_prefix to nothing"
    return f"{what}: allow {who} to write {topics.root}/# there"
