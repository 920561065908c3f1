"""The archive for a bug report: what is in it, and above all what is not."""

from __future__ import annotations

import json
import socket
import stat
import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from hipdrive import __version__
from hipdrive.config import CameraConfig, Config, CuesConfig, HubConfig, SpeechConfig, WebConfig
from hipdrive.diagnostics.archive import write_archive
from hipdrive.diagnostics.redaction import Redactor
from hipdrive.errors import DiagnosticsError
from support.session.summaries import SUMMARY

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 3, 1, 6, tzinfo=UTC)
PASSWORD, TOKEN = "cor+rect h0rse", "tOkEn-of-twenty-four-bytes-42"  # planted
RUNNER, GUEST, OWNER, PLACE = "Jürgen Müller", "Nadja", "smiths", "oakhill-gym"
KEY = "MC4CAQAwBQYDK2VwBCIEIKplanted"
BROKER, CAMERA_HOUSE = "broker.smith-family.example", "192.168.77.31"
CAMERA_HOST, CAMERA_PATH = "cam-in-the-bedroom.lan", "/live/t0ken-of-the-camera"
CAMERA_USER, CAMERA_PASSWORD = "camuser-anna", "eye+sp1"
CAMERA = (CAMERA_HOST, CAMERA_PATH, CAMERA_USER, CAMERA_PASSWORD)
HOME = (RUNNER, GUEST, OWNER, PLACE, BROKER, CAMERA_HOUSE, "10.20.30.40")
PLANTED = (PASSWORD, TOKEN, KEY, *HOME, *CAMERA)
LOG = f"""2026-03-01T05:59:00 hipdrive[1]: hub: {BROKER} refuses the user '{OWNER}' ({PASSWORD})
2026-03-01T05:59:01 hipdrive[1]: page: http://{CAMERA_HOUSE}:8710/?token={TOKEN}
2026-03-01T05:59:02 hipdrive[1]: /home/{OWNER}/my runs/{RUNNER}: cannot be read
2026-03-01T05:59:03 hipdrive[1]: camera imx708: no frame for 3 s; 10.20.30.40; {RUNNER.upper()}
2026-03-01T05:59:04 hipdrive[1]: camera rtsp://{CAMERA_HOST}:8554: does not answer; trying again
2026-03-01T05:59:05 another[1]: rtsp://{CAMERA_USER}:{CAMERA_PASSWORD}@{CAMERA_HOST}:8554{CAMERA_PATH}
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A device with everything that nobody is to see."""
    data = tmp_path / "data"
    for number, runner in enumerate((RUNNER, GUEST)):
        folder = data / "sessions" / f"2026030{number + 1}T060000Z-0a1b2c"
        folder.mkdir(parents=True)
        summary = replace(SUMMARY, runner=runner, warnings=(f"/home/{OWNER}: {GUEST}",))
        summary.write(folder / "session.json")
    (data / "sessions" / f"best of {RUNNER}").mkdir()
    (data / "sessions" / f"best of {RUNNER}" / f"{GUEST}.txt").write_text(GUEST)
    (data / "web_token").write_text(TOKEN)
    return data


def config(tmp_path: Path) -> Config:
    password, key = tmp_path / "password", tmp_path / "key"
    password.write_text(f"{PASSWORD}\n")
    key.write_text(f"-----BEGIN PRIVATE KEY-----\n{KEY}\n-----END PRIVATE KEY-----\n")
    certificate = str(tmp_path / "certificate")
    return Config(
        camera=CameraConfig(
            fps=50,
            kind="url",
            url=f"rtsp://{CAMERA_USER}:{CAMERA_PASSWORD}@{CAMERA_HOST}:8554{CAMERA_PATH}",
        ),
        cues=CuesConfig(speech=SpeechConfig(below=f"come on {GUEST}")),
        hub=HubConfig(
            host=BROKER,
            site=PLACE,
            username=OWNER,
            password_file=str(password),
            tls=True,
            cert_file=certificate,
            key_file=str(key),
        ),
        web=WebConfig(names=[f"pi.{OWNER}.example"]),
    )


def unpacked(file: Path) -> dict[str, str]:
    with tarfile.open(file) as archive:
        return {
            member.name.partition("/")[2]: found.read().decode()
            for member in archive
            if (found := archive.extractfile(member)) is not None
        }


def test_no_secret_and_no_name_is_in_it(tmp_path: Path, data: Path) -> None:
    file = tmp_path / "out.tar.gz"
    write_archive(file, config(tmp_path), data, NOW, lambda: LOG)
    everything = "\n".join(f"{name}\n{text}" for name, text in unpacked(file).items()).lower()
    for planted in (*PLANTED, socket.gethostname()):
        assert planted.lower() not in everything
    assert "jürgen" not in everything
    assert json.dumps(RUNNER).strip('"').lower() not in everything


def test_what_helps_is_in_it(tmp_path: Path, data: Path) -> None:
    file = tmp_path / "out.tar.gz"
    names = write_archive(file, config(tmp_path), data, NOW, lambda: LOG)
    found = unpacked(file)
    assert list(found) == names
    assert json.loads(found["machine.json"])["hipdrive"] == __version__
    configuration = json.loads(found["configuration.json"])
    assert configuration["camera"]["fps"] == 50
    assert configuration["hub"]["host"] == "(set)"
    assert configuration["hub"]["port"] == 1883
    assert configuration["hub"]["ca_file"] == "", "what is not set is said to be not set"
    first, _ = json.loads(found["sessions.json"])
    assert first["strides"] == SUMMARY.strides
    assert first["warnings"] == 1
    assert "camera imx708: no frame for 3 s" in found["log.txt"]
    assert "20260301T060000Z-0a1b2c/session.json" in found["files.txt"]
    assert "sessions/(other)/(other)" in found["files.txt"]


def test_it_is_its_owners_alone_and_replaces_nothing(tmp_path: Path, data: Path) -> None:
    file = tmp_path / "out.tar.gz"
    write_archive(file, Config(), data, NOW, lambda: "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(DiagnosticsError, match="name another file"):
        write_archive(file, Config(), data, NOW, lambda: "")


def test_a_device_without_anything_has_one_too(tmp_path: Path) -> None:
    assert write_archive(tmp_path / "out", Config(), tmp_path / "nothing", NOW, lambda: "")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("fe80::1ff:fe23:4567:890a here", "(address) here"),
        ("to anna.b+c@example.org.", "to (address)."),
        ("at 12:34:56 and 3.0.1", "at 12:34:56 and 3.0.1"),
        ("in /home/anna/x", "in /home/(left out)/x"),
    ],
)
def test_addresses_are_left_out_wherever_they_stand(text: str, left: str) -> None:
    assert Redactor(())(text) == left


def test_short_words_are_not_looked_for_and_long_ones_first() -> None:
    assert Redactor(["a", "anna", "anna-maria", " "])("Anna-Maria and anna ate a pear") == (
        "(left out) and (left out) ate a pear"
    )
