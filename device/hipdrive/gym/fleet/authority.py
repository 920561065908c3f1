"""The authority that signs devices' certificates, kept by the `openssl` program in a folder.

mosquitto trusts the authority and reads its list of revoked certificates (RFC 5280, 5). The list
never ends before the authority does: with one that has ended mosquitto would refuse every device.
"""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gym.fleet.broker_files import FleetError
from hipdrive.private_file import make_private_folder, readable
from hipdrive.small_file import read_small_file
from hipdrive.whole_file import write_whole

if TYPE_CHECKING:
    from pathlib import Path

AUTHORITY_DAYS = 7300
LONGEST_NAME = 64
"""Of a certificate's owner (RFC 5280, A.1: ub-common-name)."""
DATED_BACK = timedelta(hours=1)
"""The list's date: its reader may have a clock that is behind."""
MOST_BYTES = 64_000_000
SETTINGS = """
[ca]
default_ca = devices
[devices]
database = index.txt
new_certs_dir = issued
certificate = ca.crt
private_key = ca.key
rand_serial = yes
unique_subject = no
default_md = sha256
policy = names
x509_extensions = device
crl_extensions = crl
[names]
commonName = supplied
[device]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
authorityKeyIdentifier = keyid
[crl]
authorityKeyIdentifier = keyid
[req]
distinguished_name = none
[none]
"""
_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc")


class IssuedCertificate(NamedTuple):
    """What a device shows, PEM.

    Attributes:
        certificate: for the broker.
        key: the device's alone.
    """

    certificate: str
    key: str


class _Entry(NamedTuple):
    """A line of the authority's index (`openssl-ca(1)`).

    Attributes:
        revoked: the broker takes it no more.
        ends: when the certificate does.
        serial: hexadecimal.
        name: whose it is.
    """

    revoked: bool
    ends: datetime
    serial: str
    name: str


class DeviceAuthority:
    """Signs and revokes certificates; made with the first one.

    Args:
        folder: for its key and what it has signed.
        trusted_file: where mosquitto finds the authority's certificate.
        revoked_file: where it finds the list of those that are revoked.
    """

    def __init__(self, folder: Path, trusted_file: Path, revoked_file: Path) -> None:
        self._folder = folder
        self._index = folder / "index.txt"
        self._trusted_file = trusted_file
        self._revoked_file = revoked_file

    def issue(self, name: str, days: int) -> IssuedCertificate:
        """Make a key and a certificate; those that `name` had are revoked.

        Raises:
            FleetError: it cannot be made.
        """
        if len(name) > LONGEST_NAME:
            raise FleetError(
                f"{name} has {len(name)} characters, and a certificate's name {LONGEST_NAME} at "
                "most: give site or device a shorter name"
            )
        self._make()
        self._revoke_all(name)
        self._openssl("req", *_CURVE, "-subj", f"/CN={name}", "-keyout", "new.key", "-out", "new")
        try:
            sign = ("ca", "-batch", "-notext", "-days", str(days), "-in", "new", "-out", "new.crt")
            self._openssl(*sign)
            made = IssuedCertificate(self._read("new.crt"), self._read("new.key"))
        finally:
            for left in ("new", "new.crt", "new.key"):
                (self._folder / left).unlink(missing_ok=True)
        self._tell()
        return made

    def revoke(self, name: str) -> None:
        """Revoke all that `name` has.

        Raises:
            FleetError: the list cannot be written.
        """
        if self._index.exists():
            self._revoke_all(name)
            self._tell()

    def ends(self) -> dict[str, datetime]:
        """When the certificate of each name ends, of those that count.

        Raises:
            FleetError: the index cannot be read.
        """
        return {entry.name: entry.ends for entry in self._entries() if not entry.revoked}

    def _make(self) -> None:
        if self._index.exists():
            return
        try:
            make_private_folder(self._folder / "issued")
            (self._folder / "openssl.cnf").write_text(SETTINGS, encoding="ascii")
        except OSError as error:
            raise FleetError(f"{self._folder} cannot be used ({error}); run as root") from error
        uses = (
            "-addext", "keyUsage=critical,keyCertSign,cRLSign",
            "-addext", "basicConstraints=critical,CA:TRUE,pathlen:0",
            "-addext", "subjectKeyIdentifier=hash",
        )  # fmt: skip
        named = ("-subj", "/CN=hipdrive devices", "-days", str(AUTHORITY_DAYS))
        self._openssl("req", "-x509", *_CURVE, *named, *uses, "-keyout", "ca.key", "-out", "ca.crt")
        # Last: who has an index has all of it.
        self._index.touch(mode=0o600)

    def _revoke_all(self, name: str) -> None:
        for entry in self._entries():
            if entry.name == name and not entry.revoked:
                self._openssl("ca", "-revoke", f"issued/{entry.serial}.pem")

    def _tell(self) -> None:
        """Put the authority's certificate and a new list where mosquitto reads them."""
        # OpenSSL, given two lists of an authority, takes the one that is a second younger.
        dated, stamp = datetime.now(UTC) - DATED_BACK, self._folder / "crl-dated"
        with suppress(FileNotFoundError, ValueError):
            before = datetime.fromisoformat(stamp.read_text(encoding="ascii"))
            dated = max(dated, before + timedelta(seconds=1))
        dates = ("-crl_lastupdate", f"{dated:%y%m%d%H%M%SZ}", "-crldays", str(AUTHORITY_DAYS))
        self._openssl("ca", "-gencrl", *dates, "-out", "crl")
        _publish(stamp, dated.isoformat())
        _publish(self._trusted_file, self._read("ca.crt"))
        _publish(self._revoked_file, self._read("crl"))

    def _entries(self) -> list[_Entry]:
        try:
            lines = read_small_file(self._index, MOST_BYTES).decode().splitlines()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise FleetError(f"{self._folder} cannot be read ({error}); run as root") from error
        return [_entry(line) for line in lines]

    def _read(self, name: str) -> str:
        try:
            return (self._folder / name).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise FleetError(f"{self._folder / name} cannot be read ({error})") from error

    def _openssl(self, *arguments: str) -> None:
        program = shutil.which("openssl")
        if program is None:
            raise FleetError("certificates are made by openssl: apt install openssl")
        ran = subprocess.run(  # noqa: S603  # arguments of this file, and a name without blanks
            [program, *arguments, "-config", "openssl.cnf"],
            cwd=self._folder, check=False, capture_output=True, text=True, umask=0o077,
        )  # fmt: skip
        if ran.returncode:
            said = (ran.stderr.strip().splitlines() or ["nothing"])[-1]
            raise FleetError(f"openssl {arguments[0]} did not work in {self._folder}: {said}")


def _entry(line: str) -> _Entry:
    state, ends, _, serial, _, name = line.split("\t")
    # Of years before 2050 the century is left out (RFC 5280, 4.1.2.5).
    year = "%Y" if len(ends) > len("yymmddhhmmssZ") else "%y"
    until = datetime.strptime(ends, f"{year}%m%d%H%M%SZ").replace(tzinfo=UTC)
    return _Entry(state == "R", until, serial, name.partition("=")[2])


def _publish(file: Path, content: str) -> None:
    """Write a file that everybody may read."""
    try:
        write_whole(file, content, readable)
    except OSError as error:
        raise FleetError(f"{file} cannot be written ({error.strerror}); run as root") from error
