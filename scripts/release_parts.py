"""The list of a release's parts, CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/)."""

from __future__ import annotations

import email.parser
import hashlib
import re
import uuid
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hipdrive.releases.tree import file_digest

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.pose.store import ModelSpec


METADATA = re.compile(r"[^/]+\.dist-info/METADATA")


def parts_list(
    version: str, wheels: list[Path], models: dict[Path, ModelSpec], epoch_s: int
) -> dict[str, object]:
    """The list as JSON values; the same for the same files.

    Args:
        version: of hipdrive.
        wheels: files of the packages, hipdrive's own among them.
        models: files of the pose models, and what the manifest says of each.
        epoch_s: when the release was made, s since 1970.
    """
    packages = [_package(path) for path in sorted(wheels)]
    own = [each for each in packages if each["name"] == "hipdrive"]
    others = [each for each in packages if each["name"] != "hipdrive"]
    components = others + [_model(path, spec) for path, spec in sorted(models.items())]
    what = hashlib.sha256(repr((own, components)).encode()).hexdigest()
    ref = f"pkg:pypi/hipdrive@{version}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, what)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                **(own[0] if own else {"name": "hipdrive", "version": version}),
                "type": "application",
                "bom-ref": ref,
            },
        },
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": [each["bom-ref"] for each in components]}],
    }


def _package(wheel: Path) -> dict[str, object]:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [each for each in archive.namelist() if METADATA.fullmatch(each)]
        about = email.parser.BytesParser().parsebytes(archive.read(name))
    name, version = str(about["Name"]).lower().replace("_", "-"), str(about["Version"])
    return {
        "type": "library",
        # A package has a wheel for each Python, and sometimes a version.
        "bom-ref": f"pkg:pypi/{name}@{version}?file_name={wheel.name}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "hashes": [{"alg": "SHA-256", "content": file_digest(wheel)}],
        **_licences(about),
    }


def _licences(about: email.message.Message) -> dict[str, object]:
    """As the package says: an SPDX expression, else the names of its classifiers, else its text."""
    if expression := about["License-Expression"]:
        return {"licenses": [{"expression": str(expression)}]}
    found = [
        str(each).rpartition(" :: ")[2]
        for each in about.get_all("Classifier") or []
        if str(each).startswith("License :: ")
    ]
    if not found and (text := str(about["License"] or "").strip()):
        found = [text.splitlines()[0][:80]]
    return {"licenses": [{"license": {"name": name}} for name in found]} if found else {}


def _model(file: Path, spec: ModelSpec) -> dict[str, object]:
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{spec.name}",
        "name": spec.name,
        "version": spec.sha256[:12],
        "description": spec.title,
        "hashes": [{"alg": "SHA-256", "content": file_digest(file)}],
        "licenses": [{"license": {"id": spec.licence}}],
        "externalReferences": [{"type": "distribution", "url": spec.url}],
    }
