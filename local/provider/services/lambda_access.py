"""Lambda: who may call a function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.imports import spelt
from local.provider.properties import compact
from local.provider.resource import Created, Inputs, Outputs, Property, Resource, recorded


def function_name(reference: Any) -> str:
    """The name in an ARN, a qualified ARN or a name."""
    text = str(reference or "")
    return text.split(":")[6] if text.startswith("arn:") else text.split(":", 1)[0]


def same_function(actual: Any, recorded: Any) -> bool:
    """A name and an ARN of the same function are the same."""
    return function_name(actual) == function_name(recorded)


class Permission(Resource):
    """One statement of a function's policy; its id is the statement's."""

    type = "aws:lambda/permission:Permission"
    service = "lambda"
    name = "statementId"
    identity = ("function",)
    exact = True
    properties: ClassVar = {
        "statementId": Property(replace=True),
        "statementIdPrefix": recorded("only a way to form the id, which is applied", replace=True),
        "action": Property(replace=True),
        "function": Property(replace=True, same=same_function),
        "principal": Property(replace=True),
        "sourceArn": Property(replace=True),
        "sourceAccount": Property(replace=True),
        "principalOrgId": Property(replace=True),
        "eventSourceToken": Property(replace=True),
        "functionUrlAuthType": Property(replace=True),
        "qualifier": Property(replace=True, computed=True),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """AddPermission."""
        statement = {
            "SourceArn": inputs.get("sourceArn"),
            "SourceAccount": inputs.get("sourceAccount"),
            "PrincipalOrgID": inputs.get("principalOrgId"),
            "EventSourceToken": inputs.get("eventSourceToken"),
            "FunctionUrlAuthType": inputs.get("functionUrlAuthType"),
            "Qualifier": inputs.get("qualifier"),
        }
        with cloud.lock(f"lambda policy {inputs['function']}"):
            cloud.client("lambda", inputs.get("region")).add_permission(
                FunctionName=inputs["function"],
                StatementId=inputs["statementId"],
                Action=inputs["action"],
                Principal=inputs["principal"],
                **compact(statement),
            )
        return Created(inputs["statementId"])

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The statement in the function's policy; an import names the function as well: `function/statement`."""
        function, statement = (inputs["function"], id) if "function" in inputs else spelt(id, "function/statement")
        qualifier = compact({"Qualifier": inputs.get("qualifier")})
        client = cloud.client("lambda", inputs.get("region"))
        answer = found(lambda: client.get_policy(FunctionName=function, **qualifier))
        statements = json.loads(answer["Policy"])["Statement"] if answer else []
        held = next((each for each in statements if each.get("Sid") == statement), None)
        return held and {
            "id": statement,
            "statementId": statement,
            "function": function,
            **qualifier_of(inputs),
            **_from_statement(held),
        }

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """RemovePermission; LocalStack breaks where two statements leave one policy at once."""
        client, qualifier = cloud.client("lambda", state.get("region")), compact({"Qualifier": state.get("qualifier")})
        with unless_gone(), cloud.lock(f"lambda policy {state['function']}"):
            client.remove_permission(FunctionName=state["function"], StatementId=state["statementId"], **qualifier)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Statement ids are unique in a function's policy."""
        return str(inputs["statementId"]) if self.read(cloud, inputs["statementId"], inputs) else None


def qualifier_of(inputs: Inputs) -> dict[str, Any]:
    """The qualifier that a statement was looked up with: the policy itself does not name it."""
    return compact({"qualifier": inputs.get("qualifier")})


def _from_statement(held: Mapping[str, Any]) -> dict[str, Any]:
    principal = held["Principal"]
    who = principal if isinstance(principal, str) else next(iter(principal.values()))
    conditions = {key: value for block in held.get("Condition", {}).values() for key, value in block.items()}
    return {
        "action": held["Action"],
        "principal": who,
        "sourceArn": conditions.get("AWS:SourceArn"),
        "sourceAccount": conditions.get("AWS:SourceAccount"),
        "principalOrgId": conditions.get("aws:PrincipalOrgID"),
        "eventSourceToken": conditions.get("lambda:EventSourceToken"),
        "functionUrlAuthType": conditions.get("lambda:FunctionUrlAuthType"),
    }


RESOURCES = (Permission,)
