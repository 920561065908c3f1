"""What a device gets: configuration, secrets, and the file that sets all up at first boot."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.config import parse
from hipdrive.gym.fleet.broker_files import FleetError
from hipdrive.private_file import make_private_folder, private
from hipdrive.secret_file import CREDENTIALS

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.gym.fleet.authority import IssuedCertificate
    from hipdrive.gym.settings import GymConfig
    from hipdrive.hub.mqtt.topics import Topics

CONFIG_NAME, FIRST_BOOT_NAME = "hipdrive.toml", "user-data"
"""`user-data` is cloud-init's; it goes to the card's boot partition."""
PASSWORD_NAME, KEY_NAME, CERTIFICATE_NAME = "mqtt-password", "mqtt-key", "mqtt-certificate.crt"
"""The first two are credentials of the service (`systemd.exec(5)`) as well."""
ON_DEVICE = "/etc/hipdrive"
INSTALL = "f=/boot/firmware/hipdrive-first-boot; [ ! -e $f ] || sh $f"
"""What `config/sd-card` puts on a card for a device without hipdrive; others have it already."""
DROP_IN = "/etc/systemd/system/hipdrive.service.d/gym.conf"


@dataclass(frozen=True, slots=True)
class DeviceLogin:
    """How a device shows who it is.

    Attributes:
        user: its name at the broker.
        password: in the clear.
        certificate: what it shows as well; None: nothing.
    """

    user: str
    password: str
    certificate: IssuedCertificate | None = None


def device_files(
    config: GymConfig, topics: Topics, login: DeviceLogin, ca: str | None
) -> dict[str, str]:
    """All that a device gets, by file name.

    Args:
        config: of the gym's server.
        topics: of the device.
        login: how it shows who it is.
        ca: certificate of the CA that signed the broker's; None: the device's system has it.

    Raises:
        ConfigError: what the gym's configuration says of devices cannot be.
    """
    settings = _device_config(config, topics, login)
    files = {CONFIG_NAME: settings, PASSWORD_NAME: f"{login.password}\n"}
    if login.certificate is not None:
        files[CERTIFICATE_NAME] = login.certificate.certificate
        files[KEY_NAME] = login.certificate.key
    installed = {f"{ON_DEVICE}/{name}": content for name, content in files.items()}
    if ca is not None:
        installed[config.fleet.device_ca_file] = ca
    return files | {FIRST_BOOT_NAME: _first_boot(topics.device, installed)}


def _device_config(config: GymConfig, topics: Topics, login: DeviceLogin) -> str:
    """The configuration of a device, TOML.

    Raises:
        ConfigError: what the gym's configuration says of devices cannot be.
    """
    fleet = config.fleet
    keys: dict[str, object] = {
        "host": fleet.device_host or config.broker.host,
        "port": fleet.device_port if login.certificate is None else fleet.certificate_port,
        "site": topics.site,
        "device": topics.device,
        "username": login.user,
        "password_file": f"{CREDENTIALS}{PASSWORD_NAME}",
        "tls": fleet.device_tls or login.certificate is not None,
        "discovery_prefix": fleet.discovery_prefix,
    }
    if keys["tls"] and fleet.device_ca_file:
        keys["ca_file"] = fleet.device_ca_file
    if login.certificate is not None:
        keys["cert_file"] = f"{ON_DEVICE}/{CERTIFICATE_NAME}"
        keys["key_file"] = f"{CREDENTIALS}{KEY_NAME}"
    # A text, a number or a truth value is the same in JSON and in TOML.
    lines = [f"{name} = {json.dumps(value)}" for name, value in keys.items()]
    text = "\n".join([f"# {topics.site}/{topics.device}", "[hub]", *lines, ""])
    parse(text, f"the configuration of {topics.site}/{topics.device}")
    return text


def _first_boot(device: str, installed: dict[str, str]) -> str:
    """A cloud-init file (cloud-config, of which JSON is a form) that sets a device up.

    Args:
        device: its name, and the machine's.
        installed: content of each file, by where it goes.
    """
    secret = [name for name in (PASSWORD_NAME, KEY_NAME) if f"{ON_DEVICE}/{name}" in installed]
    lines = [f"LoadCredential={name}:{ON_DEVICE}/{name}" for name in secret]
    drop_in = "\n".join(["[Service]", *lines, ""])
    settings = {
        "hostname": device.replace("_", "-"),
        "write_files": [
            _file(path, content, "0600" if path.rpartition("/")[2] in secret else "0644")
            for path, content in {**installed, DROP_IN: drop_in}.items()
        ],
        "runcmd": [
            ["sh", "-c", INSTALL],
            ["systemctl", "daemon-reload"],
            ["systemctl", "enable", "hipdrive"],
            ["systemctl", "restart", "hipdrive"],
        ],
    }
    return f"#cloud-config\n{json.dumps(settings, indent=1)}\n"


def _file(path: str, content: str, permissions: str) -> dict[str, str]:
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
