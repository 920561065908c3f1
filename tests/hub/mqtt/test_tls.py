"""The connection over TLS: what is trusted, and that each fault is recognised."""

from __future__ import annotations

import re
import socket
import ssl
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.errors import ConfigError
from hipdrive.hub.check import check_connection
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.login import login
from hipdrive.hub.mqtt.received_message import ReceivedMessage
from hipdrive.hub.mqtt.tls import TlsSocket
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from support.certificates import ELSEWHERE, HERE, Authority
from support.hub.fake_broker import HTTP, WELCOME, fake_broker
from support.hub.frames import first_result, hub_config, make_hub, stride_result
from support.hub.users import ALL, USERS, password_file
from support.mosquitto import Broker, Listener

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLIENT = "extendedKeyUsage=clientAuth"


@contextmanager
def secured(
    folder: Path,
    authority: Authority,
    extension: str = HERE,
    days: int = 1,
    *more: str,
) -> Iterator[Broker]:
    certificate, key = authority.issue("broker", extension, days)
    listener = [f"certfile {certificate}", f"keyfile {key}", *more]
    with Broker(folder, listener=listener) as broker:
        yield broker


def demanding(authority: Authority) -> tuple[str, str]:
    """What makes a listener ask for the client's certificate."""
    return (f"cafile {authority.certificate}", "require_certificate true")


def shown(pair: tuple[Path, Path]) -> dict[str, str]:
    return {"cert_file": str(pair[0]), "key_file": str(pair[1])}


def problem_with(port: int, authority: Authority | None, **fields: Any) -> str:  # noqa: ANN401
    ca = {} if authority is None else {"ca_file": str(authority.certificate)}
    problem = check_connection(
        hub_config(port, **{"tls": True, **ca, **fields}), timeout_s=20.0
    ).problem
    assert problem is not None
    assert "\n" not in problem
    return problem


def test_messages_arrive_over_tls(tmp_path: Path, authority: Authority) -> None:
    with (
        secured(tmp_path, authority) as broker,
        Listener(broker.port, tls=authority.trusted()) as listener,
    ):
        ca = str(authority.certificate)
        with make_hub(broker.port, host="localhost", tls=True, ca_file=ca) as hub:
            hub.on_frame(first_result())
            for number in range(1, 40):
                hub.on_frame(stride_result(number))
            listener.wait_count("/stride", 39)
        listener.wait_count("/availability", 2)
    assert "as hipdrive-home.treadmill " in broker.log
    assert listener.on("/availability")[-1].payload == b"offline"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_encryption_of_a_trusted_broker_is_described(
    tmp_path: Path, authority: Authority, host: str
) -> None:
    with secured(tmp_path, authority) as broker:
        ca = str(authority.certificate)
        finding = check_connection(hub_config(broker.port, host=host, tls=True, ca_file=ca), 20.0)
    assert finding.problem is None
    assert finding.encryption is not None
    assert finding.encryption.startswith("TLSv1.3, the broker's certificate ends ")


def test_messages_that_share_a_record_all_arrive(authority: Authority) -> None:
    """All are decrypted with the first one, and nothing shows at the socket then."""
    certificate, key = authority.issue("broker", HERE)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    publish = bytes([0x30, 7, 0, 3, *b"t/a", 0, ord("x")])
    who_config = {"tls": True, "ca_file": str(authority.certificate)}
    with fake_broker(WELCOME + 3 * publish, tls=server) as port:
        wake = WakePipe()
        with closing(Connection(login(hub_config(port, **who_config)), wake)) as link:
            link.open(20.0)
            assert link.problem is None
            assert link.received() == [ReceivedMessage("t/a", b"x", retained=False)] * 3
        wake.close()


def test_the_wrong_authority(tmp_path: Path, authority: Authority, stranger: Authority) -> None:
    with secured(tmp_path, stranger) as broker:
        assert "signed by nobody who is trusted: set hub.ca_file" in problem_with(
            broker.port, authority
        )
        # Without a file of one's own the system's authorities count, and ours is none of them.
        assert "signed by nobody who is trusted: set hub.ca_file" in problem_with(broker.port, None)


def test_the_wrong_name(tmp_path: Path, authority: Authority) -> None:
    with secured(tmp_path, authority, ELSEWHERE) as broker:
        for host in ("localhost", "127.0.0.1"):
            problem = problem_with(broker.port, authority, host=host)
            assert f"is not for {host!r}: set hub.host to a name in it" in problem


def test_an_expired_certificate(tmp_path: Path, authority: Authority) -> None:
    with secured(tmp_path, authority, HERE, -1) as broker:
        problem = problem_with(broker.port, authority)
    assert "has expired: renew it" in problem
    assert "clock" in problem


@pytest.mark.parametrize("version", ["tlsv1.2", "tlsv1.3"])
def test_a_client_certificate_that_is_missing(
    tmp_path: Path, authority: Authority, version: str
) -> None:
    more = (*demanding(authority), f"tls_version {version}")
    with secured(tmp_path, authority, HERE, 1, *more) as broker:
        problem = problem_with(broker.port, authority)
    assert re.search(
        r"wants? (it )?a certificate(: |\? )set hub.cert_file and hub.key_file", problem
    )


