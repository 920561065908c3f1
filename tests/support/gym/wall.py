"""A wall in a thread of the test, devices it hears, and requests as a browser sends them."""

from __future__ import annotations

import http.client
import itertools
import json
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Self

from hipdrive.gym.database.connection import connect
from hipdrive.gym.database.migrations import migrate_tables
from hipdrive.gym.settings import WallConfig
from hipdrive.gym.wall.serving import serve_wall
from hipdrive.gym.wall.users import WallRole, WallUsers, new_user
from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.mqtt.client_names import ClientRole
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.login import Login
from hipdrive.hub.mqtt.topics import Topics
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from support.gym.messages import payload, topic
from support.gym.server import gym_config
from support.mosquitto import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.gym.settings import GymConfig
    from support.mosquitto import Broker
    from support.postgres import Postgres

PASSWORDS = {"vera": "a screen on the wall", "stan": "somebody on the staff"}
CHEAP = 4
"""What a try costs in tests: next to nothing."""
ROLES = {"vera": WallRole.VIEWER, "stan": WallRole.STAFF}


def wall_config(folder: Path, broker: Broker, database: Postgres, **wall: object) -> GymConfig:
    """A server's configuration whose wall has a viewer and one of the staff, on any free port."""
    file = folder / "wall-users"
    users = WallUsers(str(file))
    for name, role in ROLES.items():
        users.put(new_user(name, role, PASSWORDS[name], log_n=CHEAP))
    keys: dict[str, Any] = {"port": 0, "users_file": str(file), **wall}
    config = gym_config(folder, broker, database)
    return config.model_copy(update={"wall": WallConfig(**keys)})


def migrated_wall_config(
    folder: Path, broker: Broker, database: Postgres, **wall: object
) -> GymConfig:
    """The same, with the tables made: the wall makes them when it comes to it."""
    with connect(database.connection) as opened:
        migrate_tables(opened)
    return wall_config(folder, broker, database, **wall)


@dataclass
class RunningWall:
    """A wall that is served.

    Attributes:
        link: what it printed.
    """

    link: str = ""
    said: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.link.split(":")[2].split("/")[0])

    def asked(
        self,
        path: str,
        cookie: str = "",
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Any, str]:
        """Status, content and cookie of the answer."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as asking:
            sent = {**({"Cookie": cookie} if cookie else {}), **(headers or {})}
            method = "GET" if body is None else "POST"
            asking.request(method, path, None if body is None else json.dumps(body), sent)
            with asking.getresponse() as answer:
                content = answer.read()
                kept = answer.headers.get("Set-Cookie", "")
                json_ = answer.headers.get_content_type() == "application/json"
                return answer.status, json.loads(content) if json_ else content, kept

    def cookie_of(self, name: str) -> str:
        """What a browser has after it logged in."""
        body = {"name": name, "password": PASSWORDS[name]}
        status, _, cookie = self.asked("/login", body=body)
        assert status == 200
        return cookie.split(";")[0]

    @contextmanager
    def events(self, cookie: str) -> Iterator[Iterator[dict[str, Any]]]:
        """The stream of tiles."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as asking:
            asking.request("GET", "/events", headers={"Cookie": cookie})
            with asking.getresponse() as answer:
                assert answer.status == 200
                yield (json.loads(line[6:]) for line in answer if line.startswith(b"data: "))

    def tile(self, cookie: str, name: str, **wanted: object) -> dict[str, Any]:
        """The tile of a device, as soon as it has these values."""
        newest: dict[str, Any] = {}
        with self.events(cookie) as events:
            for event in events:
                for tile in event.get("tiles", ()):
                    if tile["id"] == name:
                        newest = tile
                        if all(tile[key] == value for key, value in wanted.items()):
                            return newest
        raise AssertionError(newest)


@contextmanager
def running_wall(config: GymConfig) -> Iterator[RunningWall]:
    """A wall that is served while the block lasts."""
    stop, ready, wall = Event(), Event(), RunningWall()

    def tell(line: str) -> None:
        wall.said.append(line)
        if line.startswith("wall: "):
            wall.link = line.removeprefix("wall: ")
            ready.set()

    thread = Thread(target=serve_wall, args=(config, stop, tell))
    thread.start()
    try:
        assert ready.wait(PATIENCE_S), "the wall is not served"
        yield wall
    finally:
        stop.set()
        thread.join()


class PublishingDevice:
    """A device at the broker, with its last will."""

    def __init__(self, port: int, device: str, site: str = "gym") -> None:
        self._site, self._device = site, device
        topics = Topics(site, device)
        will = MqttMessage(topics.availability, b"offline", retain=True)
        login = Login("127.0.0.1", port, f"test-{device}", role=ClientRole.WATCH)
        self._wake = WakePipe()
        self._connection = Connection(login, self._wake, will)
        self._connection.open(PATIENCE_S)
        self.say_raw("availability", b"online", retain=True)

    def say(self, kind: str, *, retain: bool = False, **changes: object) -> None:
        """Publish the documented message of a kind with other values; waits until it is there."""
        self.say_raw(kind, payload(kind, **changes), retain=retain)

    def say_raw(self, kind: str, content: bytes, *, retain: bool = False) -> None:
        """Publish anything."""
        where = topic(kind, self._site, self._device)
        number = self._connection.publish(MqttMessage(where, content, retain=retain))
        answered = self._connection.wait_for(
            lambda: any(ack.number == number for ack in self._connection.acks()), PATIENCE_S
        )
        assert answered, self._connection.problem

    def flood(self, messages: list[tuple[str, bytes]], count: int) -> None:
        """Publish so many of these messages, by turns, on any topic; the broker has them then."""
        rounds = itertools.islice(itertools.cycle(messages), count)
        left = {self._connection.publish(MqttMessage(*each)) for each in rounds}

        def answered() -> bool:
            left.difference_update(ack.number for ack in self._connection.acks())
            return not left

        assert self._connection.wait_for(answered, PATIENCE_S), self._connection.problem

    def heard_commands(self) -> list[tuple[str, bytes]]:
        """Subscribe to commands the first time; what has come since."""
        self._connection.subscribe([f"{Topics(self._site, self._device).command}/#"])
        assert self._connection.wait_for(lambda: self._connection.subscribed, PATIENCE_S)
        return [(each.topic, each.payload) for each in self._connection.received()]

    def wait_command(self) -> tuple[str, bytes]:
        """The next command."""
        found: list[tuple[str, bytes]] = []

        def came() -> bool:
            found.extend((each.topic, each.payload) for each in self._connection.received())
            return bool(found)

        assert self._connection.wait_for(came, PATIENCE_S), "no command came"
        return found[0]

    def die(self) -> None:
        """End as a device whose process is killed: nobody says goodbye."""
        sock = self._connection._client.socket()
        assert sock is not None
        sock.close()

    def close(self) -> None:
        """End in good order."""
        self._connection.close()
        self._wake.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
