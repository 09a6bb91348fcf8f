"""Section 3.1: Firebase projects."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.matching import at_least, containing, some
from tests.fidelity.readings.configuration import parameters
from tests.fidelity.readings.firebase import database, exports, files, places, project, sign_in, storage
from tests.fidelity.table import Locally, Row, over, table

BOTH = ["google.com", "password"]
FILES = "/{allPaths=**}"
USER = "/users/{userId}/{allPaths=**}"
CACHED, UNCACHED = "public, max-age=3600", "private, max-age=0"  # Storage has no CDN switch (C-53)

TABLE = table(
    ("3.1-02", "prod", project, "project name", "Distro Nation Production"),
    ("3.1-04", "prod", places, "database default location", "us-central1"),
    ("3.1-04", "prod", places, "bucket content location", "us-central1"),
    ("3.1-05", "prod", sign_in, "sign-in ways", BOTH),
    ("3.1-06", "prod", sign_in, "sign-in ways", BOTH),
    ("3.1-07", "prod", sign_in, "sign-in least-password", at_least(12)),  # C-49
    ("3.1-07", "prod", sign_in, "sign-in hides-users", True),
    ("3.1-07", "prod", sign_in, "sign-in duplicate-emails", False),
    ("3.1-08", "prod", database, "/public write", containing("auth.token.admin === true")),
    ("3.1-08", "prod", storage, "/public/{allPaths=**} write", containing("auth.token.admin == true")),
    ("3.1-09", "prod", parameters, "/prod/config/firebase/session-hours value", "24"),  # C-50
    ("3.1-10", "prod", database, "names",
     ["/artists", "/artists/$artistId", "/public", "/public/releases", "/users/$uid"]),
    ("3.1-11", "prod", database, "/artists indexes", some()),  # C-51
    ("3.1-11", "prod", database, "/public/releases indexes", some()),
    ("3.1-12", "prod", exports, "daily when", "30 4 * * *"),  # C-52
    ("3.1-12", "prod", exports, "hourly when", "5 * * * *"),  # C-21
    ("3.1-13", "prod", storage, f"{USER} read", "request.auth != null && request.auth.uid == userId"),
    ("3.1-14", "prod", files, "files deleted-after", None),
    ("3.1-14", "prod", files, "files protected", True),
    ("3.1-15", "prod", parameters, "/prod/config/firebase/public-cache-control value", CACHED),
    ("3.1-17", "staging", project, "project name", "Distro Nation Staging"),
    ("3.1-19", "staging", places, "database default location", "us-central1"),
    ("3.1-19", "staging", places, "bucket content location", "us-central1"),
    ("3.1-20", "staging", sign_in, "sign-in ways", BOTH),
    ("3.1-21", "staging", database, "/ write", "auth != null && auth.token.tester === true"),  # C-54
    ("3.1-23", "staging", parameters, "/staging/config/firebase/session-hours value", "24"),
    ("3.1-24", "staging", database, "/ read", "auth != null && auth.token.tester === true"),
    ("3.1-25", "staging", database, "/artists indexes", ["ownerId", "name"]),
    ("3.1-25", "staging", database, "/public/releases indexes", ["artistId", "publishedAt"]),
    ("3.1-25", "prod", database, "/artists indexes", ["ownerId", "name"]),
    ("3.1-25", "prod", database, "/public/releases indexes", ["artistId", "publishedAt"]),
    ("3.1-26", "staging", exports, "weekly when", "30 4 * * 0"),
    ("3.1-26", "staging", exports, "database exports", ["weekly"]),
    ("3.1-27", "staging", storage, f"{FILES} write", "request.auth != null && request.auth.token.tester == true"),
    ("3.1-28", "staging", files, "files deleted-after", 30),
    ("3.1-29", "staging", parameters, "/staging/config/firebase/public-cache-control value", CACHED),
    ("3.1-31", "dev", project, "project name",
     Locally("Distro Nation Development", "Distro Nation Local", "each environment has a project of its own")),
    ("3.1-33", "dev", places, "database default location", "us-central1"),
    ("3.1-33", "dev", places, "bucket content location", "us-central1"),
    ("3.1-34", "dev", sign_in, "sign-in ways", ["password"]),
    ("3.1-35", "dev", database, "names", ["/", "/artists"]),
    ("3.1-35", "dev", database, "/ read", "auth != null"),
    ("3.1-37", "dev", parameters, "/dev/config/firebase/session-hours value", "168"),
    ("3.1-38", "dev", database, "/ read", "auth != null"),  # C-56
    ("3.1-38", "dev", database, "/ write", "auth != null"),
    ("3.1-39", "dev", database, "/artists indexes", ["ownerId"]),
    ("3.1-39", "dev", database, "names", ["/", "/artists"]),
    ("3.1-40", "dev", exports, "database exports", []),
    ("3.1-41", "dev", storage, f"{FILES} read", "request.auth != null"),
    ("3.1-42", "dev", files, "files deleted-after", 7),
    ("3.1-43", "dev", parameters, "/dev/config/firebase/public-cache-control value", UNCACHED),
    ("8.1-16", "dev", sign_in, "sign-in ways", ["password"]),
    ("7.2-07", "dev", files, "files deleted-after", 7),
)  # fmt: skip


@over(TABLE)
def test_3_1_firebase(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
