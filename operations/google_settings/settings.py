"""The types of the package `distro` (docs/decisions/0031): what Google is told, and how it says what it holds."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from infra.errors import OperationFailed
from operations.google_settings.google import Google

Inputs = Mapping[str, Any]


class Setting(ABC):
    """One type. `fixed` is the input that names the thing: another one is another resource."""

    type: ClassVar[str]
    fixed: ClassVar[str]

    @abstractmethod
    def id(self, inputs: Inputs) -> str:
        """The resource's id."""

    @abstractmethod
    def get(self, google: Google, id: str) -> Inputs | None:
        """What Google holds, as inputs; None where it holds nothing."""

    @abstractmethod
    def put(self, google: Google, inputs: Inputs) -> None:
        """Have Google hold it."""

    @abstractmethod
    def clear(self, google: Google, id: str) -> None:
        """As in a new project."""

    def same(self, name: str, one: Any, other: Any) -> bool:  # noqa: ARG002 -- one signature for every type
        """Whether two values of an input mean the same."""
        return bool(one == other)


class SignInSettings(Setting):
    """Password policy and enumeration protection (Identity Platform REST v2, `projects.updateConfig`)."""

    type = "distro:identityplatform/signInSettings:SignInSettings"
    fixed = "project"
    _MASK = "passwordPolicyConfig,emailPrivacyConfig"

    def id(self, inputs: Inputs) -> str:
        """Below the project's configuration."""
        return f"projects/{inputs['project']}/config/signInSettings"

    def get(self, google: Google, id: str) -> Inputs | None:
        """Nothing where no policy is enforced."""
        project = id.split("/")[1]
        held = google.call("GET", self._url(google, project), project=project) or {}
        policy = held.get("passwordPolicyConfig", {})
        if policy.get("passwordPolicyEnforcementState") != "ENFORCE":
            return None
        return {
            "project": project,
            "minPasswordLength": policy["passwordPolicyVersions"][0]["customStrengthOptions"]["minPasswordLength"],
            "enumerationProtection": held.get("emailPrivacyConfig", {}).get("enableImprovedEmailPrivacy", False),
        }

    def put(self, google: Google, inputs: Inputs) -> None:
        """Both at once."""
        strength = {"minPasswordLength": int(inputs["minPasswordLength"])}
        policy = {
            "passwordPolicyEnforcementState": "ENFORCE",
            "passwordPolicyVersions": [{"customStrengthOptions": strength}],
        }
        self._set(google, inputs["project"], policy, protect=bool(inputs.get("enumerationProtection")))

    def clear(self, google: Google, id: str) -> None:
        """No policy, no protection."""
        self._set(google, id.split("/")[1], {"passwordPolicyEnforcementState": "OFF"}, protect=False)

    def _set(self, google: Google, project: str, policy: Mapping[str, Any], *, protect: bool) -> None:
        body = {"passwordPolicyConfig": policy, "emailPrivacyConfig": {"enableImprovedEmailPrivacy": protect}}
        url = self._url(google, project)
        google.call("PATCH", url, project=project, params={"updateMask": self._MASK}, json=body)

    def _url(self, google: Google, project: str) -> str:
        return f"{google.identity_toolkit}/v2/projects/{project}/config"


class DatabaseRules(Setting):
    """The rules of a Realtime Database (`/.settings/rules.json`, Firebase's REST reference)."""

    type = "distro:firebasedatabase/rules:Rules"
    fixed = "databaseUrl"
    _CLOSED = '{"rules": {".read": false, ".write": false}}'

    def id(self, inputs: Inputs) -> str:
        """The database's address."""
        return str(inputs["databaseUrl"])

    def get(self, google: Google, id: str) -> Inputs | None:
        """The whole document."""
        held = google.call("GET", self._url(id))
        return None if held is None else {"databaseUrl": id, "rules": json.dumps(held)}

    def put(self, google: Google, inputs: Inputs) -> None:
        """The text as it was approved; Google refuses what is no rules document."""
        self._put(google, self.id(inputs), inputs["rules"])

    def clear(self, google: Google, id: str) -> None:
        """Closed: a database without rules would be open to nobody, and so is this one."""
        self._put(google, id, self._CLOSED)

    def same(self, name: str, one: Any, other: Any) -> bool:
        """Rules are the same document whatever their spacing."""
        if name != "rules":
            return super().same(name, one, other)
        try:
            return bool(json.loads(one) == json.loads(other))
        except (TypeError, ValueError):
            return bool(one == other)

    def _put(self, google: Google, id: str, rules: str) -> None:
        google.call("PUT", self._url(id), content=rules)

    def _url(self, id: str) -> str:
        return f"{id.rstrip('/')}/.settings/rules.json"


SETTINGS: Mapping[str, Setting] = {setting.type: setting for setting in (SignInSettings(), DatabaseRules())}


def setting(type: str) -> Setting:
    """A type by its token. Raises OperationFailed for one that there is not."""
    if type not in SETTINGS:
        raise OperationFailed(f"The package distro has no type {type}.", hint=f"There are: {', '.join(SETTINGS)}.")
    return SETTINGS[type]
