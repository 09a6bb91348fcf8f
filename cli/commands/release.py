"""`distro release create|show|diff`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

import click

from cli.application import Application
from cli.command import declare

if TYPE_CHECKING:
    from cli.columns import Cell
    from promotion.comparison import Comparison, Setting
    from promotion.release import Origin, Release
    from promotion.repository import Commit

_SHORT = 12


@declare(
    "release",
    examples=["distro release create", "distro release show rel-7c1e04d9a2b1"],
    cls=click.Group,
)
def command() -> None:
    """Make, show and compare releases: what moves from environment to environment."""


@declare("create", examples=["distro release create", "distro release create --json | jq -r .id"])
@click.pass_obj
def create(application: Application) -> None:
    """Make the release of the commit at HEAD, or find it. Uncommitted changes are refused."""
    from infra.paths import project_root
    from promotion import release
    from promotion.repository import Repository

    found, origin = release.create(Repository(project_root()), application.store(), application.say)
    application.show(document(found, origin), lambda: _shown(application, found, [origin]))


@declare("show", examples=["distro release show rel-7c1e04d9a2b1", "distro release show rel-7c1e04d9a2b1 --json"])
@click.argument("id", metavar="ID")
@click.pass_obj
def show(application: Application, id: str) -> None:
    """Show what a release is made of and which commits it was made from; everything in it is verified."""
    from promotion import release

    store = application.store()
    found = release.read(store, id)
    release.content(store, found)
    origins = release.origins(store, found)
    application.show(document(found, origins[0], origins), lambda: _shown(application, found, origins))


@declare("diff", examples=["distro release diff rel-51aa0c3e77d0 rel-7c1e04d9a2b1"])
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.pass_obj
def diff(application: Application, before: str, after: str) -> None:
    """Show what changed between two releases: commits, resources, configuration, functions."""
    from infra.paths import project_root
    from promotion import comparison, release
    from promotion.repository import Repository

    store = application.store()
    old, new = (release.read(store, id) for id in (before, after))
    found = comparison.compare(store, Repository(project_root()), old, new)
    application.show(_compared(old, new, found), lambda: _comparison(application, found))


for subcommand in (create, show, diff):
    cast(click.Group, command).add_command(subcommand)


def document(release: Release, origin: Origin, origins: Sequence[Origin] = ()) -> dict[str, Any]:
    """A release with the commit that it was first made from."""
    return {
        "id": release.id, "digest": release.digest(), "commit": origin.commit, "tree": release.tree,
        "created_at": origin.created_at.isoformat(), "author": origin.author, "subject": origin.subject,
        "lock": release.lock, "artifacts": [each.model_dump() for each in release.artifacts],
        "specifications": dict(release.specifications),
        "commits": [each.model_dump(mode="json") for each in origins or (origin,)],
    }  # fmt: skip


def _shown(application: Application, release: Release, origins: Sequence[Origin]) -> None:
    from cli.columns import columns
    from promotion.text import escaped

    rows: list[Sequence[Cell]] = [("release", release.id), ("digest", release.digest()), ("tree", release.tree)]
    for origin in origins:
        rows.append(("commit", f"{origin.commit[:_SHORT]} {escaped(origin.subject)}"))
        rows.append(("author", f"{escaped(origin.author)}, {origin.date}"))
    rows.append(("made", f"{origins[0].created_at:%Y-%m-%d %H:%M:%S} UTC"))
    rows += [(each.name, f"{each.sha256}  {each.size} bytes") for each in release.artifacts]
    columns(application.out, rows)


def _compared(before: Release, after: Release, found: Comparison) -> dict[str, Any]:
    return {
        "before": before.id, "after": after.id,
        "commits": [_commit(commit) for commit in found.commits],
        "resources": [vars(each) for each in found.resources],
        "configuration": [vars(each) for each in found.configuration],
        "functions": [vars(each) for each in found.functions],
    }  # fmt: skip


def _commit(commit: Commit) -> dict[str, Any]:
    return {
        "id": commit.id, "author": str(commit.author), "committer": str(commit.committer), "date": commit.date,
        "co_authors": [str(each) for each in commit.co_authors], "subject": commit.subject,
    }  # fmt: skip


def _comparison(application: Application, found: Comparison) -> None:
    from cli.columns import columns
    from promotion.text import escaped

    parts: dict[str, list[Sequence[Cell]]] = {
        "Commits": [
            (each.id[:_SHORT], escaped(each.author.name), escaped(each.subject)) for each in found.commits
        ],
        "Resources": list(_settings(found.resources)),
        "Configuration": list(_settings(found.configuration)),
        "Functions": [(each.change, each.name) for each in found.functions],
    }  # fmt: skip
    for title, rows in parts.items():
        if rows:
            application.out.print(f"\n[bold]{title}[/bold]")
            columns(application.out, rows)
    if not any(parts.values()):
        application.out.print("Nothing differs.")


def _settings(settings: Sequence[Setting]) -> Iterator[Sequence[Cell]]:
    from promotion.text import escaped

    for each in settings:
        yield each.environment, each.path, f"{escaped(str(each.before))} → {escaped(str(each.after))}"
