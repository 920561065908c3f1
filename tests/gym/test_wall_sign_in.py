"""Passwords, roles and logins of the wall."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import pytest

from hipdrive.cli import main
from hipdrive.cli.exit_codes import DONE, FAILED, WRONG_USE
from hipdrive.errors import ConfigError
from hipdrive.gym.wall.attempts import MOST_KEYS, AttemptLimit
from hipdrive.gym.wall.password_scrypt import hashed, matches
from hipdrive.gym.wall.sign_in import KEPT_S, SignIn, WallRefusal
from hipdrive.gym.wall.users import WallRole, WallUser, WallUserError, WallUsers, new_user
from support.gym.wall import CHEAP

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "correct horse battery"  # noqa: S105  # the case


@pytest.fixture
def users(tmp_path: Path) -> WallUsers:
    users = WallUsers(str(tmp_path / "users"))
    users.put(new_user("stan", WallRole.STAFF, PASSWORD, CHEAP))
    return users


class Clock:
    def __init__(self) -> None:
        self.now_s = 5000.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sign_in(users: WallUsers, clock: Clock) -> SignIn:
    return SignIn(users, lambda: clock.now_s, lambda: clock.now_s)


def logged_in(sign_in: SignIn, users: WallUsers, name: str = "stan") -> str:
    return sign_in.cookie(users.all()[name], secure=True).split(";")[0]


def test_scrypt_is_that_of_rfc_7914() -> None:
    """Its third vector: N = 1024, r = 8, p = 16; the first 32 bytes."""
    digest = "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
    kept = f"scrypt$10$8$16${_base64(b'NaCl')}${_base64(bytes.fromhex(digest))}"
    assert matches("password", kept)
    assert not matches("Password", kept)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def test_a_password_is_not_in_its_hash_and_salts_differ() -> None:
    first, second = hashed(PASSWORD), hashed(PASSWORD)
    assert first != second
    assert PASSWORD not in first
    assert matches(PASSWORD, first)
    assert not matches(PASSWORD + " ", first)


@pytest.mark.parametrize("kept", ["", "scrypt$15$8$3$AAAA", "scrypt$99$8$3$AAAA$AAAA", "x$1$1$1$$"])
def test_what_is_no_hash_matches_nothing(kept: str) -> None:
    assert not matches("", kept)


def test_the_file_of_users_is_its_owners_and_read_again(users: WallUsers, tmp_path: Path) -> None:
    file = tmp_path / "users"
    assert file.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in file.read_text()
    other = WallUsers(str(file))
    other.put(new_user("vera", WallRole.VIEWER, PASSWORD, CHEAP))
    assert {name: user.role for name, user in users.all().items()} == {
        "stan": WallRole.STAFF,
        "vera": WallRole.VIEWER,
    }
    other.remove("stan")
    assert set(users.all()) == {"vera"}
    with pytest.raises(WallUserError, match="no user"):
        other.remove("stan")


def test_a_file_that_is_none_of_users_lets_nobody_in(
    users: WallUsers, sign_in: SignIn, tmp_path: Path
) -> None:
    cookie = logged_in(sign_in, users)
    (tmp_path / "users").chmod(0o644)
    with pytest.raises(WallUserError, match="open to other users"):
        users.all()
    (tmp_path / "users").chmod(0o600)
    assert sign_in.user(cookie) is not None
    (tmp_path / "users").write_text("stan admin x y\n")
    assert sign_in.user(cookie) is None
    with pytest.raises(WallUserError):
        users.all()


@pytest.mark.parametrize(("name", "password"), [("Stan", PASSWORD), ("a b", PASSWORD), ("a", "x")])
def test_names_and_passwords_that_are_not_taken(name: str, password: str) -> None:
    with pytest.raises(ConfigError):
        new_user(name, WallRole.STAFF, password)


def test_the_right_password_logs_in_and_no_other(sign_in: SignIn) -> None:
    assert isinstance(sign_in.attempt("stan", PASSWORD, "192.0.2.1"), WallUser)
    assert sign_in.attempt("stan", "wrong", "192.0.2.1") is WallRefusal.PASSWORD
    assert sign_in.attempt("nobody", PASSWORD, "192.0.2.1") is WallRefusal.PASSWORD
    assert sign_in.take_refused() == {WallRefusal.PASSWORD: 2}
    assert not sign_in.take_refused()


def test_tries_run_out_for_an_address_and_for_a_name(sign_in: SignIn, clock: Clock) -> None:
    tries = [sign_in.attempt("stan", "wrong", "192.0.2.1") for _ in range(7)]
    assert tries == [WallRefusal.PASSWORD] * 5 + [WallRefusal.TOO_OFTEN] * 2
    # Elsewhere it is still possible, up to ten for one name.
    elsewhere = [sign_in.attempt("stan", "wrong", f"2001:db8:{n}::1") for n in range(7)]
    assert elsewhere.count(WallRefusal.PASSWORD) == 5
    # Addresses of one network are one.
    assert sign_in.attempt("vera", "wrong", "2001:db8:99::1") is WallRefusal.PASSWORD
    clock.now_s += 30
    assert isinstance(sign_in.attempt("stan", PASSWORD, "192.0.2.1"), WallUser)
    assert sign_in.attempt("stan", PASSWORD, "192.0.2.1") is WallRefusal.TOO_OFTEN


def test_a_network_of_one_owner_is_one_address(sign_in: SignIn) -> None:
    tries = [sign_in.attempt(f"n{n}", "wrong", f"2001:db8:1:2::{n}") for n in range(6)]
    assert tries[-1] is WallRefusal.TOO_OFTEN


def test_the_memory_of_tries_is_bounded() -> None:
    limit = AttemptLimit(1, 60.0)
    assert limit.allows("first", 0.0)
    for number in range(MOST_KEYS + 10):
        limit.allows(str(number), 0.0)
    assert len(limit._left) == MOST_KEYS


def test_a_cookie_lasts_as_long_as_its_role_and_cannot_be_made(
    sign_in: SignIn, users: WallUsers, clock: Clock
) -> None:
    cookie = logged_in(sign_in, users)
    found = sign_in.user(cookie)
    assert found is not None
    assert found.role is WallRole.STAFF
    name, until, signature = cookie.split("=")[1].split(".")
    forged = [
        f"{name}.{int(until) + 1}.{signature}",
        f"vera.{until}.{signature}",
        f"{name}.{until}.{signature[:-1]}0",
        f"{name}.{until}.",
        f"{name}..{signature}",
        f"{name}.\u0661.{signature}",
        "",
    ]
    changed = [each for each in forged if f"hipdrive_wall={each}" != cookie]
    assert [sign_in.user(f"hipdrive_wall={each}") for each in changed] == [None] * len(changed)
    clock.now_s += KEPT_S[WallRole.STAFF] + 1
    assert sign_in.user(cookie) is None


def test_another_password_another_role_and_logging_out_end_a_login(
    sign_in: SignIn, users: WallUsers
) -> None:
    cookie = logged_in(sign_in, users)
    assert "Max-Age=0" in sign_in.end(cookie, secure=True)
    assert sign_in.user(cookie) is None
    users.put(new_user("stan", WallRole.STAFF, PASSWORD, CHEAP))
    again = logged_in(sign_in, users)
    assert sign_in.user(again) is not None
    users.put(new_user("stan", WallRole.VIEWER, PASSWORD, CHEAP))
    assert sign_in.user(again) is None


def test_users_are_made_and_removed_by_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "gym-server.toml"
    config.write_text(f'[wall]\nusers_file = "{tmp_path / "users"}"\n')
    options = ["--config", str(config)]
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert main(["wall", "user", "add", "vera", "--role", "viewer", *options]) == DONE
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert main(["wall", "user", "add", "stan", "--role", "staff", *options]) == WRONG_USE
    assert main(["wall", *options, "user", "list"]) == DONE
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "vera: viewer"
    assert PASSWORD not in said.out + said.err
    user = WallUsers(str(tmp_path / "users")).all()["vera"]
    assert matches(PASSWORD, user.password)
    assert main(["wall", "user", "remove", "vera", *options]) == DONE
    assert main(["wall", "user", "remove", "vera", *options]) == FAILED
