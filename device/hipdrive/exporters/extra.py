"""What is said where a package of the extra `export` is not installed."""

from __future__ import annotations

from hipdrive.errors import MissingPackageError


def missing(name: str, package: str) -> MissingPackageError:
    """The error of a format that needs a package.

    Args:
        name: of the format.
        package: that is not installed.
    """
    return MissingPackageError(
        f"the format {name} needs {package}, which is not installed: pip install 'hipdrive[export]'"
    )
