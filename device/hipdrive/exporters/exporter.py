"""What every export format offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing import TextIO

    from hipdrive.api.stored_session import Session


class Exporter(Protocol):
    """Writes a session in some format.

    Attributes:
        name: the name of the format in commands, such as "csv".
    """

    @property
    def name(self) -> str:
        """The name of the format in commands, such as "csv"."""

    def write(self, session: Session, file: TextIO) -> None:
        """Write the session.

        Args:
            session: to be written.
            file: open for text in UTF-8, newlines as they are written; not to be closed.

        Raises:
            ExportError: the session lacks what the format needs.
        """
