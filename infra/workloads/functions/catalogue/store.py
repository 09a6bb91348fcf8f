"""Artists, releases and tracks in PostgreSQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..common.database import Database, Row

_LIST = """
select cast(r.id as text) as id, r.position, r.title, a.name as artist, count(t.number) as tracks
from releases r join artists a on a.id = r.artist_id left join tracks t on t.release_id = r.id
where r.position > :after
group by r.id, r.position, r.title, a.name
order by r.position
limit :size"""

_ONE = """
select cast(r.id as text) as id, r.title, a.name as artist, cast(coalesce(
  json_agg(json_build_object('number', t.number, 'title', t.title, 'seconds', t.seconds) order by t.number)
  filter (where t.number is not null), '[]') as text) as tracks
from releases r join artists a on a.id = r.artist_id left join tracks t on t.release_id = r.id
where r.id = cast(:id as uuid)
group by r.id, r.title, a.name"""

_ARTIST = """
insert into artists (name) values (:name)
on conflict (name) do update set name = excluded.name
returning cast(id as text) as id"""

_RELEASE = """
insert into releases (artist_id, title) values (cast(:artist as uuid), :title)
on conflict do nothing
returning cast(id as text) as id"""

_TRACK = """
insert into tracks (release_id, number, title, seconds)
values (cast(:release as uuid), :number, :title, :seconds)"""


class AlreadyThere(Exception):
    """The artist has a release of that title."""


@dataclass(frozen=True)
class Track:
    """A track and how long it plays, in seconds."""

    title: str
    seconds: int


@dataclass(frozen=True)
class Release:
    """A release that is not stored yet."""

    artist: str
    title: str
    tracks: tuple[Track, ...]


def page(database: Database, after: int, size: int) -> list[Row]:
    """At most `size` releases in the order of their making, after position `after`."""
    return database.execute(_LIST, after=after, size=size)


def one(database: Database, release_id: str) -> dict[str, Any] | None:
    """A release with its tracks."""
    rows = database.execute(_ONE, id=release_id)
    return {**rows[0], "tracks": json.loads(rows[0]["tracks"])} if rows else None


def add(database: Database, release: Release) -> str:
    """Store a release with its tracks, all or nothing, and return its id; raises AlreadyThere."""
    with database.transaction() as step:
        artist = step.execute(_ARTIST, name=release.artist)[0]["id"]
        made = step.execute(_RELEASE, artist=artist, title=release.title)
        if not made:
            raise AlreadyThere(f"{release.artist} has a release {release.title!r} already")
        for number, track in enumerate(release.tracks, 1):
            step.execute(_TRACK, release=made[0]["id"], number=number, title=track.title, seconds=track.seconds)
    return str(made[0]["id"])
