"""Aurora (section 2.2): the database directly, where that is allowed, and through the RDS Data API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from operations.smoke.check import Check, Context, expect

if TYPE_CHECKING:
    from infra.environment import Environment

_SUM = 42


def _direct(context: Context) -> str:
    import psycopg

    with psycopg.connect(context.output("database_url"), connect_timeout=5) as connection:
        row = connection.execute("select current_database(), current_setting('server_version')").fetchone()
    expect(row is not None and row[0] == context.output("database_name"), f"the URL leads to {row}")
    return f"PostgreSQL {row[1]}" if row else ""


def _data_api(context: Context) -> str:
    answer = context.aws("rds-data").execute_statement(
        resourceArn=context.output("database_cluster_arn"), secretArn=context.output("database_secret_arn"),
        database=context.output("database_name"), sql="select :n::int + 1 as next",
        parameters=[{"name": "n", "value": {"longValue": 41}}],
    )  # fmt: skip
    found = answer["records"][0][0].get("longValue")
    expect(found == _SUM, f"41 + 1 is {found}")
    return "statements with parameters"


def _is_open(environment: Environment) -> bool:
    """Whether people connect to PostgreSQL as a matter of course: elsewhere nobody is given the password."""
    return environment.database.direct_access == "team"


CHECKS = (Check("database", "aurora", _direct, _is_open), Check("data-api", "aurora", _data_api))
