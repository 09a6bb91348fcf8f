"""A wrong value in a stack file is caught: by `spec check`, or by a statement that does not hold any more."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from infra.specification import ENVIRONMENTS, SHARED
from tests.infra.statements.wrong import caught, leaves, write, wrong

SEED = 1128
SAMPLE = {"local": 15, "dev": 40, "staging": 40, "prod": 60, "shared": 18}
CAUGHT = {"local": 5, "dev": 25, "staging": 25, "prod": 40, "shared": 8}
"""How many values of a file are made wrong, by a fixed seed, and how many of them are caught at least: above 100."""
FREE = {
    r".*\.purpose|purpose|users\..*|maintenance\.activities\..*": "words for people; the document fixes none",
    r"aliases\..*": "names that resources outside this project bear",
    r"functions\.each\..*\.memory": "the document gives a range, and `spec check` keeps to it",
    r"functions\.each\..*\.reserved_concurrency": "the document asks for some, not how much (C-18)",
    r"functions\.timeout\..*": "development's are reduced; by how much is not said",
    r"instances\.tools\.type": "the document names no type for development",
    r"buckets\.logs\..*|buckets\..*\.(critical|replicate_to)": "the bucket for logs, and where replicas lie, are ours",
    r"network\.vpc\..*|vpc\..*": "ranges and zones are chosen here; `spec check` keeps networks apart",
    r"apis\..*\.cors_origins\..*|apis\..*\.(stage|cache\..*)": "development's, or adopted",
    r"configuration\.parameters\..*": "limits of the workloads: the document names none",
    r"secrets\..*\.(source|rotate_days)": "longest lives are chosen here; the document states production's only",
    r"external_apis\..*\.secrets\..*": "which secret of several: `spec check` knows that it is there",
    r"external_apis\..*\.quota": "reduced below production; by how much is not said",
    r"business_hours\.shutdown": "read back in the sandbox",
    r"recovery\.rto_hours\.least": "the document gives an upper bound",
    r"graphql\.cache\..*": "the document asks for a TTL per resolver, and names none (C-67)",
    r"security\.(mfa|waf|audit\..*|shared_identities|ci_deploys)": "read back in the rehearsal",
    r"audit\..*|log_retention\..*": "read back in the rehearsal",
    r"dns\..*|zone\..*|cdn\..*|firebase\.project_name|existing": "read back in the sandbox or the rehearsal",
}
"""Places where another value is not wrong by the document, or shows in what is deployed (tests/fidelity), and why."""


@pytest.mark.parametrize("stack", [*ENVIRONMENTS, SHARED])
def test_a_wrong_value_is_caught(stack: str, tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 -- no secret
    found, missed = [], []
    for place, value in chance.sample(list(leaves(stack)), SAMPLE[stack]):
        other, path = wrong(value, chance), ".".join(map(str, place))
        write(tmp_path, stack, place, other)
        if how := caught(tmp_path):
            found.append(how)
        elif not re.fullmatch("|".join(FREE), path):
            missed.append(f"{path}: {other!r} instead of {value!r}")
    assert missed == []
    assert len(found) >= CAUGHT[stack]


def test_the_files_as_they_are_hold(tmp_path: Path) -> None:
    write(tmp_path, "dev", ("region",), "us-east-1")
    assert caught(tmp_path) is None
