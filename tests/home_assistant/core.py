"""A Home Assistant core of its own, without a screen, spoken to over REST."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any, Self

from support.mosquitto import PATIENCE_S, free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLIENT = "http://127.0.0.1/"
POLL_S = 0.2
CONFIGURATION = """\
http:
  server_host: 127.0.0.1
  server_port: {port}
config:
onboarding:
logger:
  default: warning
"""


class Core:
    """Runs for as long as the block; `onboard` first."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._port = free_port()
        self._token = ""
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        text = CONFIGURATION.format(port=self._port)
        (folder / "configuration.yaml").write_text(text, encoding="utf-8")

    @property
    def log(self) -> str:
        """What it wrote."""
        return (self._folder / "output").read_text(encoding="utf-8")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self._folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [self._program, "-c", str(self._folder), "--skip-pip"],
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait(self._answers, "Home Assistant to answer")

    def _answers(self) -> bool:
        try:
            if not self._token:
                return bool(self.ask("GET", "/api/onboarding"))
            return bool(self.ask("GET", "/api/config")["state"] == "RUNNING")
        except OSError:
            assert self._process is not None
            assert self._process.poll() is None, self.log
            return False

    def stop(self) -> None:
        """End it in good order."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait()
            self._process = None

    def ask(self, method: str, path: str, body: Any = None, form: Any = None) -> Any:  # noqa: ANN401
        """One request; its answer as JSON, or as text where it is none."""
        data, kind = None, "application/json"
        if body is not None:
            data = json.dumps(body).encode()
        if form is not None:
            data, kind = urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        url = f"http://127.0.0.1:{self._port}{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
            text = answer.read().decode()
        try:
            return json.loads(text)
        except ValueError:
            return text

    def onboard(self) -> None:
        """Make an owner, as somebody does who opens it for the first time."""
        owner = {"name": "owner", "username": "owner", "password": "owner-of-tests"}
        made = self.ask(
            "POST", "/api/onboarding/users", {**owner, "client_id": CLIENT, "language": "en"}
        )
        form = {
            "grant_type": "authorization_code",
            "code": made["auth_code"],
            "client_id": CLIENT,
        }
        self._token = self.ask("POST", "/auth/token", form=form)["access_token"]
        for step in ("core_config", "analytics"):
            self.ask("POST", f"/api/onboarding/{step}", {})
        where = {"client_id": CLIENT, "redirect_uri": CLIENT}
        self.ask("POST", "/api/onboarding/integration", where)

    def use_broker(self, port: int) -> None:
        """Set the MQTT integration up."""
        flows = "/api/config/config_entries/flow"
        flow = self.ask("POST", flows, {"handler": "mqtt", "show_advanced_options": False})
        broker = {"broker": "127.0.0.1", "port": port}
        done = self.ask("POST", f"{flows}/{flow['flow_id']}", broker)
        assert done["type"] == "create_entry", done

    def states(self, *, of: str) -> dict[str, Any]:
        """The entities whose id has this in it, by their ids."""
        return {
            one["entity_id"]: one
            for one in self.ask("GET", "/api/states")
            if of in one["entity_id"]
        }

    def state(self, entity_id: str) -> str | None:
        """The state of one entity; None when there is no such entity."""
        try:
            return str(self.ask("GET", f"/api/states/{entity_id}")["state"])
        except urllib.error.HTTPError:
            return None

    def call(self, service: str, entity_id: str, **data: object) -> None:
        """Use a control, as a press on the screen does."""
        domain, _, name = service.partition(".")
        self.ask("POST", f"/api/services/{domain}/{name}", {"entity_id": entity_id, **data})

    def render(self, template: str) -> str:
        """What a template gives."""
        return str(self.ask("POST", "/api/template", {"template": template}))

    def wait(self, condition: Callable[[], object], what: str, patience_s: float = 300.0) -> None:
        """Wait until a condition holds."""
        until_s = time.monotonic() + patience_s
        while not condition():
            assert time.monotonic() < until_s, f"waited in vain for {what}"
            time.sleep(POLL_S)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
