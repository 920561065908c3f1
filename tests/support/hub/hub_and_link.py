"""A hub of one session with a link of its own, as a replay has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from hipdrive.hub.mqtt.link import DRAIN_S, STORE_S, MqttLink
from hipdrive.hub.sink import HubSink

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


class HubAndLink:
    """Both parts at once; other arguments go to the link."""

    def __init__(
        self,
        config: HubConfig,
        session: str,
        summary: Callable[[], dict[str, object]],
        outbox: Path | None = None,
        **options: Any,  # noqa: ANN401 - whatever the argument is
    ) -> None:
        self.link = MqttLink(config, outbox, **options)
        self.sink = HubSink(
            self.link,
            session,
            lambda: JsonValues(summary()),  # type: ignore[arg-type,return-value]  # it asks for JSON alone
        )

    @property
    def dropped(self) -> int:
        return self.sink.dropped

    def on_frame(self, result: FrameResult) -> None:
        self.sink.on_frame(result)

    def close(self, drain_s: float = DRAIN_S, store_s: float = STORE_S) -> None:
        self.sink.close()
        self.link.close(drain_s, store_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
