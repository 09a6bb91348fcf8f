"""A promotion that was killed goes on from what its own plan made of the signed state, and from nothing else."""

from __future__ import annotations

import json

import pytest

from engine import plan
from engine.canonical import State, canonical
from promotion.lineage import strangers


def urn(name: str) -> str:
    return f"urn:pulumi:prod::distro::aws:sqs/queue:Queue::{name}"


def state(**delays: int) -> State:
    rows = [
        {"urn": urn(name), "type": "aws:sqs/queue:Queue", "custom": True, "inputs": {"delaySeconds": delay}}
        for name, delay in delays.items()
    ]
    return canonical(json.dumps({"deployment": {"resources": rows}}), b"key")


START = state(kept=1, changed=1, gone=1)
STEPS = {"kept": "same", "changed": "update", "gone": "delete", "new": "create"}
PLAN = plan.read(
    json.dumps({"resourcePlans": {urn(name): {"steps": [op], "goal": {}} for name, op in STEPS.items()}}).encode(),
    START,
)


@pytest.mark.parametrize(
    ("now", "foreign"),
    [
        (START, ()),
        (state(kept=1, changed=2, gone=1), ()),
        (state(kept=1, changed=2, new=1), ()),
        (state(kept=2, changed=2, new=1), ("kept",)),
        (state(changed=2, new=1), ("kept",)),
        (state(kept=1, changed=2, gone=1, other=1), ("other",)),
    ],
    ids=["nothing done", "part done", "all done", "another changed", "another taken away", "another put in"],
)
def test_what_the_plan_does_not_explain_is_named(now: State, foreign: tuple[str, ...]) -> None:
    assert strangers(START, now, PLAN) == tuple(map(urn, foreign))
