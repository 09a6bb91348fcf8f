"""botocore's data as it is kept: nothing but documentation is missing, and what is a user's own is not kept."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import botocore.loaders
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.emulators.botocore_site.distro_botocore import kept, models

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("documentation"), inner),
)


@given(JSON)
def test_only_texts_of_documentation_are_emptied(content: Any) -> None:
    found = models.undocumented(content)
    assert models.undocumented(found) == found
    assert same(content, found)


def same(before: Any, after: Any) -> bool:
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(
            after[name] == "" if name == "documentation" and isinstance(value, str) else same(value, after[name])
            for name, value in before.items()
        )
    if isinstance(before, list):
        return len(before) == len(after) and all(same(*pair) for pair in zip(before, after, strict=True))
    return bool(before == after)


@pytest.mark.parametrize("service", ["s3", "ec2", "rds"])
def test_a_model_is_read_as_botocore_reads_it(service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    name = next(Path(botocore.loaders.Loader.BUILTIN_DATA_PATH, service).glob("*/service-2.json.gz"))
    place = str(name).removesuffix(".json.gz")
    expected = models.undocumented(json.loads(gzip.decompress(name.read_bytes())))
    for _ in range(2):  # computed, then from what is kept
        models._load.cache_clear()
        assert models.load_file(botocore.loaders.JSONFileLoader(), place) == expected
        assert [file.suffix for file in tmp_path.iterdir()] == [".marshal"]
    assert models.load_file(botocore.loaders.JSONFileLoader(), f"{place}-nothing") is None


def test_a_users_own_model_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "kept")
    (tmp_path / "own.json").write_text('{"documentation": "x", "a": 1}')
    assert models.load_file(botocore.loaders.JSONFileLoader(), str(tmp_path / "own")) == {"documentation": "", "a": 1}
    assert not (tmp_path / "kept").exists()


def test_what_is_kept_and_damaged_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    assert kept.kept("x", lambda: [1]) == [1]
    (tmp_path / "x.marshal").write_bytes(b"\x00damaged")
    assert kept.kept("x", lambda: [2]) == [2]
    assert kept.kept("x", lambda: [3]) == [2]
