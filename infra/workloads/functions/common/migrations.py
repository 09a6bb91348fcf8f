"""The catalogue's schema as a list of versions, brought up to date before the first statement.

A version that was released is never edited: a change is a new one at the end (section 4.2, schema versions).
"""

from __future__ import annotations

from .database import Database

_LEDGER = """
create table if not exists schema_versions (
  version integer primary key,
  applied_at timestamptz not null default now()
)"""

# Serialises migrations of functions that start at once; any constant that nothing else uses.
_LOCK = "select pg_advisory_xact_lock(7239164)"

VERSIONS: tuple[tuple[str, ...], ...] = (
    (
        """create table artists (
          id uuid primary key default gen_random_uuid(),
          name text not null unique check (name <> ''),
          created_at timestamptz not null default now()
        )""",
        """create table releases (
          id uuid primary key default gen_random_uuid(),
          position bigint generated always as identity unique,
          artist_id uuid not null references artists,
          title text not null check (title <> ''),
          created_at timestamptz not null default now(),
          unique (artist_id, title)
        )""",
        """create table tracks (
          release_id uuid not null references releases on delete cascade,
          number integer not null check (number > 0),
          title text not null check (title <> ''),
          seconds integer not null check (seconds > 0),
          primary key (release_id, number)
        )""",
    ),
    (
        """create table assets (
          key text primary key,
          bytes bigint not null check (bytes >= 0),
          content_type text not null,
          etag text not null,
          ingested_at timestamptz not null default now()
        )""",
    ),
    (
        """create table videos (
          id uuid primary key default gen_random_uuid(),
          release_id uuid not null references releases on delete cascade,
          title text not null check (title <> ''),
          asset_key text references assets,
          published boolean not null default false,
          created_at timestamptz not null default now()
        )""",
        "create index videos_by_release on videos (release_id)",
    ),
)


def migrate(database: Database) -> int:
    """Apply the versions that the database lacks, all or none, and return the version it has then."""
    if _version(database) == len(VERSIONS):
        return len(VERSIONS)
    with database.transaction() as step:
        step.execute(_LOCK)
        step.execute(_LEDGER)
        for number in range(_applied(step), len(VERSIONS)):
            for statement in VERSIONS[number]:
                step.execute(statement)
            step.execute("insert into schema_versions (version) values (:version)", version=number + 1)
    return len(VERSIONS)


def _version(database: Database) -> int:
    """The version without a lock; 0 on a database that has no ledger yet."""
    found = database.execute("select to_regclass('schema_versions') is not null as known")
    return _applied(database) if found[0]["known"] else 0


def _applied(database: Database) -> int:
    return int(database.execute("select coalesce(max(version), 0) as version from schema_versions")[0]["version"])
