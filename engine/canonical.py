"""A stack's state in a form that says what is there and nothing else: equal states have equal bytes.

The engine's own file changes with every update that changes nothing: times, the order in which resources were done,
and ciphertexts with a new nonce each. Here secrets stand as digests under a key of the stack, so that a changed secret
shows and nobody can guess one; files stand as their hashes; times and places in sources are left out. Everything else
stays, fields of later versions of the engine too: `protect`, ids, dependencies, pending operations.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import rfc8785

from engine import values

SCHEMA = 1
_PASSING = frozenset({"created", "modified", "sourcePosition", "stackTrace"})
"""What differs between two states of a resource that are the same."""
_ABOUT_THE_FILE = frozenset({"manifest"})
_KEYED = "secret-hmac-sha256"
_SAFE = 2**53 - 1  # beyond it JSON's numbers are not exact (RFC 8785 section 3.2.2.3)


@dataclass(frozen=True)
class Resource:
    """One resource of the state. Secrets in `inputs` are digests, marked as secrets are."""

    urn: str
    type: str
    id: str
    inputs: Mapping[str, Any]
    parent: str
    custom: bool
    """Whether a provider has it: components are the program's alone."""
    protect: bool
    retained: bool
    """Whether deleting it in the stack leaves it in the cloud."""
    going: bool
    """Whether it was replaced and its deletion is pending."""


@dataclass(frozen=True)
class State:
    """A canonical state: `content` is what is digested and kept."""

    content: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """`sha256:…` of the content."""
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """URN to resource, those aside that are replaced already."""
        found = (_resource(each) for each in json.loads(self.content)["deployment"].get("resources") or [])
        return {each.urn: each for each in found if not each.going}


def key_of(passphrase: str) -> bytes:
    """The key of a stack's secret digests, from the passphrase that encrypts its state."""
    return hmac.digest(passphrase.encode(), b"distro: digests of secrets in a state, version 1", "sha256")


def canonical(exported: str, key: bytes) -> State:
    """The canonical form of what `pulumi stack export --show-secrets` gives.

    Raises ValueError for a secret that is still encrypted: its ciphertext says nothing about what it is.
    """
    deployment = json.loads(exported, parse_int=_number)["deployment"]
    kept = {name: value for name, value in deployment.items() if name not in _ABOUT_THE_FILE}
    resources = [_stripped(each, key) for each in kept.get("resources") or []]
    kept["resources"] = sorted(resources, key=lambda each: (each["urn"], each.get("delete", False), each.get("id", "")))
    pending = [_concealed(each, key, "pending") for each in kept.get("pending_operations") or []]
    return State(rfc8785.dumps({"schema": SCHEMA, "deployment": kept | {"pending_operations": pending}}))


def _stripped(resource: Mapping[str, Any], key: bytes) -> dict[str, Any]:
    kept = {name: value for name, value in resource.items() if name not in _PASSING}
    concealed: dict[str, Any] = _concealed(kept, key, str(resource["urn"]))
    return {**concealed, **_dependencies(resource)}


def _dependencies(resource: Mapping[str, Any]) -> dict[str, Any]:
    """They are sets, in no order; that a property has none is written or left out as it happens."""
    by_property = (resource.get("propertyDependencies") or {}).items()
    return {
        "dependencies": sorted(resource.get("dependencies") or []),
        "propertyDependencies": {name: sorted(urns) for name, urns in by_property if urns},
    }


def _concealed(value: Any, key: bytes, place: str) -> Any:
    if values.is_secret(value):
        return _digested(value, key, place)
    if values.is_content(value):
        return _hashed(value)
    if isinstance(value, Mapping):
        return {name: _concealed(member, key, f"{place}\0{name}") for name, member in value.items()}
    if isinstance(value, list):
        return [_concealed(member, key, f"{place}\0{index}") for index, member in enumerate(value)]
    return value


def _digested(secret: Mapping[str, Any], key: bytes, place: str) -> dict[str, str]:
    """With its place: equal secrets at two places do not show as equal."""
    if "plaintext" not in secret:
        raise ValueError("a secret of the state is still encrypted")
    digest = hmac.new(key, f"{place}\0\0{secret['plaintext']}".encode("utf-8", "surrogatepass"), "sha256")
    return {values.SIGNATURE: values.SECRET, _KEYED: digest.hexdigest()}


def _hashed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Where the file lies differs from machine to machine; its hash does not."""
    if not content.get("hash"):
        return dict(content)
    return {values.SIGNATURE: content[values.SIGNATURE], "hash": content["hash"]}


def _number(text: str) -> int | float:
    number = int(text)
    return number if -_SAFE <= number <= _SAFE else float(number)


def _resource(entry: Mapping[str, Any]) -> Resource:
    return Resource(
        urn=entry["urn"],
        type=entry["type"],
        id=entry.get("id", ""),
        inputs=entry.get("inputs") or {},
        parent=entry.get("parent", ""),
        custom=bool(entry.get("custom")),
        protect=bool(entry.get("protect")),
        retained=bool(entry.get("retainOnDelete")),
        going=bool(entry.get("delete")),
    )
