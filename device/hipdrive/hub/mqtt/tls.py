"""TLS to the broker: which certificates are trusted and shown, and why a handshake failed."""

from __future__ import annotations

import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hipdrive import secret_file
from hipdrive.errors import ConfigError
from hipdrive.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from _typeshed import ReadableBuffer

    from hipdrive.config import HubConfig

EXPIRED = 10
NOT_YET_VALID = 9
OTHER_NAMES = frozenset({62, 64})
"""The certificate is for another name, or another address."""
UNTRUSTED = frozenset({2, 18, 19, 20, 21})
"""Nothing that signed the certificate is trusted. All from OpenSSL's `x509_vfy.h`."""

CLIENT_CERTIFICATE = {
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "wants a certificate: set hub.cert_file and hub.key_file",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "ends the handshake: does it want a certificate? set "
    "hub.cert_file and hub.key_file",
    "TLSV1_ALERT_UNKNOWN_CA": "does not know who signed hub.cert_file: have it signed by the CA "
    "that the broker trusts",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "says that hub.cert_file has expired: renew it",
    "SSLV3_ALERT_CERTIFICATE_REVOKED": "says that hub.cert_file was revoked: have a new one made",
    "SSLV3_ALERT_BAD_CERTIFICATE": "refuses hub.cert_file: have a new one made",
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": "refuses hub.cert_file: it must be made for clients",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "refuses hub.cert_file: have a new one made",
}
"""Why a broker ended a handshake because of the device, by OpenSSL's reason."""


class TlsSocket(ssl.SSLSocket):
    """A socket that remembers which error ended it, because paho does not report it.

    Attributes:
        fault: the error that ended the connection; None while there was none.
    """

    fault: ssl.SSLError | None = None

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002  # as the base's
        """Do the handshake; close the socket if it fails."""
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Receive; with TLS 1.3 a refused client certificate shows here, not in the handshake."""
        try:
            return super().recv(buflen, flags)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            self.fault = error
            raise

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        """Send; a broker that has hung up meanwhile may have sent the reason before."""
        try:
            return super().send(data, flags)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except OSError:
            with suppress(OSError):
                self.recv()
            raise


def context(config: HubConfig, environ: Mapping[str, str]) -> ssl.SSLContext | None:
    """The TLS context of a connection; None for one without TLS.

    The broker's certificate must be for `hub.host` and signed by `hub.ca_file`, or, where that is
    empty, by an authority that the system trusts. No key of the configuration turns either check
    off.

    Raises:
        ConfigError: a file cannot be used.
    """
    if not config.tls:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.sslsocket_class = TlsSocket
    if config.ca_file:
        _trust(made, secret_file.resolve("hub.ca_file", config.ca_file, environ))
    else:
        made.load_default_certs()
    if config.cert_file:
        _show(made, config, environ)
    return made


def _trust(made: ssl.SSLContext, file: Path) -> None:
    remedy = "it must hold the certificate of the CA that signed the broker's, as PEM"
    try:
        read_small_file(file)  # OpenSSL would wait for a pipe, and read a device for ever.
        made.load_verify_locations(file)
    except ssl.SSLError as error:
        raise ConfigError(f"hub.ca_file: {file} holds no certificate: {remedy}") from error
    except OSError as error:
        problem = f"{file} cannot be read ({error.strerror})"
        raise ConfigError(f"hub.ca_file: {problem}: {remedy}") from error


def _show(made: ssl.SSLContext, config: HubConfig, environ: Mapping[str, str]) -> None:
    certificate = secret_file.resolve("hub.cert_file", config.cert_file, environ)
    key = secret_file.resolve("hub.key_file", config.key_file, environ)
    secret_file.read("hub.key_file", key, environ)
    try:
        read_small_file(certificate)
    except OSError as error:
        problem = f"{certificate} cannot be read ({error.strerror})"
        raise ConfigError(
            f"hub.cert_file: {problem}: put the device's certificate there"
        ) from error

    def no_passphrase() -> Any:  # noqa: ANN401  # OpenSSL would ask on the terminal otherwise
        raise ConfigError(f"hub.key_file: {key} has a passphrase, and nobody is there to type it")

    try:
        made.load_cert_chain(certificate, key, no_passphrase)
    except ssl.SSLError as error:
        remedy = f"they must be PEM and belong together ({error.reason or 'no PEM'})"
        pair = f"hub.cert_file {certificate} and hub.key_file {key}"
        raise ConfigError(f"{pair} do not work: {remedy}") from error


def explain(error: OSError, host: str, address: str) -> str | None:
    """Why a handshake failed and what to do; None when TLS was not the cause.

    Args:
        error: the error that ended the connection.
        host: the broker's name, as configured.
        address: host and port, for people.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {address} {_untrusted(error, host)}"
    if isinstance(error, ssl.SSLError) and error.reason in CLIENT_CERTIFICATE:
        return f"the broker at {address} {CLIENT_CERTIFICATE[error.reason]}"
    if isinstance(error, ssl.SSLError | ConnectionResetError):
        reason = error.reason if isinstance(error, ssl.SSLError) else "it hangs up"
        remedy = "check hub.port, which is 8883 with most brokers, and the broker's certificate"
        return f"{address} does not speak TLS as it should ({reason}): {remedy}"
    return None


def _untrusted(error: ssl.SSLCertVerificationError, host: str) -> str:
    code = error.verify_code
    if code == EXPIRED:
        return "has expired: renew it; or is this device's clock wrong?"
    if code == NOT_YET_VALID:
        return "is not valid yet: is this device's clock right?"
    if code in OTHER_NAMES:
        return f"is not for {host!r}: set hub.host to a name in it, or have one made for that name"
    if code in UNTRUSTED:
        return "is signed by nobody who is trusted: set hub.ca_file to the CA that signed it"
    return f"is refused ({error.verify_message})"


def describe(sock: object) -> str | None:
    """TLS version and the end of the broker's certificate, for people; None without TLS."""
    if not isinstance(sock, ssl.SSLSocket):
        return None
    certificate = sock.getpeercert() or {}
    return f"{sock.version()}, the broker's certificate ends {certificate.get('notAfter')}"
