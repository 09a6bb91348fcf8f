"""Assets and archives as the engine sends them, and deterministic zip files for Lambda.

The same content gives the same zip, byte for byte, on every machine: names are sorted, times and owners are fixed. So
the checksum that Lambda computes tells whether somebody changed the code.
"""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.errors import OperationFailed
from local.provider.wire import ARCHIVE, ASSET, SIGNATURE, marked

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can hold."""
EXECUTABLE, PLAIN = 0o755, 0o644
SKIPPED = ("__pycache__", ".DS_Store")
"""What a folder holds beside the code; it differs from machine to machine."""


def asset_bytes(asset: Mapping[str, Any]) -> bytes:
    """The content of an asset: text, or a file; OperationFailed where the engine elided it or it lies elsewhere."""
    if "text" in asset:
        return str(asset["text"]).encode()
    if "path" in asset:
        return _file(asset["path"]).read_bytes()
    raise OperationFailed(f"an asset can be read from text or a path only, not from {asset.get('uri', 'nowhere')}")


def code_zip(archive: Mapping[str, Any]) -> bytes:
    """The zip file of an archive: one given as a zip is taken as it is, everything else is always packed alike."""
    path = archive.get("path")
    if path and _file(path).suffix in (".zip", ".jar"):
        return _file(path).read_bytes()
    return packed(members(archive))


def members(archive: Mapping[str, Any], prefix: str = "") -> dict[str, tuple[bytes, int]]:
    """Name to content and permissions of everything in an archive, at any depth."""
    if "path" in archive:
        return _from_path(_file(archive["path"]), prefix)
    found: dict[str, tuple[bytes, int]] = {}
    for name, value in (archive.get("assets") or {}).items():
        place = f"{prefix}{name}"
        if marked(value, ARCHIVE):
            found |= members(value, f"{place}/")
        elif marked(value, ASSET):
            found[place] = (asset_bytes(value), _mode(value.get("path")))
    return found


def _from_path(path: Path, prefix: str) -> dict[str, tuple[bytes, int]]:
    if path.is_dir():
        files = (each for each in path.rglob("*") if each.is_file() and not set(SKIPPED) & set(each.parts))
        return {f"{prefix}{each.relative_to(path).as_posix()}": (each.read_bytes(), _mode(each)) for each in files}
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as source:
            names = (name for name in source.namelist() if not name.endswith("/"))
            return {f"{prefix}{name}": (source.read(name), PLAIN) for name in names}
    with tarfile.open(path) as tar:
        files_in = ((entry, tar.extractfile(entry)) for entry in tar.getmembers() if entry.isfile())
        return {f"{prefix}{entry.name}": (file.read(), entry.mode) for entry, file in files_in if file}


def packed(content: Mapping[str, tuple[bytes, int]]) -> bytes:
    """A zip file in which only names, contents and the executable bit count."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(content):
            data, mode = content[name]
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whatever packs it: otherwise the permissions below are not read
            entry.external_attr = (stat.S_IFREG | (EXECUTABLE if mode & stat.S_IXUSR else PLAIN)) << 16
            target.writestr(entry, data)
    return out.getvalue()


def code_sha256(code: bytes) -> str:
    """Lambda's CodeSha256: base64 of the SHA-256 of the zip."""
    return base64.b64encode(hashlib.sha256(code).digest()).decode()


def changed(recorded: Any, proof: str) -> Any:
    """A value that equals no recorded one: stands for content that somebody else put there."""
    mark = hashlib.sha256(proof.encode()).hexdigest()
    if marked(recorded, ARCHIVE):
        return {SIGNATURE: ARCHIVE, "hash": mark, "assets": {}}
    if marked(recorded, ASSET):
        return {SIGNATURE: ASSET, "hash": mark, "text": ""}
    return f"changed behind the engine's back: {mark}"


def _mode(path: str | Path | None) -> int:
    return Path(path).stat().st_mode if path else PLAIN


def _file(path: str | Path) -> Path:
    """A path of the program; relative ones start at the engine's folder, which an attached provider never learns."""
    file = Path(path)
    if not file.is_absolute():
        raise OperationFailed(f"{path} is relative: an attached provider cannot know to what; give an absolute path")
    if not file.exists():
        raise OperationFailed(f"{file} does not exist")
    return file
