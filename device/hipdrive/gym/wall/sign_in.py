"""Who is who: passwords, and the signed cookie that a browser has afterwards.

Nothing is kept of who is logged in, so a screen on a wall stays so when the wall is started anew. A
cookie ends at the time in it, with its user, with another password, or when its owner logs out.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from hipdrive.gym.wall.attempts import AttemptLimit
from hipdrive.gym.wall.password_scrypt import MOST_CHARACTERS, matches
from hipdrive.gym.wall.users import WallRole, WallUserError
from hipdrive.web.cookies import cookie_value, kept_cookie

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.gym.wall.users import WallUser, WallUsers

COOKIE = "hipdrive_wall"
KEPT_S: Final = {WallRole.VIEWER: 30 * 86_400, WallRole.STAFF: 12 * 3600}
"""A screen stays logged in; who may steer logs in every day."""
MOST_ENDED = 4096
MOST_AT_ONCE = 3
"""Passwords that wait to be reckoned; one is, at a time."""
IPV6_OF_ONE = 64
"""Bits of an address that belong to one owner."""


class WallRefusal(StrEnum):
    """Why the wall has refused a request; what `refused.reason` has in the database."""

    PASSWORD = "wall_password"  # noqa: S105  # a reason
    TOO_OFTEN = "wall_too_often"
    VIEWER = "wall_viewer_command"


@dataclass(slots=True)
class SignIn:
    """Logs people in and out; any thread may call it.

    Args:
        users: who may.
        now_s: a monotonic clock, s.
        utc_s: the wall clock, seconds since 1970.

    Attributes:
        refused: what was refused and is not in the database yet.
    """

    users: WallUsers
    now_s: Callable[[], float]
    utc_s: Callable[[], float]
    refused: Counter[WallRefusal] = field(default_factory=Counter)
    _by_address: AttemptLimit = field(default_factory=lambda: AttemptLimit(5, 20.0))
    _by_name: AttemptLimit = field(default_factory=lambda: AttemptLimit(10, 30.0))
    _ended: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _hashing: threading.Lock = field(default_factory=threading.Lock)
    _waiting: threading.Semaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(MOST_AT_ONCE)
    )

    def attempt(self, name: str, password: str, address: str) -> WallUser | WallRefusal:
        """Try a password; takes a quarter of a second, and one after the other.

        Args:
            name: as it was typed.
            password: as it was typed.
            address: where the request comes from.

        Raises:
            WallUserError: the file of users cannot be read.
        """
        now_s = self.now_s()
        with self._lock:
            # Who has no tries left at an address does not use up those of a name.
            may = self._by_address.allows(_owner(address), now_s) and (
                self._by_name.allows(name[:MOST_CHARACTERS], now_s)
            )
            if not may:
                self.refused[WallRefusal.TOO_OFTEN] += 1
                return WallRefusal.TOO_OFTEN
        users = self.users.all()
        user = users.get(name)
        # A name that is none takes as long as one that is.
        kept = user or next(iter(users.values()), None)
        # Each holds a thread of the server; the others are for who is logged in.
        if not self._waiting.acquire(blocking=False):
            self.refuse(WallRefusal.TOO_OFTEN)
            return WallRefusal.TOO_OFTEN
        try:
            with self._hashing:
                right = kept is not None and matches(password[:MOST_CHARACTERS], kept.password)
        finally:
            self._waiting.release()
        if user is None or not right:
            self.refuse(WallRefusal.PASSWORD)
            return WallRefusal.PASSWORD
        return user

    def refuse(self, reason: WallRefusal) -> None:
        """Count a request that was refused."""
        with self._lock:
            self.refused[reason] += 1

    def take_refused(self) -> Counter[WallRefusal]:
        """What was refused since the last call."""
        with self._lock:
            taken, self.refused = self.refused, Counter()
        return taken

    def cookie(self, user: WallUser, *, secure: bool) -> str:
        """The header that logs a browser in."""
        kept_s = KEPT_S[user.role]
        until = round(self.utc_s()) + kept_s
        value = f"{user.name}.{until}.{_signature(user, until)}"
        return kept_cookie(COOKIE, value, kept_s, secure=secure)

    def end(self, cookies: str, *, secure: bool) -> str:
        """Log a browser out; the header that has it forget the cookie."""
        if (value := cookie_value(COOKIE, cookies)) and self.user(cookies) is not None:
            with self._lock:
                self._ended[value] = None
                if len(self._ended) > MOST_ENDED:
                    self._ended.popitem(last=False)
        return kept_cookie(COOKIE, "", 0, secure=secure)

    def user(self, cookies: str) -> WallUser | None:
        """Who a browser belongs to; None: nobody who is logged in."""
        value = cookie_value(COOKIE, cookies)
        if value is None or value in self._ended:
            return None
        name, _, rest = value.partition(".")
        until, _, signature = rest.partition(".")
        try:
            user = self.users.all().get(name)
        except WallUserError:
            return None
        if user is None or not until.isdecimal() or int(until[:12]) < self.utc_s():
            return None
        right = hmac.compare_digest(signature.encode(), _signature(user, int(until[:12])).encode())
        return user if right else None


def _signature(user: WallUser, until: int) -> str:
    text = f"{user.name}.{user.role}.{until}"
    return hmac.new(user.key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _owner(address: str) -> str:
    """Who has an address: of the newer kind everybody has many."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004  # the number of the protocol
        return address
    return str(ipaddress.ip_network((found, IPV6_OF_ONE), strict=False))
