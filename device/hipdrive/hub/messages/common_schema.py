"""Fields that several messages have in common."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypeAlias

from pydantic import Field

# Before Python 3.12 pydantic takes no other.
from typing_extensions import TypedDict

Definitions: TypeAlias = Annotated[
    dict[str, str],
    Field(description="Which definition, in which version, each figure is of (docs/metrics.md)."),
]
SessionId: TypeAlias = Annotated[str, Field(description="Id of the session; sorts by time.")]
SessionTime: TypeAlias = Annotated[
    float, Field(description="Seconds since the session's first frame.")
]
Count: TypeAlias = Annotated[int, Field(ge=0)]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]


class TimestampFields(TypedDict):
    """The keys of every message that say when it was written, and a caution."""

    utc: Annotated[
        str,
        Field(
            description="Wall clock when the message was written, ISO 8601.",
            json_schema_extra={"format": "date-time"},
        ),
    ]
    monotonic_s: Annotated[
        float,
        Field(
            description="Clock that never jumps: seconds since the machine was switched on.", ge=0
        ),
    ]
    clock_synchronised: Annotated[
        bool,
        Field(
            description="True when systemd-timesyncd has set the wall clock since the start of the "
            "machine. Until then a Pi without a real-time clock is in the past."
        ),
    ]
    caution: NotRequired[
        Annotated[str, Field(description="What whoever sees the figures must know.")]
    ]


class OutboxFields(TypedDict):
    """The keys that identify a message that is kept on disk."""

    id: Annotated[
        str,
        Field(
            description="UUID of version 7: unique; within a `series` it grows with every message, "
            "even if the clock is set back.",
            json_schema_extra={"format": "uuid"},
        ),
    ]
    series: Annotated[
        str,
        Field(
            description="Which count `seq` belongs to: an outbox has its own, and so has memory "
            "while the disk cannot be used."
        ),
    ]
    seq: Annotated[
        int,
        Field(
            ge=1,
            description="1, 2, 3 and so on within the `series`, over restarts. A number that never "
            "comes was dropped, or lost behind the broker.",
        ),
    ]
    dropped: Annotated[
        int,
        Field(
            ge=0,
            description="How many rows of this outbox were given up so far, each of which had a "
            "number.",
        ),
    ]
