"""The certificate that the page is served with: whether it can be used, told before it is."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.errors import WebError
from hipdrive.small_file import read_small_file

if TYPE_CHECKING:
    from hipdrive.config import ListenConfig


def certificate_of(listen: ListenConfig, table: str) -> tuple[str, str] | None:
    """Paths of certificate and key, which belong together; None for http.

    Args:
        listen: has them.
        table: of the configuration that this is.

    Raises:
        WebError: one of them cannot be used; in one line, with what to do.
    """
    if not listen.cert_file:
        return None
    certificate, key = (Path(file).expanduser() for file in (listen.cert_file, listen.key_file))
    of_certificate, of_key = f"{table}.cert_file", f"{table}.key_file"
    or_http = f"or leave {of_certificate} and {of_key} empty for http"
    for name, file in ((of_certificate, certificate), (of_key, key)):
        try:
            read_small_file(file)  # OpenSSL would wait for a pipe, and read a device for ever
        except OSError as error:
            raise WebError(
                f"{name}: {file} cannot be read ({error.strerror}): put it there, readable for the "
                f"user that hipdrive runs as, {or_http}"
            ) from error

    def no_passphrase() -> bytes:  # OpenSSL would ask on the terminal otherwise
        raise WebError(f"{of_key}: {key} has a passphrase, and nobody is there to type it")

    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            certificate, key, no_passphrase
        )
    except ssl.SSLError as error:
        raise WebError(
            f"{of_certificate} {certificate} and {of_key} {key} do not work "
            f"({error.reason or 'no PEM'}): they must be PEM, and the key that of the certificate; "
            f"have both made anew, {or_http}"
        ) from error
    return str(certificate), str(key)
