"""The newest release that this device has heard of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hipdrive import __version__
from hipdrive.releases.paths import InstallPaths
from hipdrive.releases.tree import VERSION, version_key

if TYPE_CHECKING:
    from pathlib import Path


def newest_release(file: Path | None = None) -> str:
    """Its version: what `hipdrive update --check` has found, or the one that runs.

    Args:
        file: where that is kept; None: where it is on a device.
    """
    try:
        text = (file or InstallPaths().latest).read_text(encoding="utf-8")
        found = json.loads(text)["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return __version__
    known = isinstance(found, str) and VERSION.fullmatch(found)
    return found if known and version_key(found) > version_key(__version__) else __version__
