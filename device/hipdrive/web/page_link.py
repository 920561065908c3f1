"""The address of a page, for people."""

from __future__ import annotations

import socket

from hipdrive.web.own_names import is_loopback


def page_link(host: str, port: int, token: str | None, *, secure: bool) -> str:
    """What to open in a browser.

    Args:
        host: the address that is listened on.
        port: the port.
        token: what a browser has to show; None on loopback.
        secure: whether there is a certificate.
    """
    name = host if is_loopback(host) else _address(host)
    shown = f"[{name}]" if ":" in name else name
    query = f"?token={token}" if token else ""
    return f"{'https' if secure else 'http'}://{shown}:{port}/{query}"


def _address(host: str) -> str:
    """Where others on the network find this machine."""
    if host not in {"0.0.0.0", "::"}:  # noqa: S104  # compared, not bound
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing: it only makes the kernel choose the address it would send from.
            probe.connect(("192.0.2.1", 9))
            name: str = probe.getsockname()[0]
        except OSError:
            return f"{socket.gethostname()}.local"
    return name
