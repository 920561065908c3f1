"""A real MQTT broker for tests, and a listener that waits for messages."""

from __future__ import annotations

import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING, Any, Literal, Self

import pytest

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

PATIENCE_S = 60.0
"""How long nothing may happen before a test fails: only a broken test waits for so long."""

SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])


def program(name: str) -> str:
    """Where a program of the `mosquitto` package is; skips the test when it is not installed."""
    found = shutil.which(name, path=SEARCH_PATH)
    if found is None:
        pytest.skip(f"{name} is not installed; on Debian: apt install mosquitto")
    return found


def free_port() -> int:
    """A port that nobody listens at, below the range that outgoing connections are given."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


RUN_BY_A_BENCH = (
    f"user {pwd.getpwuid(os.getuid()).pw_name}",
    "log_dest stderr",
    "log_type information",
)
"""The same without a line for every message."""
RUN_BY_A_TEST = (
    # Started by root, mosquitto becomes a user who cannot read the folder.
    f"user {pwd.getpwuid(os.getuid()).pw_name}",
    "log_dest stderr",
    "log_type all",
)


def write_passwords(file: Path, users: dict[str, str]) -> Path:
    """A password file, made as its readers are told to make it."""
    file.touch(mode=0o600)
    for user, password in users.items():
        command = [program("mosquitto_passwd"), "-b", str(file), user, password]
        subprocess.run(command, check=True, capture_output=True)
    return file


class Broker:
    """Mosquitto on a port of its own, which it keeps when it is started again.

    Without `users` anybody may log in. `acl` is the text of mosquitto's ACL file. `listener` is
    what else its only listener is told. A broker `of` a configuration has the ports of that.
    """

    def __init__(
        self,
        folder: Path,
        users: dict[str, str] | None = None,
        acl: str | None = None,
        listener: Iterable[str] = (),
    ) -> None:
        self._program = program("mosquitto")
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        self._acl = folder / "acl"
        lines = [
            f"listener {self.port} 127.0.0.1",
            *listener,
            f"allow_anonymous {'false' if users else 'true'}",
            *RUN_BY_A_TEST,
        ]
        if users:
            lines.append(f"password_file {write_passwords(folder / 'passwords', users)}")
        if acl is not None:
            self.allow(acl)
            lines.append(f"acl_file {self._acl}")
        self._config.write_text("\n".join([*lines, ""]), encoding="utf-8")
        self._process: subprocess.Popen[str] | None = None
        self._reader: Thread | None = None
        self._log: list[str] = []
        self._news = Condition()

    @classmethod
    def of(
        cls,
        folder: Path,
        config: str,
        port: int | None = None,
        run_by: Iterable[str] = RUN_BY_A_TEST,
    ) -> Self:
        """A broker that runs with this configuration, and the port that it names."""
        broker = cls(folder)
        broker.port = broker.port if port is None else port
        text = "\n".join([config, *run_by, ""])
        broker._config.write_text(text, encoding="utf-8")
        return broker

    @property
    def log(self) -> str:
        """All that the broker has logged."""
        with self._news:
            return "".join(self._log)

    def allow(self, acl: str) -> None:
        """Write the ACL file; a broker that runs has to `reload`."""
        self._acl.write_text(acl, encoding="utf-8")
        self._acl.chmod(0o600)

    def start(self) -> None:
        """Start and wait until it listens."""
        self._log.clear()
        self._process = subprocess.Popen(
            [self._program, "-c", str(self._config)], stderr=subprocess.PIPE, text=True
        )
        self._reader = Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        self.wait_log(" running")

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            with self._news:
                self._log.append(line)
                self._news.notify_all()

    def wait_log(self, text: str, times: int = 1) -> None:
        """Wait until so many lines of the broker's log contain the text."""
        with self._news:
            done = self._news.wait_for(
                lambda: sum(text in line for line in self._log) >= times, PATIENCE_S
            )
            assert done, f"mosquitto did not log {text!r}:\n{''.join(self._log)}"

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process is not None
        return self._process.pid

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def reload(self) -> None:
        """Read the ACL file again."""
        self._signal(signal.SIGHUP)
        self.wait_log("Reloading config")

    def freeze(self) -> None:
        """Stop answering, with all connections open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Answer again."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End as by a power cut."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        assert self._reader is not None
        self._signal(number)
        self._process.wait()
        self._reader.join()
        assert self._process.stderr is not None
        self._process.stderr.close()
        self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Whatever a failing test left it in, frozen too.
        self.kill()


@dataclass(frozen=True, slots=True)
class Received:
    """One message as a subscriber gets it; `retained` when it was older than the subscription."""

    topic: str
    payload: bytes
    retained: bool

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON is anything
        return json.loads(self.payload)


class Listener:
    """Subscribes before the constructor returns, and keeps all that comes, in order.

    With `qos` 0 it never answers; else, when the broker dies, it may fail to answer and not read
    what the broker sent before.
    """

    def __init__(
        self,
        port: int,
        topics: str = "#",
        username: str | None = None,
        password: str | None = None,
        tls: ssl.SSLContext | None = None,
        transport: Literal["tcp", "websockets"] = "tcp",
        qos: int = 1,
    ) -> None:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        self._messages: list[Received] = []
        self._news = Condition()
        subscribed = Event()
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            protocol=MQTTProtocolVersion.MQTTv5,
            transport=transport,
            reconnect_on_failure=False,
        )
        self._client.username_pw_set(username, password)
        if tls is not None:
            self._client.tls_set_context(tls)
        self._client.on_message = lambda _client, _data, message: self._keep(
            Received(message.topic, bytes(message.payload), message.retain)
        )
        self._client.on_connect = lambda client, *_: client.subscribe(topics, qos)
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._ended = Event()
        self._client.on_disconnect = lambda *_: self._ended.set()
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert subscribed.wait(PATIENCE_S), f"no subscription to {topics}"

    def _keep(self, message: Received) -> None:
        with self._news:
            self._messages.append(message)
            self._news.notify_all()

    @property
    def messages(self) -> list[Received]:
        with self._news:
            return list(self._messages)

    def on(self, topic: str) -> list[Received]:
        """What came on the topics that end like this."""
        return [message for message in self.messages if message.topic.endswith(topic)]

    def wait_for(self, condition: Callable[[list[Received]], object]) -> None:
        """Wait until the messages so far fulfil the condition, as long as more of them come."""
        with self._news:
            while not condition(self._messages):
                news = self._news.wait(PATIENCE_S)
                assert news, f"did not come; all there is: {self._messages}"

    def wait_count(self, topic: str, count: int) -> list[Received]:
        """Wait for so many messages on the topics that end like this."""
        self.wait_for(lambda all_: sum(m.topic.endswith(topic) for m in all_) >= count)
        return self.on(topic)

    def wait_end(self) -> None:
        """Wait until all is read that a broker sent before it died."""
        assert self._ended.wait(PATIENCE_S), "the broker has not gone"

    def ended_within(self, seconds: float) -> bool:
        """Whether the broker ends the connection in that time."""
        return self._ended.wait(seconds)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A running broker that lets anybody in."""
    with Broker(tmp_path) as running:
        yield running
