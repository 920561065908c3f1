"""What every export format offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.api.stored_session import Session


class Exporter(Protocol):
    """Writes a session in some format.

    Attributes:
        name: the name of the format in commands, such as "csv".
    """

    @property
    def name(self) -> str:
        """The name of the format in commands, such as "csv"."""

    def write(self, session: Session, path: Path) -> None:
        """Write the session.

        Args:
            session: to be written.
            path: of a file to be made, in the folder of the one that was asked for: it takes that
                one's place when it is whole, and is removed when something fails.

        Raises:
            ExportError: the session lacks what the format needs.
            MissingPackageError: a package that the format needs is not installed.
        """
