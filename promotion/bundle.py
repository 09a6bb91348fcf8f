"""An audit bundle: one file with all that proves the ledger up to a signed checkpoint, to be verified anywhere.

JSON Lines, each line canonical: a header, then every object once, by name: the entries up to the checkpoint, what they
bind (signed approvals, evidence, policies; plans, with their secrets encrypted) and the checkpoint itself.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from infra.errors import DistroError, UsageError
from infra.files import replace as put
from promotion import checkpoint
from promotion.audit import Proof, Verdict, verify
from promotion.chain import Problem
from promotion.clock import TOLERANCE
from promotion.entries import Entry, Objects, number_of, path_of
from promotion.kinds import payload_of
from promotion.schema import Malformed, Record, Stored, unbase64
from promotion.ssh import Signer
from promotion.store import Missing


class Header(Record):
    """The first line. `checkpoint` names the object that everything else is held against."""

    format: Literal["distro-audit-bundle"] = "distro-audit-bundle"
    checkpoint: str


class Item(Stored):
    """Any other line: an object, base64."""

    path: str
    data: str


@dataclass(frozen=True)
class Bundle:
    """A bundle that was read: a source of objects, as a store is one."""

    checkpoint: str
    objects: Mapping[str, bytes] = field(repr=False)

    def read(self, path: str, *, limit: int = 0) -> bytes:  # noqa: ARG002 -- all of it is in memory already
        """One object. Raises Missing."""
        try:
            return self.objects[path]
        except KeyError:
            raise Missing(f"There is no {path} in the bundle.") from None

    def names(self, prefix: str) -> list[str]:
        """All names below a prefix, sorted."""
        return sorted(path for path in self.objects if path.startswith(f"{prefix}/"))


def export(objects: Objects, number: int, file: Path) -> int:
    """Write the bundle up to checkpoint `number`; return how many objects it has. Raises UsageError, StoreFailed."""
    path = checkpoint.path_of(number)
    found = {path: objects.read(path)}
    for each in range(1, number + 1):
        found[path_of(each)] = objects.read(path_of(each))
        payload = payload_of(Entry.parse(found[path_of(each)], path_of(each)))
        found.update({bound.path: objects.read(bound.path) for bound in payload.references()})
    lines = (Item(path=name, data=base64.b64encode(found[name]).decode()).canonical() for name in sorted(found))
    try:
        put(file, b"".join(line + b"\n" for line in (Header(checkpoint=path).canonical(), *lines)))
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from error
    return len(found)


def load(file: Path) -> Bundle:
    """Read a bundle. Raises Malformed for anything that `export` does not write, UsageError for no file."""
    try:
        return parse(file.read_bytes(), str(file))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error


def parse(data: bytes, where: str) -> Bundle:
    """A bundle's bytes; `where` names it in errors. Raises Malformed."""
    lines = data.split(b"\n")
    if lines.pop() or not lines:
        raise Malformed("the end of the bundle is missing.", where=where)
    header = Header.parse(lines[0], f"{where}:1")
    items = [_item(line, f"{where}:{number}") for number, line in enumerate(lines[1:], 2)]
    if [item[0] for item in items] != sorted({item[0] for item in items}):
        raise Malformed("the objects of the bundle are not in order, or one is there twice.", where=where)
    return Bundle(header.checkpoint, dict(items))


def verify_bundle(bundle: Bundle, signers: Sequence[Signer], proofs: Sequence[Proof] = ()) -> Verdict:
    """Check a bundle against its checkpoint, which one of `signers` must have signed.

    Whatever else lies in it is a problem: it would be proved by nothing.
    """
    try:
        signed = checkpoint.opened(bundle.read(bundle.checkpoint), bundle.checkpoint, signers)
    except DistroError as error:
        return replace(verify(bundle, [], proofs=proofs), problems=(Problem(0, f"The checkpoint: {error.message}"),))
    verdict = verify(bundle, [signed.claim()], proofs=proofs, until=signed.at + TOLERANCE)
    bound = {bundle.checkpoint, *verdict.bound}
    rest = (path for path in bundle.objects if path not in bound)
    beyond = [
        Problem(0, f"{path} is nothing that the checkpoint covers.")
        for path in rest
        if not 0 < (number_of(path) or 0) <= signed.position.number
    ]
    return replace(verdict, problems=tuple(sorted((*verdict.problems, *beyond))))


def _item(line: bytes, where: str) -> tuple[str, bytes]:
    try:
        item = Item.model_validate_json(line)
        if item.canonical() == line:
            return item.path, unbase64(item.data)
    except ValidationError as error:
        raise Malformed("not a line of a bundle.", where=where) from error
    except ValueError as error:
        raise Malformed(f"not a line of a bundle: {error}", where=where) from error
    raise Malformed("a line that is not in canonical form (RFC 8785).", where=where)
