"""Policy documents of IAM and S3 as a plan holds them: who is admitted, and what is granted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local.provider.wire import unknown

_ADMINISTRATORS = ("policy/AdministratorAccess", "policy/IAMFullAccess", "policy/PowerUserAccess")
_ALL_ACTIONS = ("*", "*:*", "iam:*")


def statements(document: Any) -> list[Mapping[str, Any]]:
    """The statements of a document, given as text or parsed; none where it is no document.

    IAM takes one statement in place of a list of one.
    """
    parsed = document
    if isinstance(document, str):
        try:
            parsed = json.loads(document)
        except ValueError:
            return []
    found = _list(parsed.get("Statement")) if isinstance(parsed, Mapping) else []
    return [each for each in found if isinstance(each, Mapping)]


def administrators(inputs: Mapping[str, Any]) -> Iterator[str]:
    """Why the inputs of an IAM resource make an administrator; nothing where they do not."""
    documents = [inputs.get("policy"), *(entry.get("policy") for entry in inputs.get("inlinePolicies") or ())]
    for document in documents:
        if unknown(document):
            yield "its policy is known after the deployment only"
        for each in statements(document):
            if _grants_all(each):
                yield f"statement {each.get('Sid', '')} allows {', '.join(_list(each.get('Action')))} on everything"
    for arn in (inputs.get("policyArn"), *_list(inputs.get("managedPolicyArns"))):
        if str(arn or "").endswith(_ADMINISTRATORS):
            yield f"attaches {arn}"


def _grants_all(statement: Mapping[str, Any]) -> bool:
    if statement.get("Effect") != "Allow" or "*" not in _list(statement.get("Resource")):
        return False
    return "NotAction" in statement or any(action in _ALL_ACTIONS for action in _list(statement.get("Action")))


def opened(document: Any) -> bool:
    """Whether a resource's policy admits anybody, without a condition."""
    return any(
        each.get("Effect") == "Allow" and not each.get("Condition") and _anybody(each.get("Principal"))
        for each in statements(document)
    )


def _anybody(principal: Any) -> bool:
    if isinstance(principal, Mapping):
        return any("*" in _list(member) for member in principal.values())
    return bool(principal == "*")


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
