"""The Data API on a real PostgreSQL, through boto3: what AWS's documentation says, operation by operation."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import httpx
import psycopg
import pytest
from botocore.exceptions import ClientError

from local.emulators.postgres import superuser_url
from tests.local.emulators.alone import Emulators
from tests.local.rdsdata.conftest import DataApi, secret

pytestmark = pytest.mark.xdist_group("rdsdata")

UUID = "6f1c1f0e-35c0-4a55-9cf4-1d2fcd6b1f66"


def text(name: str, value: str, hint: str | None = None) -> dict[str, Any]:
    return {"name": name, "value": {"stringValue": value}, **({"typeHint": hint} if hint else {})}


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def message(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Message"])


@pytest.fixture
def _songs(api: DataApi) -> None:
    api.execute("drop table if exists songs")
    api.execute(
        "create table songs (id bigserial primary key, title varchar(20) not null, price numeric(8,2), "
        "key uuid, made timestamptz, tags text[])"
    )


def test_a_database_is_found_by_the_name_that_its_cluster_gives_it(api: DataApi, emulators: Emulators) -> None:
    with psycopg.connect(superuser_url(emulators.plan), autocommit=True) as connection:
        connection.execute("create database archive_main owner owner")  # another cluster took `archive`
    [[name]] = api.rows("select cast(current_database() as text)", database="archive")
    assert name == {"stringValue": "archive_main"}


# --- parameters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ({"stringValue": "it's :x"}, "character varying"),
        ({"longValue": -(2**63)}, "bigint"),
        ({"doubleValue": 0.1}, "double precision"),
        ({"booleanValue": False}, "boolean"),
        ({"blobValue": b"\x00\xff"}, "bytea"),
    ],
)
def test_parameters_keep_value_and_type(api: DataApi, value: dict[str, Any], type_: str) -> None:
    [[same, kind]] = api.rows("select :p, cast(pg_typeof(:p) as text)", {"name": "p", "value": value})
    assert (same, kind) == (value, {"stringValue": type_})


@pytest.mark.parametrize(
    ("hint", "value", "type_"),
    [
        ("DATE", "2026-02-28", "date"),
        ("TIME", "10:11:12.5", "time without time zone"),
        ("TIMESTAMP", "2026-02-28 10:11:12.5", "timestamp without time zone"),
        ("DECIMAL", "12345678901234567890.5", "numeric"),
        ("UUID", UUID, "uuid"),
        ("JSON", '{"a":1}', "json"),
    ],
)
def test_type_hints(api: DataApi, hint: str, value: str, type_: str) -> None:
    [[same, kind]] = api.rows("select :p, cast(pg_typeof(:p) as text)", text("p", value, hint))
    assert (same, kind) == ({"stringValue": value}, {"stringValue": type_})


@pytest.mark.usefixtures("_songs")
def test_null(api: DataApi) -> None:
    null = {"name": "p", "value": {"isNull": True}}
    api.execute("insert into songs (title, key, price) values ('x', :p, :p)", null)
    assert api.rows("select key, price from songs") == [[{"isNull": True}] * 2]


@pytest.mark.usefixtures("_songs")
def test_string_is_no_uuid_without_a_hint_as_on_aws(api: DataApi) -> None:
    with pytest.raises(ClientError) as error:
        api.execute("insert into songs (title, key) values ('x', :k)", text("k", UUID))
    assert message(error).startswith('ERROR: column "key" is of type uuid but expression is of type character varying')
    api.execute("insert into songs (title, key) values ('x', :k)", text("k", UUID, "UUID"))


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        ({"name": "p", "value": {"arrayValue": {"longValues": [1]}}}, "Array parameters are not supported."),
        (text("p", "2026-02-28T10:11:12", "TIMESTAMP"), "not in the format"),
        ({"name": "p", "value": {"longValue": 1}, "typeHint": "DATE"}, "a string value only"),
        (text("other", "x"), "Cannot find parameter: p"),
    ],
)
def test_bad_parameters(api: DataApi, parameter: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientError) as error:
        api.execute("select :p", parameter)
    assert code(error) == "BadRequestException"
    assert said in message(error)


# --- results ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "field"),
    [
        ("1::smallint", {"longValue": 1}),
        ("9223372036854775807", {"longValue": 9223372036854775807}),
        ("1.10::numeric(5,2)", {"stringValue": "1.10"}),
        ("0.1::float8", {"doubleValue": 0.1}),
        ("'a'::char(3)", {"stringValue": "a  "}),
        ("true", {"booleanValue": True}),
        ("null::int", {"isNull": True}),
        ("'\\x00ff'::bytea", {"blobValue": b"\x00\xff"}),
        ("date '2026-02-28'", {"stringValue": "2026-02-28"}),
        ("timestamp '2026-02-28 10:11:12'", {"stringValue": "2026-02-28 10:11:12"}),
        ("timestamptz '2026-02-28 10:11:12.5+02'", {"stringValue": "2026-02-28 08:11:12.5"}),
        ("'{\"a\": 1}'::jsonb", {"stringValue": '{"a": 1}'}),
        ("array[1,null,3]", {"arrayValue": {"longValues": [1, None, 3]}}),
        ("array[true]", {"arrayValue": {"booleanValues": [True]}}),
        ("array[0.5::float8]", {"arrayValue": {"doubleValues": [0.5]}}),
        ("array['a,b','say \"hi\"','\\\\','NULL',null]",
         {"arrayValue": {"stringValues": ["a,b", 'say "hi"', "\\\\", "NULL", None]}}),
        ("array[]::text[]", {"arrayValue": {"stringValues": []}}),
    ],
)  # fmt: skip
def test_fields(api: DataApi, expression: str, field: dict[str, Any]) -> None:
    assert api.rows(f"select {expression}") == [[field]]


def test_enums_are_strings(api: DataApi) -> None:
    api.execute("drop type if exists mood")
    api.execute("create type mood as enum ('calm', 'loud')")
    result = api.execute("select 'calm'::mood as m, array['loud']::mood[] as ms", includeResultMetadata=True)
    assert result["records"] == [[{"stringValue": "calm"}, {"arrayValue": {"stringValues": ["loud"]}}]]
    assert [column["typeName"] for column in result["columnMetadata"]] == ["mood", "_mood"]


@pytest.mark.parametrize("expression", ["interval '1 day'", "point '(1,2)'", "'1'::money", "array[array[1]]"])
def test_unsupported_results(api: DataApi, expression: str) -> None:
    with pytest.raises(ClientError) as error:
        api.execute(f"select {expression}")
    assert code(error) == "UnsupportedResultException"


def test_result_set_options(api: DataApi) -> None:
    options = {"decimalReturnType": "DOUBLE_OR_LONG", "longReturnType": "STRING"}
    assert api.rows("select 1.5::numeric, 2::numeric, 3", resultSetOptions=options) == [
        [{"doubleValue": 1.5}, {"longValue": 2}, {"stringValue": "3"}]
    ]


def test_json_result(api: DataApi) -> None:
    result = api.execute("select 1 as n, 'x' as s, null as z, array[1] as a", formatRecordsAs="JSON")
    assert json.loads(result["formattedRecords"]) == [{"n": 1, "s": "x", "z": None, "a": [1]}]
    assert "records" not in result


@pytest.mark.usefixtures("_songs")
def test_metadata(api: DataApi) -> None:
    result = api.execute("select id, title as name, price, 1 + 1 as two, tags from songs", includeResultMetadata=True)
    serial, varchar, numeric, computed, array = result["columnMetadata"]
    assert serial == {
        "arrayBaseColumnType": 0, "isAutoIncrement": True, "isCaseSensitive": False, "isCurrency": False,
        "isSigned": True,
        "label": "id", "name": "id", "nullable": 0, "precision": 19, "scale": 0, "schemaName": "", "tableName": "songs",
        "type": -5, "typeName": "bigserial",
    }  # fmt: skip
    keys = ("label", "type", "typeName", "precision", "nullable")
    assert [varchar[key] for key in keys] == ["name", 12, "varchar", 20, 0]
    assert [numeric[key] for key in ("type", "precision", "scale", "nullable")] == [2, 8, 2, 1]
    assert [computed[key] for key in ("typeName", "tableName", "nullable")] == ["int4", "", 2]
    assert [array[key] for key in ("type", "typeName", "arrayBaseColumnType")] == [2003, "_text", 12]


@pytest.mark.usefixtures("_songs")
def test_updates_are_counted(api: DataApi) -> None:
    made = api.execute("insert into songs (title) values ('a'), ('b')")
    assert (made["numberOfRecordsUpdated"], made["generatedFields"]) == (2, [])
    assert api.execute("delete from songs where title = 'a'")["numberOfRecordsUpdated"] == 1
    assert api.execute("select * from songs")["numberOfRecordsUpdated"] == 0


@pytest.mark.usefixtures("_songs")
def test_returning_gives_records(api: DataApi) -> None:
    assert api.rows("insert into songs (title) values ('a') returning id") == [[{"longValue": 1}]]


def test_too_large_a_result(api: DataApi) -> None:
    with pytest.raises(ClientError) as error:
        api.execute("select repeat('x', 1000) from generate_series(1, 2000)")
    assert code(error) == "UnsupportedResultException"


# --- batches ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_songs")
def test_batch(api: DataApi) -> None:
    sets = [[text("t", "a")], [text("t", "b")]]
    sql = "insert into songs (title) values (:t)"
    result = api.client().batch_execute_statement(**api.target(), sql=sql, parameterSets=sets)
    assert result["updateResults"] == [{"generatedFields": []}] * 2
    assert api.rows("select title from songs order by id") == [[{"stringValue": "a"}], [{"stringValue": "b"}]]


@pytest.mark.usefixtures("_songs")
def test_failing_batch_changes_nothing(api: DataApi) -> None:
    sets = [[text("t", "a")], [{"name": "t", "value": {"isNull": True}}]]
    with pytest.raises(ClientError, match="23502"):
        api.client().batch_execute_statement(
            **api.target(), sql="insert into songs (title) values (:t)", parameterSets=sets
        )
    assert api.rows("select count(*) from songs") == [[{"longValue": 0}]]


# --- transactions ----------------------------------------------------------------------------------------------------


def begin(api: DataApi) -> str:
    return str(api.client().begin_transaction(**api.target())["transactionId"])


def end(api: DataApi, how: str, transaction: str) -> str:
    call = getattr(api.client(), f"{how}_transaction")
    return str(call(resourceArn=api.cluster, secretArn=api.secret, transactionId=transaction)["transactionStatus"])


@pytest.mark.usefixtures("_songs")
def test_commit(api: DataApi) -> None:
    transaction = begin(api)
    api.execute("insert into songs (title) values ('a')", transactionId=transaction)
    assert api.rows("select count(*) from songs") == [[{"longValue": 0}]]
    assert end(api, "commit", transaction) == "Transaction Committed"
    assert api.rows("select count(*) from songs") == [[{"longValue": 1}]]


@pytest.mark.usefixtures("_songs")
def test_rollback(api: DataApi) -> None:
    transaction = begin(api)
    api.execute("insert into songs (title) values ('a')", transactionId=transaction)
    assert end(api, "rollback", transaction) == "Rollback Complete"
    assert api.rows("select count(*) from songs") == [[{"longValue": 0}]]


@pytest.mark.parametrize("how", ["commit", "rollback"])
def test_ended_transaction_is_not_found(api: DataApi, how: str) -> None:
    transaction = begin(api)
    end(api, how, transaction)
    with pytest.raises(ClientError) as error:
        api.execute("select 1", transactionId=transaction)
    assert code(error) == "TransactionNotFoundException"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_commit_after_a_failed_statement_fails(api: DataApi) -> None:
    transaction = begin(api)
    with pytest.raises(ClientError, match="22012"):
        api.execute("select 1/0", transactionId=transaction)
    with pytest.raises(ClientError, match="25P02"):
        end(api, "commit", transaction)


def test_transaction_is_bound_to_its_database(api: DataApi) -> None:
    transaction = begin(api)
    with pytest.raises(ClientError, match="Database name is not the same as transaction's"):
        api.execute("select 1", transactionId=transaction, database="postgres")
    end(api, "rollback", transaction)


@pytest.mark.usefixtures("_songs")
def test_forgotten_transaction_is_rolled_back(impatient: DataApi) -> None:
    transaction = begin(impatient)
    impatient.execute("insert into songs (title) values ('a')", transactionId=transaction)
    time.sleep(2)
    with pytest.raises(ClientError, match="is not found"):
        end(impatient, "commit", transaction)
    assert impatient.rows("select count(*) from songs") == [[{"longValue": 0}]]


def test_calls_of_a_transaction_wait_for_each_other(api: DataApi) -> None:
    transaction = begin(api)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: api.execute("select pg_sleep(0.05)", transactionId=transaction), range(8)))
    end(api, "rollback", transaction)


def test_session_leaves_nothing_to_the_next(api: DataApi) -> None:
    api.execute("set application_name = 'mine'")
    time.sleep(0.2)
    assert api.rows("select current_setting('application_name')") == [[{"stringValue": "RDS Data API"}]]


# --- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select * from nowhere", 'ERROR: relation "nowhere" does not exist; Position: 15; SQLState: 42P01'),
        ("select 1; select 2", "ERROR: cannot insert multiple commands into a prepared statement; SQLState: 42601"),
        ("selec", 'ERROR: syntax error at or near "selec"; Position: 1; SQLState: 42601'),
    ],
)
def test_database_errors(api: DataApi, sql: str, said: str) -> None:
    with pytest.raises(ClientError) as error:
        api.execute(sql)
    assert (code(error), message(error)) == ("DatabaseErrorException", said)


def test_statement_time_out(impatient: DataApi) -> None:
    with pytest.raises(ClientError) as error:
        impatient.execute("select pg_sleep(30)")
    assert (code(error), message(error)) == ("StatementTimeoutException", "Request timed out")
    assert cast(dict[str, Any], error.value.response)["dbConnectionId"] > 0
    running = "select count(*) from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'"
    assert impatient.rows(running) == [[{"longValue": 0}]]


@pytest.mark.usefixtures("_songs")
def test_statement_may_go_on_after_the_time_out(impatient: DataApi) -> None:
    sql = "with waited as (select pg_sleep(2)) insert into songs (title) select 'late' from waited"
    with pytest.raises(ClientError, match="StatementTimeoutException"):
        impatient.execute(sql, continueAfterTimeout=True)
    time.sleep(2)
    assert impatient.rows("select title from songs") == [[{"stringValue": "late"}]]


def test_database_that_is_not_there(api: DataApi) -> None:
    with pytest.raises(ClientError) as error:
        api.execute("select 1", database="nowhere")
    assert message(error) == 'ERROR: database "nowhere" does not exist; SQLState: 3D000'


def test_unknown_cluster(api: DataApi) -> None:
    with pytest.raises(ClientError) as error:
        api.execute("select 1", resourceArn=f"{api.cluster}-other")
    assert code(error) == "BadRequestException"


def test_unknown_secret(api: DataApi) -> None:
    with pytest.raises(ClientError) as error:
        api.execute("select 1", secretArn=f"{api.secret}x")
    assert (code(error), message(error)) == (
        "SecretsErrorException",
        "Secrets Manager can't find the specified secret.",
    )


@pytest.mark.parametrize("value", ["plain text", '{"username": "owner"}', "[]"])
def test_secret_without_credentials(api: DataApi, value: str) -> None:
    with pytest.raises(ClientError) as error:
        api.execute("select 1", secretArn=secret(api.emulators, f"bad-{abs(hash(value))}", value))
    assert code(error) == "InvalidSecretException"


def test_wrong_password(api: DataApi) -> None:
    wrong = secret(api.emulators, "wrong", json.dumps({"username": "owner", "password": "guess"}))
    with pytest.raises(ClientError) as error:
        api.execute("select 1", secretArn=wrong)
    assert message(error) == 'ERROR: password authentication failed for user "owner"; SQLState: 28P01'


def test_cluster_without_the_data_api(api: DataApi) -> None:
    rds = api.emulators.client("rds", "moto")
    made = rds.create_db_cluster(
        DBClusterIdentifier="closed", Engine="aurora-postgresql", MasterUsername="owner", MasterUserPassword="x" * 8,
        Tags=[{"Key": "distro:http-endpoint", "Value": "false"}],
    )["DBCluster"]  # fmt: skip
    with pytest.raises(ClientError) as error:
        api.execute("select 1", resourceArn=made["DBClusterArn"])
    assert (code(error), message(error)) == (
        "HttpEndpointNotEnabledException", "HttpEndpoint is not enabled for cluster closed"
    )  # fmt: skip


def test_unsigned_requests_are_refused(api: DataApi) -> None:
    answer = httpx.post(f"{api.url}/Execute", json=api.target(sql="select 1"), trust_env=False)
    assert (answer.status_code, answer.headers["x-amzn-errortype"]) == (403, "MissingAuthenticationTokenException")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"sql": 1}', b'{"resourceArn": "x"}'])
def test_malformed_requests(api: DataApi, body: bytes) -> None:
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=test"}
    answer = httpx.post(f"{api.url}/Execute", content=body, headers=headers, trust_env=False)
    assert answer.status_code == 400
    assert answer.headers["x-amzn-errortype"] in ("BadRequestException", "ValidationException")


def test_many_at_once(api: DataApi) -> None:
    with ThreadPoolExecutor(32) as pool:
        found = pool.map(
            lambda number: api.rows("select :n", {"name": "n", "value": {"longValue": number}}), range(200)
        )
        assert [row[0][0]["longValue"] for row in found] == list(range(200))


def test_sessions_that_the_server_ended_are_opened_again(api: DataApi) -> None:
    """As after a restart of PostgreSQL, which ends every session that was kept."""
    assert api.rows("select 1") == [[{"longValue": 1}]]
    with psycopg.connect(superuser_url(api.emulators.plan), autocommit=True) as server:
        ended = server.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'owner'")
        assert ended.fetchall()
    assert api.rows("select 2") == [[{"longValue": 2}]]
