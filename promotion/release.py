"""A release: what moves from environment to environment, identified by what it is made of.

Stored once, below `releases/`, and verified on every read:

    releases/<id>/release.json           tree, lock, artifacts, specifications: what it is
    releases/<id>/commits/<commit>.json  a commit with that tree: who, when; a merge or a squash adds one
    releases/content/<sha256>            artifacts and specifications, shared by all releases that hold them
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import rfc8785
from pydantic import Field

from engine.program import ProgramSource
from infra.errors import OperationFailed, UsageError
from infra.provisioning.artifact import Say
from promotion import artifacts, checkout
from promotion import content as kept
from promotion.repository import Commit, Repository
from promotion.schema import Digest, Identifier, Line, Moment, Record, Stored, digest_of
from promotion.store import Exists, Missing, Store

ROOT = "releases"
_CONTENT = f"{ROOT}/content"
_READ = ("infra", "Pulumi.yaml", "Pulumi.*.yaml", "requirements.lock")
"""What the program is made of, and so what an untracked file would change."""
_ID_DIGITS = 12
_SHOWN = 3

GitId = Annotated[str, Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]


class Artifact(Stored):
    """An archive of a release; `size` in bytes."""

    name: Line
    sha256: Digest
    size: int = Field(ge=0)


class Release(Record):
    """What a release is. Its digest is what approvals bind."""

    tree: GitId
    lock: Digest
    artifacts: tuple[Artifact, ...]
    specifications: Mapping[Identifier, Digest]

    @property
    def id(self) -> str:
        """`rel-` and the beginning of the digest."""
        return id_of(self.digest())


class Origin(Record):
    """A commit with the release's tree. Names are what the commit says: nobody vouches for them here."""

    release: Digest
    commit: GitId
    parents: tuple[GitId, ...]
    author: str
    committer: str
    co_authors: tuple[str, ...]
    date: str
    subject: str
    branches: tuple[str, ...]
    created_at: Moment


def id_of(digest: Digest) -> str:
    """The id of the release with this digest."""
    return f"rel-{digest.removeprefix('sha256:')[:_ID_DIGITS]}"


def create(repository: Repository, store: Store, say: Say) -> tuple[Release, Origin]:
    """Make the release of the commit that is checked out, or find it: it is stored once.

    Raises UsageError for uncommitted changes and for untracked files that the program would read,
    ConfigurationError for invalid specifications, OperationFailed where the store holds something else under its name.
    """
    _clean(repository)
    commit = repository.head()
    content = artifacts.build(repository.files(commit.tree))
    specifications = _specifications(checkout.place(content, say) / checkout.TREE)
    release = _release(commit.tree, content, specifications)
    _keep_all(store, [*content.values(), *specifications.values()])
    kept.create(store, _path(release.id), release.canonical())
    return release, _originate(store, release, commit, repository.branches(commit.id))


def read(store: Store, id: str) -> Release:
    """A release by its id. Raises UsageError where there is none, OperationFailed where it is not what it was."""
    try:
        found = Release.parse(store.read(_path(id)), _path(id))
    except Missing as error:
        raise UsageError(f"There is no release {id!r}.", hint="Run: distro releases") from error
    if found.id != id:
        raise OperationFailed(f"What is stored as {id} is {found.id}: it was changed.", where=_path(id))
    return found


def origins(store: Store, release: Release, among: Collection[str] = ()) -> tuple[Origin, ...]:
    """The commits that a release was made from, the first one first; of those named in `among`, unless it is empty."""
    names = store.names(f"{ROOT}/{release.id}/commits")
    found = [Origin.parse(store.read(name), name) for name in names]
    if any(origin.release != release.digest() for origin in found):
        raise OperationFailed(f"A commit of {release.id} names another release.", where=f"{ROOT}/{release.id}/commits")
    chosen = (origin for origin in found if not among or origin.commit in among)
    return tuple(sorted(chosen, key=lambda origin: (origin.created_at, origin.commit)))


def every(store: Store) -> tuple[Release, ...]:
    """All releases of a store, by id."""
    ids = sorted({name.split("/")[1] for name in store.names(ROOT) if name.endswith("/release.json")})
    with ThreadPoolExecutor() as pool:
        return tuple(pool.map(lambda each: read(store, each), ids))


def content(store: Store, release: Release) -> dict[str, bytes]:
    """Name to content of its artifacts. Raises OperationFailed where one is not what the release says."""
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda artifact: kept.load(store, _CONTENT, artifact.sha256), release.artifacts)
        return {artifact.name: data for artifact, data in zip(release.artifacts, found, strict=True)}


def specification(store: Store, release: Release, environment: str) -> bytes:
    """The typed specification of one environment, every default in it, as canonical JSON."""
    return kept.load(store, _CONTENT, release.specifications[environment])


def program(store: Store, release: Release, say: Say) -> ProgramSource:
    """The release's own program in its own environment. Raises as `checkout.source` and `content`."""
    return checkout.source(content(store, release), say)


def _clean(repository: Repository) -> None:
    if changed := repository.uncommitted():
        raise UsageError(f"The tree has uncommitted changes: {_some(changed)}.", hint="Commit or stash them first.")
    if unknown := repository.untracked(*_READ):
        raise UsageError(
            f"Files that git does not know would be missing in the release: {_some(unknown)}.",
            hint="Commit or remove them first.",
        )


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more


def _specifications(root: Path) -> dict[str, bytes]:
    from infra.specification import SHARED, load_all

    found = load_all(root)
    models = {**found.environments, SHARED: found.shared}
    return {name: rfc8785.dumps(model.model_dump(mode="json")) for name, model in models.items()}


def _release(tree: str, content: Mapping[str, bytes], specifications: Mapping[str, bytes]) -> Release:
    lock = next(file for file in artifacts.unpack(content[artifacts.SOURCE]) if str(file.path) == checkout.LOCK)
    return Release(
        tree=tree,
        lock=digest_of(lock.content),
        artifacts=tuple(
            Artifact(name=name, sha256=digest_of(data), size=len(data)) for name, data in sorted(content.items())
        ),
        specifications={name: digest_of(data) for name, data in specifications.items()},
    )


def _originate(store: Store, release: Release, commit: Commit, branches: tuple[str, ...]) -> Origin:
    """Write down the commit, unless it was written down before."""
    path = f"{ROOT}/{release.id}/commits/{commit.id}.json"
    origin = Origin(
        release=release.digest(), commit=commit.id, parents=commit.parents, author=str(commit.author),
        committer=str(commit.committer), co_authors=tuple(map(str, commit.co_authors)), date=commit.date,
        subject=commit.subject, branches=branches, created_at=store.now(),
    )  # fmt: skip
    try:
        store.create(path, origin.canonical())
    except Exists:
        return next(found for found in origins(store, release) if found.commit == commit.id)
    return origin


def _path(id: str) -> str:
    return f"{ROOT}/{id}/release.json"


def _keep_all(store: Store, everything: Sequence[bytes]) -> None:
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda data: kept.keep(store, _CONTENT, data), everything))
