"""The REST APIs (section 4.1): HTTP through API Gateway to functions that reach everything behind them."""

from __future__ import annotations

import uuid
from typing import Any

from operations.smoke.check import Check, CheckFailed, Context, expect


def _health(context: Context) -> str:
    body = _json(context, "GET", "/health", expected=200)
    checks = body["checks"]
    broken = [name for name, result in checks.items() if not result["ok"]]
    expect(not broken, f"the health function cannot reach {', '.join(broken)}")
    expect(body["environment"] == context.environment.name, f"it says it is {body['environment']}")
    return f"{len(checks)} dependencies answer, release {body['release']}"


def _catalogue(context: Context) -> str:
    title = f"Smoke {uuid.uuid4()}"
    release = {"artist": "Smoke", "title": title, "tracks": [{"title": "One", "seconds": 1}]}
    made = _json(context, "POST", "/catalogue", expected=201, json=release)["id"]
    try:
        found = _json(context, "GET", f"/catalogue/{made}", expected=200)
        expect(found["title"] == title, f"wrote {title!r}, read {found['title']!r}")
        stored = _stored(context, made)
        expect(stored == title, f"PostgreSQL holds {stored!r} for what the API wrote")
    finally:
        _execute(context, "delete from releases where id = :id::uuid", made)
    return "written and read through API Gateway, Lambda and the Data API"


def _stored(context: Context, release: str) -> str | None:
    answer = _execute(context, "select title from releases where id = :id::uuid", release)
    records = answer["records"]
    return records[0][0]["stringValue"] if records else None


def _execute(context: Context, sql: str, release: str) -> Any:
    return context.aws("rds-data").execute_statement(
        resourceArn=context.output("database_cluster_arn"), secretArn=context.output("database_secret_arn"),
        database=context.output("database_name"), sql=sql,
        parameters=[{"name": "id", "value": {"stringValue": release}}],
    )  # fmt: skip


def _refuses(context: Context) -> str:
    body = _json(context, "POST", "/catalogue", expected=400, json={"artist": ""})
    return f"a wrong request is refused: {body['error']}"


def _json(context: Context, method: str, path: str, *, expected: int, json: Any = None) -> Any:
    response = context.api(method, path, json)
    if response.status_code != expected:
        raise CheckFailed(f"{method} {path} answered {response.status_code}: {response.text[:300]}")
    return response.json()


CHECKS = (
    Check("api-health", "apigateway", _health),
    Check("catalogue", "lambda", _catalogue),
    Check("api-validation", "apigateway", _refuses),
)
