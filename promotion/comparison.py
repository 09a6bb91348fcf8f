"""What changed between two releases: commits, resources as the specifications state them, configuration, functions."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.document import Place, shown
from infra.errors import UsageError
from promotion import release
from promotion.artifacts import SOURCE
from promotion.release import Release
from promotion.repository import Commit, Repository
from promotion.store import Store

_CONFIGURATION = {"configuration", "secrets", "external_apis", "flags"}
"""The parts of a specification that section 5 states: they change what runs, not what there is."""


@dataclass(frozen=True)
class Setting:
    """A value of one environment's specification that differs; None on the side that has none."""

    environment: str
    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """A function whose archive differs: `change` is added, removed or changed."""

    name: str
    change: str


@dataclass(frozen=True)
class Comparison:
    """Everything that differs, in a fixed order."""

    commits: tuple[Commit, ...]
    resources: tuple[Setting, ...]
    configuration: tuple[Setting, ...]
    functions: tuple[Change, ...]


def compare(store: Store, repository: Repository, before: Release, after: Release) -> Comparison:
    """What `after` changes of `before`. Raises UsageError where the clone lacks a commit of one of them."""
    settings = tuple(_settings(store, before, after))
    return Comparison(
        commits(store, repository, before, after),
        tuple(each for each in settings if not _configures(each)),
        tuple(each for each in settings if _configures(each)),
        tuple(_functions(before, after)),
    )


def commits(
    store: Store, repository: Repository, before: Release, after: Release, among: Collection[str] = ()
) -> tuple[Commit, ...]:
    """Every commit between two releases, newest first: those of each commit that one of them was made from.

    Whoever had a hand in one of them may not approve the step from `before` to `after`. Git alone is believed: what
    the store says of a commit names it, no more. `among` are the commits of the releases that are looked at, else all.
    """
    found: dict[str, Commit] = {}
    for old in release.origins(store, before, among):
        for new in release.origins(store, after, among):
            _same_tree(repository, before, old.commit)
            _same_tree(repository, after, new.commit)
            found |= {commit.id: commit for commit in repository.between(old.commit, new.commit)}
    return tuple(found.values())


def _same_tree(repository: Repository, of: Release, commit: str) -> None:
    if repository.commit(commit).tree != of.tree:
        raise UsageError(f"Commit {commit[:12]} does not hold what {of.id} is made of.", hint="The store was changed.")


def _settings(store: Store, before: Release, after: Release) -> Iterator[Setting]:
    for name in sorted({*before.specifications, *after.specifications}):
        old, new = (_leaves_of(store, each, name) for each in (before, after))
        for path in sorted({*old, *new}):
            if old.get(path) != new.get(path):
                yield Setting(name, path, old.get(path), new.get(path))


def _leaves_of(store: Store, of: Release, environment: str) -> dict[str, Any]:
    if environment not in of.specifications:
        return {}
    document = json.loads(release.specification(store, of, environment))
    return {shown(place): value for place, value in _leaves(document, ())}


def _leaves(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """Each value that is no mapping or list, and the empty ones of those."""
    if not (isinstance(value, Mapping | list) and value):
        yield place, value
        return
    for key, member in value.items() if isinstance(value, Mapping) else enumerate(value):
        yield from _leaves(member, (*place, key))


def _configures(setting: Setting) -> bool:
    return setting.path.partition(".")[0] in _CONFIGURATION


def _functions(before: Release, after: Release) -> Iterator[Change]:
    old, new = ({each.name: each.sha256 for each in of.artifacts if each.name != SOURCE} for of in (before, after))
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            change = "added" if name not in old else "removed" if name not in new else "changed"
            yield Change(name.removesuffix(".zip"), change)
