"""Where Firebase keeps data (Realtime Database, Cloud Storage), and its rules: recorded until their emulators exist."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, ClassVar

from infra.errors import OperationFailed
from local.provider.google import project_number, table
from local.provider.properties import json_equal
from local.provider.resource import Created, Inputs, Recorded, recorded

if TYPE_CHECKING:
    from local.provider.cloud import Cloud

NO_DATABASE = "the sandbox has no Realtime Database emulator yet: kept in the state alone"
NO_STORAGE = "the sandbox has no Cloud Storage emulator yet: kept in the state alone"
BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
DEFAULT_REGION = "us-central1"


class DatabaseInstance(Recorded):
    """A Realtime Database."""

    type = "gcp:firebase/databaseInstance:DatabaseInstance"
    reason = NO_DATABASE
    identity = ("project", "instanceId")
    properties: ClassVar = table(
        NO_DATABASE, ["desiredState", "deletionPolicy"], fixed=["project", "instanceId", "region", "type"]
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Instances in us-central1 have a URL of their own form; SDKs go to FIREBASE_DATABASE_EMULATOR_HOST instead."""
        instance, region = inputs["instanceId"], inputs["region"]
        host = "firebaseio.com" if region == DEFAULT_REGION else f"{region}.firebasedatabase.app"
        name = f"projects/{project_number(inputs['project'])}/locations/{region}/instances/{instance}"
        outputs = {
            "databaseUrl": f"https://{instance}.{host}",
            "name": name,
            "state": inputs.get("desiredState", "ACTIVE"),
        }
        return Created(f"projects/{inputs['project']}/locations/{region}/instances/{instance}", outputs)


class DatabaseRules(Recorded):
    """The rules of a Realtime Database, for which pulumi-gcp has no type; the id is the database's address."""

    type = "distro:firebasedatabase/rules:Rules"
    reason = NO_DATABASE
    identity = ("databaseUrl",)
    properties: ClassVar = {
        "databaseUrl": recorded(NO_DATABASE, replace=True),
        "rules": recorded(NO_DATABASE, same=json_equal),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Refuses what is no rules document."""
        try:
            rules = json.loads(inputs["rules"]).get("rules")
        except (ValueError, AttributeError) as error:
            raise OperationFailed(f"Realtime Database rules are no JSON object: {error}") from error
        if not isinstance(rules, dict):
            raise OperationFailed('Realtime Database rules have no member "rules"')
        return Created(inputs["databaseUrl"])


class Bucket(Recorded):
    """A bucket of Cloud Storage."""

    type = "gcp:storage/bucket:Bucket"
    reason = NO_STORAGE
    name = "name"
    properties: ClassVar = table(
        NO_STORAGE,
        [
            "forceDestroy",
            "labels",
            "lifecycleRules",
            "cors",
            "versioning",
            "retentionPolicy",
            "softDeletePolicy",
            "publicAccessPrevention",
            "uniformBucketLevelAccess",
            "storageClass",
            "deletionPolicy",
        ],
        fixed=["project", "name", "location"],
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The id is the name, which is unique in the world."""
        name = inputs["name"]
        if not BUCKET.fullmatch(name):
            raise OperationFailed(
                f"{name} is no bucket name: 3 to 63 lower-case letters, digits, hyphens, underscores and dots"
            )
        outputs = {
            "url": f"gs://{name}",
            "selfLink": f"https://www.googleapis.com/storage/v1/b/{name}",
            "projectNumber": int(project_number(inputs["project"])),
        }
        return Created(name, outputs)


class FirebaseBucket(Recorded):
    """A bucket that Firebase's SDKs may use, under Firebase's rules."""

    type = "gcp:firebase/storageBucket:StorageBucket"
    reason = NO_STORAGE
    identity = ("project", "bucketId")
    properties: ClassVar = table(NO_STORAGE, ["deletionPolicy"], fixed=["project", "bucketId"])

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """`projects/<project>/buckets/<bucket>`."""
        name = f"projects/{inputs['project']}/buckets/{inputs['bucketId']}"
        return Created(name, {"name": name})


class Ruleset(Recorded):
    """Rules in Firebase's rules language; they never change, another text is another ruleset."""

    type = "gcp:firebaserules/ruleset:Ruleset"
    reason = NO_STORAGE
    properties: ClassVar = table(NO_STORAGE, ["deletionPolicy"], fixed=["project", "source"])

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Google names it with a random UUID; here the text decides, so that a killed run finds it again."""
        files = inputs["source"]["files"]
        text = "".join(file["content"] for file in files)
        services = re.findall(r"^\s*service\s+([\w.]+)\s*\{", text, re.MULTILINE)
        if not services:
            raise OperationFailed(f"{files[0]['name']} has no `service …` block")
        digest = hashlib.sha256(text.encode()).hexdigest()
        name = f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"
        id = f"projects/{inputs['project']}/rulesets/{name}"
        return Created(id, {"name": name, "metadatas": [{"services": services}]})


class Release(Recorded):
    """A ruleset in force for a service (`firebase.storage/<bucket>`)."""

    type = "gcp:firebaserules/release:Release"
    reason = NO_STORAGE
    identity = ("project", "name")
    properties: ClassVar = table(NO_STORAGE, ["rulesetName", "deletionPolicy"], fixed=["project", "name"])

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """`projects/<project>/releases/<name>`."""
        return Created(f"projects/{inputs['project']}/releases/{inputs['name']}", {"disabled": False})


RESOURCES = [DatabaseInstance, DatabaseRules, Bucket, FirebaseBucket, Ruleset, Release]
