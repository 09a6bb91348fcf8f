"""The same content makes the same zip; what is not there is said plainly."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra.errors import OperationFailed
from local.provider.assets import code_sha256, code_zip
from local.provider.wire import ARCHIVE, ASSET, SIGNATURE


def asset(**values: str) -> dict[str, Any]:
    return {SIGNATURE: ASSET, **values}


def archive(**assets: Any) -> dict[str, Any]:
    return {SIGNATURE: ARCHIVE, "assets": assets}


def names(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return {name: held.read(name) for name in held.namelist()}


def test_the_same_content_is_the_same_zip(tmp_path: Path) -> None:
    file = tmp_path / "main.py"
    file.write_text("code")
    first = code_zip(archive(**{"main.py": asset(path=str(file)), "more": archive(text=asset(text="x"))}))
    os.utime(file, (1, 1))
    second = code_zip(archive(more=archive(text=asset(text="x")), **{"main.py": asset(path=str(file))}))
    assert code_sha256(first) == code_sha256(second)
    assert names(first) == {"main.py": b"code", "more/text": b"x"}


def test_a_folder_is_packed_without_leavings(tmp_path: Path) -> None:
    (tmp_path / "package/__pycache__").mkdir(parents=True)
    (tmp_path / "package/__pycache__/main.pyc").write_text("old")
    (tmp_path / "package/main.py").write_text("code")
    (tmp_path / "run").write_text("#!/bin/sh")
    (tmp_path / "run").chmod(0o755)
    data = code_zip({SIGNATURE: ARCHIVE, "path": str(tmp_path)})
    assert names(data) == {"package/main.py": b"code", "run": b"#!/bin/sh"}
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        assert held.getinfo("run").external_attr >> 16 & 0o777 == 0o755


def test_a_zip_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "code.zip"
    path.write_bytes(code_zip(archive(main=asset(text="code"))))
    assert code_zip({SIGNATURE: ARCHIVE, "path": str(path)}) == path.read_bytes()


@pytest.mark.parametrize(("path", "words"), [("relative/path", "is relative"), ("/does/not/exist", "does not exist")])
def test_a_path_that_cannot_be_read_is_named(path: str, words: str) -> None:
    with pytest.raises(OperationFailed, match=words):
        code_zip({SIGNATURE: ARCHIVE, "path": path})
