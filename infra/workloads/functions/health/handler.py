"""GET /health: what the environment's functions depend on, each checked for real, and the release deployed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..common import log
from ..common.clients import client
from ..common.database import connect
from ..common.http import Answer, Request, answer, api
from ..common.settings import MissingSetting, Settings, load

Check = Callable[[Settings], object]


def _database(settings: Settings) -> object:
    return connect(settings).execute("select 1 as alive")


def _storage(settings: Settings) -> object:
    return client("s3").head_bucket(Bucket=settings.required("content", "bucket"))


def _parameters(settings: Settings) -> object:
    return client("ssm").get_parameters_by_path(Path=f"/{settings.namespace}/features", MaxResults=1)


def _queue(settings: Settings) -> object:
    url = settings.required("ingest", "queue-url")
    return client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])


CHECKS: Mapping[str, Check] = {
    "database": _database,
    "storage": _storage,
    "parameters": _parameters,
    "queue": _queue,
}


@api
def handle(_request: Request) -> Answer:
    """200 where every dependency answers, else 503; the body names each with its milliseconds."""
    settings = load()
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        results = dict(zip(CHECKS, pool.map(lambda name: _run(name, settings), CHECKS), strict=True))
    healthy = all(result["ok"] for result in results.values())
    body = {
        "status": "ok" if healthy else "unavailable",
        "environment": settings.environment,
        "release": settings.release,
        "checks": results,
    }
    return answer(200 if healthy else 503, body)


def _run(name: str, settings: Settings) -> dict[str, Any]:
    """One check's result. The cause goes to the log alone: the endpoint is public."""
    started = time.monotonic()
    try:
        CHECKS[name](settings)
    except (BotoCoreError, ClientError, MissingSetting) as error:
        log.write("dependency-failed", dependency=name, error=error)
        return {"ok": False, "milliseconds": _since(started)}
    return {"ok": True, "milliseconds": _since(started)}


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
