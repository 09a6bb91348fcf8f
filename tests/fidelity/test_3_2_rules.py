"""Section 3.2: Firebase's security rules, as they are released; what they allow is shown where they are evaluated."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.matching import containing
from tests.fidelity.readings.firebase import database, storage
from tests.fidelity.table import Row, over, table

ADMIN = "auth != null && auth.token.admin === true"
OWNER = "auth != null && $uid === auth.uid"
ARTIST = (  # C-57
    "auth != null && (auth.token.admin === true || data.child('ownerId').val() === auth.uid || "
    "(!data.exists() && newData.child('ownerId').val() === auth.uid))"
)
USERS, PUBLIC, EVERYTHING = "/users/{userId}/{allPaths=**}", "/public/{allPaths=**}", "/{allPaths=**}"
OWN_FILES = "request.auth != null && request.auth.uid == userId"

TABLE = table(
    ("3.2-01", "prod", database, "/users/$uid read", OWNER),
    ("3.2-02", "prod", database, "/users/$uid write", f"{OWNER} && auth.token.email_verified === true"),
    ("3.2-03", "prod", database, "/artists read", "auth != null"),
    ("3.2-04", "prod", database, "/artists/$artistId write", ARTIST),
    ("3.2-05", "prod", database, "/public read", True),
    ("3.2-06", "prod", database, "/public write", ADMIN),
    ("3.2-07", "prod", database, "/artists write", None),
    ("3.2-07", "prod", database, "/public/releases read", None),  # indexes alone
    ("3.2-07", "prod", database, "/public/releases write", None),
    ("3.2-07", "prod", database, "names",
     ["/artists", "/artists/$artistId", "/public", "/public/releases", "/users/$uid"]),
    ("3.2-08", "prod", storage, "language first", "rules_version = '2';"),
    ("3.2-08", "prod", storage, "language source", containing("service firebase.storage", "match /b/{bucket}/o")),
    ("3.2-09", "prod", storage, f"{USERS} read", OWN_FILES),
    ("3.2-09", "prod", storage, f"{USERS} write", OWN_FILES),
    ("3.2-10", "prod", storage, f"{PUBLIC} read", "true"),
    ("3.2-11", "prod", storage, f"{PUBLIC} write", "request.auth != null && request.auth.token.admin == true"),
    ("3.2-11", "prod", storage, "names", [PUBLIC, USERS, "language"]),
    ("3.2-12", "dev", database, "/ read", "auth != null"),
    ("3.2-13", "dev", database, "/ write", "auth != null"),
    ("3.2-14", "dev", storage, "language first", "rules_version = '2';"),
    ("3.2-14", "dev", storage, f"{EVERYTHING} read", "request.auth != null"),
    ("3.2-14", "dev", storage, f"{EVERYTHING} write", "request.auth != null"),
    ("3.2-14", "dev", storage, "names", [EVERYTHING, "language"]),
)  # fmt: skip


@over(TABLE)
def test_3_2_rules(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
