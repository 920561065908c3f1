"""The certificate that the page is served with: whether it can be used, told before it is."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.errors import WebError
from hipdrive.small_file import read_small_file

if TYPE_CHECKING:
    from hipdrive.config.sections import WebConfig

OR_HTTP = "or leave web.cert_file and web.key_file empty for http"


def certificate_of(web: WebConfig) -> tuple[str, str] | None:
    """Paths of certificate and key, which belong together; None for http.

    Raises:
        WebError: one of them cannot be used; in one line, with what to do.
    """
    if not web.cert_file:
        return None
    certificate, key = (Path(file).expanduser() for file in (web.cert_file, web.key_file))
    for name, file in (("web.cert_file", certificate), ("web.key_file", key)):
        try:
            read_small_file(file)  # OpenSSL would wait for a pipe, and read a device for ever
        except OSError as error:
            raise WebError(
                f"{name}: {file} cannot be read ({error.strerror}): put it there, readable for the "
                f"user that hipdrive runs as, {OR_HTTP}"
            ) from error

    def no_passphrase() -> bytes:  # OpenSSL would ask on the terminal otherwise
        raise WebError(f"web.key_file: {key} has a passphrase, and nobody is there to type it")

    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            certificate, key, no_passphrase
        )
    except ssl.SSLError as error:
        raise WebError(
            f"web.cert_file {certificate} and web.key_file {key} do not work "
            f"({error.reason or 'no PEM'}): they must be PEM, and the key that of the certificate; "
            f"have both made anew, {OR_HTTP}"
        ) from error
    return str(certificate), str(key)
