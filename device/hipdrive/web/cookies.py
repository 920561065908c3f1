"""The cookie of a page: out of a script's reach, and sent by no other site's page."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie


def kept_cookie(name: str, value: str, seconds: int, *, secure: bool) -> str:
    """The header that gives a browser something to keep.

    Args:
        name: of the cookie; those of all ports of a machine are one set.
        value: letters, digits and marks that need no quotes.
        seconds: for how long; 0: no longer.
        secure: True where it must not cross the network in the clear.
    """
    parts = [f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Strict", f"Max-Age={seconds}"]
    return "; ".join([*parts, *(["Secure"] if secure else [])])


def cookie_value(name: str, header: str) -> str | None:
    """What a browser has kept; None: nothing, or what it sends is no header of cookies."""
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return None
    return None if found is None else found.value
