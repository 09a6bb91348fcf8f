"""The archives of a release: the same bytes from the same files on every machine.

Nothing but names, contents and the executable bit counts: entries are sorted, times and owners are fixed, and nothing
is compressed, since compressors differ between versions of zlib.
"""

from __future__ import annotations

import hashlib
import io
import stat
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from infra.errors import OperationFailed
from infra.workloads import packages
from promotion.repository import File

SOURCE = "source.tar"
"""The whole tree. Git names it by SHA-1; the digest of this archive is what an approval rests on."""
_WORKLOADS = PurePosixPath("infra/workloads")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold
_EXECUTABLE, _PLAIN = 0o755, 0o644
_UNIX = 3  # whatever packs it: otherwise the permissions are not read


def build(files: Sequence[File]) -> dict[str, bytes]:
    """Name to content of every artifact of a tree: its source, and the archive of each Lambda function."""
    workloads = {
        file.path.relative_to(_WORKLOADS): file for file in files if file.path.is_relative_to(_WORKLOADS)
    }  # fmt: skip
    functions = {
        f"{name}.zip": _zip({path: workloads[path] for path in packages.members(name, workloads)})
        for name in packages.functions(workloads)
    }
    return {SOURCE: _tar(files), **functions}


def sha256(content: bytes) -> str:
    """`sha256:` and the hexadecimal digest."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=2)  # one command asks several times: of its release, and of the one to go back to
def unpack(source: bytes) -> tuple[File, ...]:
    """The files of a source archive. Raises OperationFailed for anything but plain files inside the folder."""
    with tarfile.open(fileobj=io.BytesIO(source), mode="r:", encoding="utf-8") as archive:
        return tuple(_file(archive, entry) for entry in archive.getmembers())


def _file(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> File:
    path = PurePosixPath(entry.name)
    content = archive.extractfile(entry) if entry.isreg() else None
    if content is None or not _inside(path):
        raise OperationFailed(f"The source archive holds {entry.name!r}, which is no plain file inside it.")
    return File(path, content.read(), bool(entry.mode & stat.S_IXUSR))


def _inside(path: PurePosixPath) -> bool:
    return not path.is_absolute() and bool(path.parts) and not {"..", ".git"} & set(path.parts)


def _zip(files: Mapping[PurePosixPath, File]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files, key=str):
            entry = zipfile.ZipInfo(str(path), _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | _mode(files[path])) << 16
            archive.writestr(entry, files[path].content)
    return out.getvalue()


def _tar(files: Sequence[File]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding="utf-8") as archive:
        for file in sorted(files, key=lambda file: str(file.path)):
            entry = tarfile.TarInfo(str(file.path))  # its time, owner and group are 0
            entry.size, entry.mode = len(file.content), _mode(file)
            archive.addfile(entry, io.BytesIO(file.content))
    return out.getvalue()


def _mode(file: File) -> int:
    return _EXECUTABLE if file.executable else _PLAIN
