"""What the page is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.control.command_handler import CommandHandler
    from hipdrive.health.degraded import DegradedParts
    from hipdrive.texts.catalogue import Language
    from hipdrive.web.access import Access
    from hipdrive.web.live_view import LiveView
    from hipdrive.web.own_names import OwnNames


@dataclass(frozen=True, slots=True)
class PageParts:
    """What the page shows and steers.

    Attributes:
        view: pictures and values of the moment.
        commands: takes what is asked of the device.
        parts: those that do not work.
        data: folder with sessions and calibration.
        access: who may ask.
        names: of this machine.
        language: of all that is said.
    """

    view: LiveView
    commands: CommandHandler
    parts: DegradedParts
    data: Path
    access: Access
    names: OwnNames
    language: Language = "en"
