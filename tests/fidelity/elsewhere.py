"""What no reading of an environment shows, and where it is shown: a behaviour, a procedure, an open point.

An entry may say of which environments it speaks: `2.4-26@dev`. What has rows in a table too stands here with the part
of its check that the rows leave out.
"""

from __future__ import annotations

from collections.abc import Iterator

REHEARSAL = "tests/acceptance/test_rehearsal.py, tests/isolation: environments beside each other leave each other alone"
ADOPTION = "`distro adopt`: what exists already is imported by its id and never replaced"
OPEN = "`distro inventory`: an open point of the document; nothing is made until it is named"
SPECIFICATION = "tests/infra/statements: said of no resource, a value of the specification alone"
RULES = "the emulators of Realtime Database and Storage: rules evaluated for owner, other user, admin and nobody"
SMOKE = "`distro smoke`: the interface is used"
SERVICES = "clients of the foreign services: what their requests carry, and that they stop at the quota"
PROMOTION = "`distro promote`: the gates of a promotion"
EVIDENCE = "`distro test`: suites against an environment, recorded as evidence"
WINDOW = "`distro window`: maintenance windows, open and shut"
RECOVERY = "`distro dr drill`: recovery timed against its objectives"
BASELINE = "`distro baseline`: targets measured"
COST = "`distro cost`: estimates against the ranges"
REFRESH = "`distro data refresh` and `distro seed`: data made, sanitized, validated"
SCHEDULE = "`distro schedule`: what stops and starts when"
INVENTORY = "`distro inventory` and `distro drift`: resources, dependencies, open points, changes by hand"
DEVELOPMENT = "`distro preview` and `distro up local --watch`: a schema is changed"

ELSEWHERE: dict[str, str] = {
    REHEARSAL: "0.2-10 1.1-12 2.4-09",
    ADOPTION: "2.1-17 2.2-01 2.3-01 2.3-02 2.4-18 2.4-20 4.1-01 4.1-06 4.2-01 4.2-07 4.2-08 7.2-04@prod",
    OPEN: "2.4-19 2.4-22 2.4-23 2.4-26@dev 2.4-27@dev 3.1-18 3.1-32",
    SPECIFICATION: "3.1-22 3.1-36 6.1-14@staging 8.1-14",
    RULES: "3.1-08 3.1-10 3.1-13 3.1-21 3.1-24 3.1-27 3.1-35 3.1-38 3.1-41 3.2-01 3.2-02 3.2-03 3.2-04 3.2-05 3.2-06 "
    "3.2-07 3.2-09 3.2-10 3.2-11 3.2-12 3.2-13 3.2-14",
    SMOKE: "2.1-05 2.1-19 3.1-05 3.1-06 3.1-09 3.1-23 3.1-37 6.1-05 8.1-16",
    SERVICES: "5.1-20 5.1-23 5.1-25 5.1-28",
    PROMOTION: "1.1-03 1.1-19 1.2-01 1.2-02 1.2-03 1.2-05 1.2-06 1.2-07 1.2-08 1.2-09 1.2-10 1.2-11 1.2-12 1.2-13 "
    "1.2-14 9.1-04 9.1-05 9.1-06 11.2-07 12.2-04",
    EVIDENCE: "1.1-11 1.1-14 1.2-04 6.1-13",
    WINDOW: "1.1-08 1.1-16 1.1-25 9.1-01 9.1-02 9.1-03 9.1-07 9.1-08 9.1-09 9.1-10",
    RECOVERY: "1.1-05 2.1-22 3.1-12 3.1-26 10.1-01 10.1-02 10.1-05 10.1-06 10.1-07 10.1-08 10.1-09 10.1-10 10.1-11 "
    "10.1-12 10.1-13 10.1-14 10.1-15 11.2-06",
    BASELINE: "0.2-08 0.2-11 0.2-12 1.1-02 6.2-01 6.2-03 6.2-05 6.2-07 6.2-09",
    COST: "7.1-01 7.1-02 7.1-03 7.1-04 7.1-05 7.1-06 7.1-07 7.1-08 7.1-09 7.1-10 7.1-11 7.1-12 7.1-13 7.1-14 7.1-15 "
    "7.1-16 7.1-17 7.1-18 7.1-19 7.2-01 7.2-02 11.2-08",
    REFRESH: "8.1-22 8.1-23 9.2-01 9.2-02 9.2-03 9.2-04 9.2-05 9.2-06 9.2-07 9.2-08 11.2-02",
    SCHEDULE: "7.2-06",
    INVENTORY: "8.1-11 11.1-01 11.1-02 11.1-03 11.1-04 11.2-01 11.2-03 11.2-04 11.2-05 12.2-02",
    DEVELOPMENT: "4.2-11 4.2-12",
}


def entries() -> Iterator[tuple[str, str, str]]:
    """Statement, environment (empty: each), and where it is shown."""
    for where, ids in ELSEWHERE.items():
        for entry in ids.split():
            statement, _, environment = entry.partition("@")
            yield statement, environment, where


def shown(statement: str, environment: str) -> str | None:
    """Where a statement is shown beside this folder's tables."""
    found = (where for id, env, where in entries() if id == statement and env in ("", environment))
    return next(found, None)
