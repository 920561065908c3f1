"""A hub of one session on a line of its own, as a replay has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from hipdrive.hub.client import Hub
from hipdrive.hub.mqtt.link import DRAIN_S, MqttLink

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hipdrive.config import HubConfig
    from hipdrive.types.frame_result import FrameResult


@dataclass(frozen=True)
class JsonValues:
    """What a summary would be as JSON."""

    values: dict[str, object]

    def to_json(self) -> dict[str, object]:
        return self.values


class SoleHub:
    """Both parts at once; `line` takes what else a line does."""

    def __init__(
        self,
        config: HubConfig,
        session: str,
        summary: Callable[[], dict[str, object]],
        outbox: Path | None = None,
        **line: Any,  # noqa: ANN401 - whatever the argument is
    ) -> None:
        self.line = MqttLink(config, outbox, **line)
        self._hub = Hub(
            self.line,
            session,
            lambda: JsonValues(summary()),  # type: ignore[arg-type,return-value]  # it asks for JSON alone
        )

    @property
    def dropped(self) -> int:
        return self._hub.dropped

    def on_frame(self, moment: FrameResult) -> None:
        self._hub.on_frame(moment)

    def close(self, drain_s: float = DRAIN_S) -> None:
        self._hub.close()
        self.line.close(drain_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
