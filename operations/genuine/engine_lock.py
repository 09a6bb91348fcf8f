"""The engine's own lock on a stack's state in the bucket: objects that whoever runs an engine leaves while it runs."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine import runner
from engine.workspace import PROJECT
from infra.backend import Backend


@dataclass(frozen=True)
class EngineLock:
    """`s3` is a client that reaches the bucket; `engine` is the name of the engine's program."""

    place: Backend
    stack: str
    s3: Any = field(repr=False)
    engine: str = "pulumi"

    def held(self) -> bool:
        """Whether anybody has it."""
        return next(self._objects(), None) is not None

    def free(self) -> None:
        """End the engine of each holder that is on this machine, and remove the locks.

        An engine elsewhere cannot be ended from here: the caller has waited for the lease that it ran under.
        """
        for key in list(self._objects()):
            lock = json.loads(self.s3.get_object(Bucket=self.place.bucket, Key=key)["Body"].read())
            if lock["hostname"] == socket.gethostname():
                runner.end(int(lock["pid"]), name=self.engine)
            self.s3.delete_object(Bucket=self.place.bucket, Key=key)

    def _objects(self) -> Iterator[str]:
        below = "/".join(filter(None, (self.place.prefix, ".pulumi/locks/organization", PROJECT, self.stack, "")))
        answer = self.s3.list_objects_v2(Bucket=self.place.bucket, Prefix=below)
        return (each["Key"] for each in answer.get("Contents", ()))
