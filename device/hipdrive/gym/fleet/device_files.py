"""What a device gets: configuration, password, and the file that sets both up at first boot."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from hipdrive.config import parse
from hipdrive.gym.fleet.broker_files import FleetError
from hipdrive.private_file import make_private_folder, private

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.gym.settings import GymConfig
    from hipdrive.hub.mqtt.topics import Topics

CONFIG_NAME, PASSWORD_NAME, FIRST_BOOT_NAME = "hipdrive.toml", "mqtt-password", "user-data"
"""`user-data` is cloud-init's; it goes to the card's boot partition."""
CREDENTIAL = "mqtt-password"
ON_DEVICE = "/etc/hipdrive"
INSTALL = "f=/boot/firmware/hipdrive-first-boot; [ ! -e $f ] || sh $f"
"""What `config/sd-card` puts on a card for a device without hipdrive; others have it already."""
DROP_IN = "/etc/systemd/system/hipdrive.service.d/gym.conf"


def device_config(config: GymConfig, topics: Topics, user: str) -> str:
    """The configuration of a device, TOML.

    Raises:
        ConfigError: what the gym's configuration says of devices cannot be.
    """
    fleet = config.fleet
    keys: dict[str, object] = {
        "host": fleet.device_host or config.broker.host,
        "port": fleet.device_port,
        "site": topics.site,
        "device": topics.device,
        "username": user,
        "password_file": f"$CREDENTIALS_DIRECTORY/{CREDENTIAL}",
        "tls": fleet.device_tls,
        "discovery_prefix": fleet.discovery_prefix,
    }
    if fleet.device_tls and fleet.device_ca_file:
        keys["ca_file"] = fleet.device_ca_file
    # A text, a number or a truth value is the same in JSON and in TOML.
    lines = [f"{name} = {json.dumps(value)}" for name, value in keys.items()]
    text = "\n".join([f"# {topics.site}/{topics.device}", "[hub]", *lines, ""])
    parse(text, f"the configuration of {topics.site}/{topics.device}")
    return text


def first_boot(config: str, password: str, device: str, ca: str | None, ca_file: str) -> str:
    """A cloud-init file (cloud-config, of which JSON is a form) that sets a device up.

    Args:
        config: its configuration.
        password: its password.
        device: its name, and the machine's.
        ca: certificate of the CA that signed the broker's; None: the device's system has it.
        ca_file: where that goes.
    """
    files = [
        _file(f"{ON_DEVICE}/hipdrive.toml", config, "0644"),
        _file(f"{ON_DEVICE}/{PASSWORD_NAME}", f"{password}\n", "0600"),
        _file(DROP_IN, f"[Service]\nLoadCredential={CREDENTIAL}:{ON_DEVICE}/{PASSWORD_NAME}\n"),
    ]
    if ca is not None:
        files.append(_file(ca_file, ca))
    settings = {
        "hostname": device.replace("_", "-"),
        "write_files": files,
        "runcmd": [
            ["sh", "-c", INSTALL],
            ["systemctl", "daemon-reload"],
            ["systemctl", "enable", "hipdrive"],
            ["systemctl", "restart", "hipdrive"],
        ],
    }
    return f"#cloud-config\n{json.dumps(settings, indent=1)}\n"


def _file(path: str, content: str, permissions: str = "0644") -> dict[str, str]:
    return {"path": path, "content": content, "permissions": permissions, "owner": "root:root"}


def write_device(folder: Path, files: dict[str, str]) -> None:
    """Write a device's files, readable by their owner alone.

    Raises:
        FleetError: they cannot be written.
    """
    try:
        make_private_folder(folder)
        for name, content in files.items():
            with open(folder / name, "w", encoding="utf-8", opener=private) as file:
                file.write(content)
    except OSError as error:
        raise FleetError(f"{folder} cannot be written ({error.strerror}); run as root") from error


def remove_device(folder: Path) -> None:
    """Remove a device's files.

    Raises:
        FleetError: they cannot be removed.
    """
    try:
        shutil.rmtree(folder)
        # A site without a device needs no folder.
        if not any(folder.parent.iterdir()):
            folder.parent.rmdir()
    except FileNotFoundError:
        return
    except OSError as error:
        raise FleetError(f"{folder} cannot be removed ({error.strerror}); run as root") from error
