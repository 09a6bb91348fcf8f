"""`smoke` passes on what `up` deployed, and each check fails once its system is broken; `up` mends it.

Systems that no check but their own goes through are broken together, in waves, so that four deployments mend them all.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from infra.progress import silent
from infra.specification import load
from operations.smoke import Context, run
from operations.smoke.run import CHECKS
from tests.acceptance.deployed import NAME, Deployed, aws
from tests.acceptance.drift import FLAG, configure_firebase, firebase_admin, replace_code
from tests.driver import Sandbox
from tests.operations.smoke.test_firebase import BROKEN

pytestmark = pytest.mark.xdist_group("standing")

CONTENT = f"{NAME}-content"


def test_every_check_passes(sandbox: Sandbox) -> None:
    finished = sandbox.run("smoke", "local", "--json")
    assert finished.code == 0, finished.output
    assert {outcome["name"] for outcome in finished.document["checks"]} == {check.name for check in CHECKS}


def test_what_is_checked_on_genuine_clouds_passes(sandbox: Sandbox) -> None:
    """As there: nobody is woken, nothing takes minutes. Firebase's are tested by themselves."""
    variables = sandbox.variables()
    outputs = sandbox.run("outputs", "local", "--json").document
    outputs["database_url"] = variables["DATABASE_URL"]  # the one secret
    there = load("local").model_copy(update={"cloud": "genuine"})
    context = Context(there, outputs, variables, lambda service: aws(variables, service))
    outcomes = run(context, silent, [each.name for each in CHECKS if each.system != "firebase-auth"])
    context.http.close()
    assert [f"{each.name}: {each.detail}" for each in outcomes if each.result == "failed"] == []
    details = {each.name: each.detail for each in outcomes}
    assert "tells" in details["alarm"]
    assert "tried again 2 times" in details["dead-letter-queue"]


def test_one_check_alone(sandbox: Sandbox) -> None:
    finished = sandbox.run("smoke", "local", "--only", "database", "--json")
    assert [outcome["name"] for outcome in finished.document["checks"]] == ["database"]
    assert sandbox.run("smoke", "local", "--only", "no-such-check").code == 2


def _delete_stage(box: Deployed) -> None:
    gateway = box.aws("apigateway")
    api = next(each["id"] for each in gateway.get_rest_apis()["items"] if each["name"].endswith("dn-api"))
    gateway.delete_stage(restApiId=api, stageName="local")


def _delete_bucket(box: Deployed) -> None:
    s3 = box.aws("s3")
    for each in s3.list_objects_v2(Bucket=CONTENT).get("Contents", []):
        s3.delete_object(Bucket=CONTENT, Key=each["Key"])
    s3.delete_bucket(Bucket=CONTENT)


def _lose_variables(box: Deployed) -> None:
    """Nothing that a runtime variable says is seen any more."""
    functions = box.aws("lambda")
    held = functions.get_function_configuration(FunctionName=f"{NAME}-config")["Environment"]["Variables"]
    kept = {name: value for name, value in held.items() if not name.startswith("DEV_")}
    functions.update_function_configuration(FunctionName=f"{NAME}-config", Environment={"Variables": kept})


def _delete_secrets(box: Deployed) -> None:
    secrets = box.aws("secretsmanager")
    for secret in secrets.list_secrets()["SecretList"]:
        if secret["Name"].startswith("dev/"):
            secrets.delete_secret(SecretId=secret["ARN"], ForceDeleteWithoutRecovery=True)


def _delete_queue(box: Deployed) -> None:
    queues = box.aws("sqs")
    queues.delete_queue(QueueUrl=queues.get_queue_url(QueueName=f"{NAME}-ingest-dead-letters")["QueueUrl"])


def _delete_topic(box: Deployed) -> None:
    topics = [each["TopicArn"] for each in box.aws("sns").list_topics()["Topics"]]
    box.aws("sns").delete_topic(TopicArn=next(each for each in topics if each.endswith("immediate")))


def _kill(component: str) -> Callable[[Deployed], None]:
    def kill(box: Deployed) -> None:
        os.kill(box.project.pid(component), signal.SIGKILL)

    return kill


def _firebase(check: str) -> Callable[[Deployed], Any]:
    return lambda box: configure_firebase(box, BROKEN[check])


# What lets every request through: to a check that waits for a refusal, that is broken.
_ACCEPTS = "return {'statusCode': 201, 'body': '{}'}"
_UNSIGNED = f"""
    import os
    key, host = 'incoming/unsigned', os.environ['AWS_ENDPOINT_URL']
    url = f'{{host}}/{CONTENT}/{{key}}'
    return {{'statusCode': 201, 'body': json.dumps({{'url': url, 'key': key, 'headers': {{}}}})}}
"""

WAVES: tuple[Mapping[str, Callable[[Deployed], Any]], ...] = (
    {
        "api-health": _delete_stage,
        "database": _kill("postgres"),
        "dead-letter-queue": _delete_queue,
        "alarm": _delete_topic,
        "bucket-settings": lambda box: box.aws("s3").delete_bucket_lifecycle(Bucket=CONTENT),
        "firebase-sign-in": _firebase("firebase-sign-in"),
        "firebase-session": _firebase("firebase-session"),
    },
    {
        "catalogue": lambda box: box.aws("lambda").delete_function(FunctionName=f"{NAME}-catalogue"),
        "upload-signature": lambda box: replace_code(box, "upload", _UNSIGNED),
        "feature-flags": lambda box: box.aws("ssm").put_parameter(Name=FLAG, Value="false", Overwrite=True),
        "firebase-password-policy": _firebase("firebase-password-policy"),
    },
    {
        "api-validation": lambda box: replace_code(box, "catalogue", _ACCEPTS),
        "data-api": _kill("rds-data"),
        "upload": _delete_bucket,
        "precedence": _lose_variables,
        "firebase-enumeration": _firebase("firebase-enumeration"),
    },
    {
        "secrets": _delete_secrets,
        "firebase-claims": _kill("firebase-auth"),
    },
)


@pytest.mark.parametrize("wave", WAVES, ids="+".join)
def test_fails_when_its_system_is_broken(deployed: Deployed, wave: Mapping[str, Callable[[Deployed], Any]]) -> None:
    for damage in wave.values():
        damage(deployed)
    outcomes = deployed.smoke(*wave)
    assert [name for name, outcome in outcomes.items() if outcome["result"] == "passed"] == []
    assert all(outcome["detail"] for outcome in outcomes.values())
    deployed.up()
    assert [outcome for outcome in deployed.smoke().values() if outcome["result"] == "failed"] == []


def test_google_sign_in_that_nobody_specified_is_found(deployed: Deployed) -> None:
    google = {"clientId": "id", "clientSecret": "secret", "enabled": True}
    firebase_admin(deployed, "POST", "defaultSupportedIdpConfigs", params={"idpId": "google.com"}, json=google)
    assert deployed.smoke("firebase-google")["firebase-google"]["result"] == "failed"
    firebase_admin(deployed, "DELETE", "defaultSupportedIdpConfigs/google.com")
    assert deployed.smoke("firebase-google")["firebase-google"]["result"] == "passed"


def test_every_check_was_broken_once() -> None:
    assert {name for wave in WAVES for name in wave} | {"firebase-google"} == {check.name for check in CHECKS}
