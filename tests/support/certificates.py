"""Certificates for tests, made by the `openssl` program in a moment; their keys guard nothing."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
HERE = "subjectAltName=DNS:localhost,IP:127.0.0.1"
ELSEWHERE = "subjectAltName=DNS:broker.elsewhere.example"


class Authority:
    """A certificate authority of its own; its files are in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.certificate = folder / "ca.crt"
        self._key = folder / "ca.key"
        request = ["req", "-x509", *CURVE, "-days", "2", "-subj", f"/CN={folder.name}"]
        request += ["-addext", "keyUsage=critical,keyCertSign"]
        self._openssl(*request, "-keyout", str(self._key), "-out", str(self.certificate))

    @staticmethod
    def _openssl(*arguments: str) -> None:
        found = shutil.which("openssl")
        if found is None:
            pytest.skip("openssl is not installed; on Debian: apt install openssl")
        subprocess.run([found, *arguments], check=True, capture_output=True)

    def issue(self, name: str, extension: str, days: int = 1) -> tuple[Path, Path]:
        """A signed certificate and its key; with fewer than 0 days it has expired."""
        files = {kind: self._folder / f"{name}.{kind}" for kind in ("crt", "key", "csr", "ext")}
        files["ext"].write_text(f"{extension}\nauthorityKeyIdentifier=keyid\n", encoding="utf-8")
        request = ["req", *CURVE, "-subj", f"/CN={name}", "-keyout", str(files["key"])]
        self._openssl(*request, "-out", str(files["csr"]))
        ca = ["-CA", str(self.certificate), "-CAkey", str(self._key), "-CAcreateserial"]
        sign = ["x509", "-req", "-in", str(files["csr"]), *ca, "-days", str(days)]
        self._openssl(*sign, "-extfile", str(files["ext"]), "-out", str(files["crt"]))
        files["key"].chmod(0o600)
        return files["crt"], files["key"]

    def locked(self, key: Path) -> Path:
        """The same key, with a passphrase on it."""
        locked = key.with_suffix(".locked")
        written = ["-aes256", "-passout", "pass:secret", "-out", str(locked)]
        self._openssl("ec", "-in", str(key), *written)
        return locked

    def trusted(self) -> ssl.SSLContext:
        """What a client of a test trusts."""
        return ssl.create_default_context(cafile=str(self.certificate))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that the tests trust."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody knows."""
    return Authority(tmp_path_factory.mktemp("stranger"))
