"""Who may do what at the broker."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

USERS = {"device": "right", "reader": "read"}
READ_ALL = "user reader\ntopic read #\n"
NO_STRIDES = f"""{READ_ALL}
user device
topic write hipdrive/home/treadmill/availability
topic write hipdrive/home/treadmill/summary
topic write hipdrive/home/treadmill/live
"""
NO_SUMMARIES = f"""{READ_ALL}
user device
topic write hipdrive/home/treadmill/availability
topic write hipdrive/home/treadmill/stride
topic write hipdrive/home/treadmill/live
topic write hipdrive/home/treadmill/health
"""
ALL = f"{READ_ALL}\nuser device\ntopic write hipdrive/home/treadmill/#\n"


def password_file(folder: Path, password: str) -> str:
    file = folder / "device-password"
    file.touch(mode=0o600)
    file.write_text(password + "\n", encoding="utf-8")
    return str(file)