def test_a_client_certificate_of_a_stranger(
    tmp_path: Path, authority: Authority, stranger: Authority
) -> None:
    mine = shown(stranger.issue("device", CLIENT))
    with secured(tmp_path, authority, HERE, 1, *demanding(authority)) as broker:
        problem = problem_with(broker.port, authority, **mine)
    assert "does not know who signed hub.cert_file" in problem


def test_the_alert_sent_before_the_broker_closed_is_read(
    tmp_path: Path, authority: Authority, stranger: Authority
) -> None:
    """With TLS 1.3 the device believes that all is well, and its first message is not answered."""
    mine = shown(stranger.issue("device", CLIENT))
    with secured(tmp_path, authority, HERE, 1, *demanding(authority)) as broker:
        ca = str(authority.certificate)
        context = login(hub_config(broker.port, tls=True, ca_file=ca, **mine)).tls
        assert context is not None
        plain = socket.create_connection(("127.0.0.1", broker.port))
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as sock:
            broker.wait_log("certificate verify failed")
            # The first may still be taken by the network.
            with suppress(OSError):
                while True:
                    sock.send(b"anybody?")
            assert isinstance(sock, TlsSocket)
            assert sock.fault is not None
            assert sock.fault.reason == "TLSV1_ALERT_UNKNOWN_CA"


def test_a_client_certificate_that_has_expired(tmp_path: Path, authority: Authority) -> None:
    mine = shown(authority.issue("device", CLIENT, -1))
    with secured(tmp_path, authority, HERE, 1, *demanding(authority)) as broker:
        assert "says that hub.cert_file has expired" in problem_with(broker.port, authority, **mine)


def test_a_client_certificate_that_fits(tmp_path: Path, authority: Authority) -> None:
    mine = shown(authority.issue("device", CLIENT))
    with secured(tmp_path, authority, HERE, 1, *demanding(authority)) as broker:
        ca = str(authority.certificate)
        assert (
            check_connection(hub_config(broker.port, tls=True, ca_file=ca, **mine), 20.0).problem
            is None
        )


def test_tls_at_a_port_without_it_fails_and_sends_no_password(
    tmp_path: Path, authority: Authority
) -> None:
    with Broker(tmp_path, USERS, ALL) as broker:
        file = password_file(tmp_path, "right")
        problem = problem_with(broker.port, authority, username="device", password_file=file)
        broker.wait_log("Client <unknown>")
    assert "does not speak TLS as it should" in problem
    assert "check hub.port" in problem
    assert "'device'" not in broker.log


def test_something_else_at_the_port(authority: Authority) -> None:
    with fake_broker(HTTP) as port:
        assert "does not speak TLS as it should (WRONG_VERSION_NUMBER)" in problem_with(
            port, authority
        )


def test_no_tls_at_a_port_for_it(tmp_path: Path, authority: Authority) -> None:
    with secured(tmp_path, authority) as broker:
        assert "a port for TLS needs hub.tls = true" in problem_with(broker.port, None, tls=False)


def test_nothing_is_taken_on_trust(authority: Authority) -> None:
    made = login(hub_config(8883, tls=True, ca_file=str(authority.certificate))).tls
    assert made is not None
    assert made.minimum_version is ssl.TLSVersion.TLSv1_2
    assert made.verify_mode is ssl.CERT_REQUIRED
    assert made.check_hostname


def refused(**fields: Any) -> str:  # noqa: ANN401
    with pytest.raises(ConfigError) as raised:
        login(hub_config(8883, tls=True, **fields))
    return str(raised.value)


def test_an_unusable_authority_is_reported_before_anything_starts(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere.crt")
    assert f"hub.ca_file: {missing} cannot be read" in refused(ca_file=missing)
    empty = tmp_path / "empty.crt"
    empty.write_text("no certificate\n", encoding="utf-8")
    assert f"hub.ca_file: {empty} holds no certificate" in refused(ca_file=str(empty))


def test_an_unusable_key_pair_is_reported_before_anything_starts(
    tmp_path: Path, authority: Authority
) -> None:
    mine = shown(authority.issue("device", CLIENT))
    other = shown(authority.issue("other", CLIENT))
    mixed = refused(**{**mine, "key_file": other["key_file"]})
    assert "must be PEM and belong together" in mixed
    missing = str(tmp_path / "nowhere")
    assert f"hub.key_file: {missing} cannot be read" in refused(**{**mine, "key_file": missing})
    assert f"hub.cert_file: {missing} cannot be read" in refused(**{**mine, "cert_file": missing})


def test_a_key_that_others_can_read_is_refused(authority: Authority) -> None:
    pair = authority.issue("open", CLIENT)
    pair[1].chmod(0o644)
    assert f"is open to other users: run chmod 600 {pair[1]}" in refused(**shown(pair))


def test_a_key_with_a_passphrase_is_refused_without_a_prompt(
    tmp_path: Path, authority: Authority
) -> None:
    pair = authority.issue("locked", CLIENT)
    locked = tmp_path / "locked.key"
    authority._openssl(
        "ec", "-in", str(pair[1]), "-aes128", "-passout", "pass:x", "-out", str(locked)
    )
    locked.chmod(0o600)
    assert "has a passphrase" in refused(cert_file=str(pair[0]), key_file=str(locked))
