"""The root of trust: version by version, by a threshold, never back."""

from __future__ import annotations

import base64
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from infra.errors import DistroError, UsageError
from infra.specification import load_all
from promotion import signing, trust_store
from promotion.people import People, Person, identity
from promotion.pin import Pin
from promotion.policy import Policy, default_policy, shortfalls
from promotion.schema import Malformed, digest_of
from promotion.signing import Envelope, NotAuthorised
from promotion.ssh import BadSignature
from promotion.store import Store
from promotion.trust import Root, RootKey, Trust, TrustBroken, TrustRefused, verify_chain, verify_next
from promotion.trust_store import Proposal
from tests.promotion.keys import NOW, YEAR
from tests.promotion.organisation import HOUR, SUITES, Organisation


@dataclass(frozen=True)
class Team:
    """A store with version 1 in it, and a client that knows it."""

    organisation: Organisation
    store: Store
    folder: Path

    @property
    def pin(self) -> Pin:
        return Pin(self.folder / "client" / "trust.json")

    def key(self, holder: str) -> Path:
        return self.organisation.keys.private(f"root-{holder}")

    def propose(self, trust: Trust, *holders: str) -> Proposal:
        proposal = trust_store.propose(self.store, trust, self.key(holders[0]))
        for holder in holders[1:]:
            proposal = trust_store.countersign(self.store, proposal, self.key(holder))
        return proposal

    def publish(self, trust: Trust, *holders: str) -> None:
        trust_store.publish(self.store, self.pin, self.propose(trust, *holders))

    def next(self, **changes: Any) -> Trust:
        chain = trust_store.load(self.store, self.pin)
        given = {"version": len(chain.versions) + 1, "previous": chain.digests[-1], "issued_at": NOW, **changes}
        return Trust(**{**dict(chain.newest), **given})

    def forge(self, number: int, envelope: Envelope) -> None:
        """Put it into the store without asking."""
        (self.folder / "store" / "trust").mkdir(parents=True, exist_ok=True)
        (self.folder / "store" / "trust" / f"{number}.json").write_bytes(envelope.canonical())

    def signed(self, trust: Trust, *holders: str) -> Envelope:
        envelope = signing.sign(trust, [signing.Subject.of("x", digest_of(b""))], self.key(holders[0]))
        for holder in holders[1:]:
            envelope = signing.countersign(envelope, Trust.namespace, self.key(holder))
        return envelope


@pytest.fixture
def team(organisation: Organisation, tmp_path: Path) -> Team:
    team = Team(organisation, Store.open(f"file://{tmp_path}/store"), tmp_path)
    team.publish(organisation.trust, "ann", "bob")
    return team


def test_a_change_waits_until_enough_root_holders_have_signed_it(team: Team) -> None:
    fewer = team.next(expires_at=NOW + 2 * YEAR)
    proposal = team.propose(fewer, "ann")
    assert proposal.missing == ("bob", "cas")
    with pytest.raises(TrustRefused, match=r"signed by 1 of its root holders; 2 must sign") as caught:
        trust_store.publish(team.store, team.pin, proposal)
    assert caught.value.exit_code == 3
    (waiting,) = trust_store.proposals(team.store)
    assert waiting == proposal
    trust_store.publish(team.store, team.pin, trust_store.countersign(team.store, waiting, team.key("cas")))
    assert trust_store.load(team.store, team.pin).newest == fewer
    assert trust_store.proposals(team.store) == ()


def test_nobody_signs_twice(team: Team) -> None:
    proposal = team.propose(team.next(), "ann")
    with pytest.raises(UsageError, match="signed the change already"):
        trust_store.countersign(team.store, proposal, team.key("ann"))


def test_new_roots_are_signed_by_old_and_new(team: Team) -> None:
    keys = team.organisation.keys
    held = tuple(RootKey(holder=name, key=keys.public(f"root-{name}")) for name in ("dot", "eli"))
    changed = team.next(root=Root(keys=held, threshold=2))
    for holders in (("ann", "bob"), ("dot", "eli"), ("ann", "dot", "eli"), ("ann", "bob", "dot")):
        with pytest.raises(TrustRefused, match="must sign"):
            verify_next(team.signed(changed, *holders).canonical(), team.organisation.trust, (changed.previous or "",))
    team.publish(changed, "ann", "bob", "dot", "eli")
    again = team.next()
    with pytest.raises(UsageError, match="is no root key"):
        team.publish(again, "ann", "bob")


def _another_root(team: Team) -> None:
    roots = tuple(RootKey(holder=name, key=team.organisation.keys.public(f"root-{name}")) for name in ("dot", "eli"))
    forged = team.organisation.trust.model_copy(update={"root": Root(keys=roots, threshold=1)})
    team.forge(1, team.signed(forged, "dot"))


def _below_threshold(team: Team) -> None:
    team.forge(2, team.signed(team.next(), "ann"))


def _by_an_approver(team: Team) -> None:
    envelope = team.signed(team.next(), "ann")
    team.forge(2, signing.countersign(envelope, Trust.namespace, team.organisation.keys.private("dana")))


def _threshold_lowered(team: Team) -> None:
    root = team.organisation.root.model_copy(update={"threshold": 1})
    team.forge(2, team.signed(team.next(root=root), "ann"))


def _edited(team: Team) -> None:
    envelope = team.signed(team.next(), "ann", "bob")
    content = envelope.content().replace(b'"threshold":2', b'"threshold":1')
    team.forge(2, envelope.model_copy(update={"payload": base64.b64encode(content).decode()}))


def _signed_twice(team: Team) -> None:
    team.forge(2, team.signed(team.next(), "ann", "ann"))


def _gap(team: Team) -> None:
    team.forge(3, team.signed(team.next(version=3), "ann", "bob"))


def _another_number(team: Team) -> None:
    team.forge(2, team.signed(team.next(version=3), "ann", "bob"))


def _another_predecessor(team: Team) -> None:
    team.forge(2, team.signed(team.next(previous=digest_of(b"x")), "ann", "bob"))


def _earlier_date(team: Team) -> None:
    earlier = team.next(issued_at=team.organisation.trust.issued_at - HOUR)
    team.forge(2, team.signed(earlier, "ann", "bob"))


def _older_one_put_back(team: Team) -> None:
    team.publish(team.next(), "ann", "bob")
    (team.folder / "store" / "trust" / "2.json").unlink()


def _other_one_of_the_same_number(team: Team) -> None:
    other = team.next(expires_at=NOW + 3 * YEAR)
    team.publish(team.next(), "ann", "bob")
    team.forge(2, team.signed(other, "ann", "bob"))


def _approval_in_its_place(team: Team) -> None:
    team.forge(2, team.organisation.approval("dana", "product-manager"))


def _memory_edited(team: Team) -> None:
    path = team.folder / "client" / "trust.json"
    path.write_bytes(path.read_bytes() + b"\n")


ATTACKS: dict[Callable[[Team], None], tuple[type[DistroError], ...]] = {
    _another_root: (TrustRefused,),
    _below_threshold: (TrustRefused,),
    _by_an_approver: (NotAuthorised,),
    _threshold_lowered: (TrustRefused,),
    _edited: (BadSignature,),
    _signed_twice: (BadSignature,),
    _gap: (TrustBroken,),
    _another_number: (TrustBroken,),
    _another_predecessor: (TrustBroken,),
    _earlier_date: (TrustBroken,),
    _older_one_put_back: (TrustBroken,),
    _other_one_of_the_same_number: (TrustBroken,),
    _approval_in_its_place: (Malformed,),
    _memory_edited: (Malformed,),
}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__.replace("_", " ").strip())
def test_attacks_on_the_store(attack: Callable[[Team], None], team: Team) -> None:
    attack(team)
    with pytest.raises(ATTACKS[attack]):
        trust_store.load(team.store, team.pin)


def test_two_changes_at_once_do_not_overwrite_each_other(team: Team) -> None:
    first, second = team.next(), team.next(expires_at=NOW + 3 * YEAR)
    proposals = [team.propose(each, "ann", "bob") for each in (first, second)]
    assert len(trust_store.proposals(team.store)) == 2
    trust_store.publish(team.store, team.pin, proposals[0])
    with pytest.raises(TrustBroken):
        trust_store.publish(team.store, team.pin, proposals[1])
    trust_store.load(team.store, team.pin)


def test_an_unknown_store_is_joined_by_the_digest_of_its_roots(team: Team) -> None:
    pin = Pin(team.folder / "other client" / "trust.json")
    with pytest.raises(TrustRefused, match="not known here"):
        trust_store.load(team.store, pin)
    with pytest.raises(TrustRefused, match="not sha256:0000"):
        trust_store.join(team.store, pin, "sha256:" + "0" * 64)
    assert pin.known is None
    chain = trust_store.join(team.store, pin, team.organisation.root.digest())
    empty = Store.open(f"file://{team.folder}/empty")
    assert trust_store.load(team.store, pin) == chain
    path = team.folder / "other client" / "trust.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(TrustRefused, match="no root of trust"):
        verify_chain([], chain.root)
    with pytest.raises(TrustRefused, match="no root of trust"):
        trust_store.load(empty, Pin(team.folder / "none"))


def test_it_expires(team: Team) -> None:
    trust = team.organisation.trust
    trust.check_valid(trust.expires_at - timedelta(seconds=1))
    with pytest.raises(TrustRefused, match=r"\(version 1\) expired"):
        trust.check_valid(trust.expires_at)


def _people(organisation: Organisation, **changes: Any) -> Callable[[], object]:
    return lambda: People(people=(organisation.person("dana"), organisation.person("adrian", **changes)))


def _trust(organisation: Organisation, **changes: Any) -> Callable[[], object]:
    return lambda: Trust(**{**dict(organisation.trust), **changes})


def _policy(organisation: Organisation, **changes: Any) -> Callable[[], object]:
    prod = organisation.policy.of("prod")
    return lambda: type(prod)(**{**dict(prod), **changes})


def test_what_no_document_may_say(organisation: Organisation) -> None:
    o, held = organisation, organisation.root.keys
    gate = o.policy.of("prod").suites[0]
    wrong: list[tuple[Callable[[], object], str]] = [
        (_people(o, keys=(o.key("dana"),)), "a key is given twice"),
        (_people(o, keys=(o.key("adrian"), o.key("adrian"))), "a key is given twice"),
        (_people(o, mails=("dana@example.org",)), "a mail is given twice"),
        (_people(o, name="dana"), "a name is given twice"),
        (lambda: People(people=(o.person("ci"),), attesters=o.people.attesters[:1]), "given twice"),
        (lambda: People(people=(o.person("dana"),), attesters=o.people.attesters[1:2]), "sam, who is nobody"),
        (lambda: People(people=()), "at least 1"),
        (_people(o, shared=True), "adrian is shared"),
        (_people(o, deputy_for=("engineering-lead",)), "deputy for a role of their own"),
        (_people(o, roles=("admin",)), "roles"),
        *((_people(o, name=name), "name") for name in ("*", "dana,*", "!dana", "da na", 'd"', "Dana", "d\u202ea", "")),
        (_people(o, name="dana\n"), "name"),
        *((_people(o, mails=(mail,)), "mails") for mail in ("*", "@", "a b@c", "A@example.org", "a@b\n", "d\u0430@b")),
        (_people(o, keys=({"key": "cert-authority " + o.keys.public("eve")},)), "keys"),
        (lambda: Root(keys=held, threshold=4), "cannot be met by 3 keys"),
        (lambda: Root(keys=held, threshold=0), "threshold"),
        (lambda: Root(keys=(held[0], held[0]), threshold=1), "given twice"),
        (lambda: Root(keys=(held[0], held[1].model_copy(update={"holder": "ann"})), threshold=1), "holds two"),
        (lambda: Root(keys=(), threshold=1), "keys"),
        (_trust(o, expires_at=o.trust.issued_at), "expires before"),
        (_trust(o, version=2), "none before it"),
        (_trust(o, root=Root(keys=(RootKey(holder="d", key=o.keys.public("dana")),), threshold=1)), "daily one"),
        (_trust(o, people=o.people.model_copy(update={"attesters": ()})), "no attester of unit"),
        (_policy(o, suites=()), "suites"),
        (_policy(o, suites=(gate, gate)), "a suite twice"),
        (_policy(o, approvals=("on-call", "on-call")), "a role twice"),
        (_policy(o, approvals=("admin",)), "approvals"),
        (_policy(o, source="prod"), "source"),
        (lambda: Policy(targets=o.policy.targets[1:]), "dev, staging and prod"),
    ]  # fmt: skip
    for make, message in wrong:
        with pytest.raises(ValidationError, match=message):
            make()


def test_the_default_policy_is_the_documents() -> None:
    policy = default_policy(load_all().environments, SUITES)
    found = [(each.source, each.target, each.branch, each.approvals, each.suites[0].suite) for each in policy.targets]
    assert found == [
        ("local", "dev", None, (), "unit"),
        ("dev", "staging", "staging", ("team-lead",), "integration"),
        ("staging", "prod", None, ("product-manager", "engineering-lead"), "regression"),
    ]
    assert policy.of("shared") == policy.of("prod")
    assert not list(shortfalls(policy, load_all().environments))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"approvals": ("product-manager",)}, "prod: approvals lacks engineering-lead."),
        ({"source": "dev"}, "prod: source is not the specification's."),
        ({"window": None}, "prod: window is not the specification's."),
        ({"rollback": ()}, "prod: rollback lacks engineering-lead."),
        ({"rollback_plan": False}, "prod: rollback_plan is off."),
        ({"known_values": False}, "prod: known_values is off."),
        ({"emergency": None}, "prod: emergency is not the specification's."),
    ],
)
def test_a_policy_that_asks_less_than_the_document_is_told_so(
    changes: dict[str, Any], message: str, organisation: Organisation
) -> None:
    policy = organisation.policy
    looser = Policy(targets=(*policy.targets[:2], policy.targets[2].model_copy(update=changes)))
    assert message in list(shortfalls(looser, load_all().environments))


def test_allowed_signers_has_one_line_a_key_and_no_pattern(organisation: Organisation) -> None:
    from promotion.ssh import allowed_signers

    lines = allowed_signers(organisation.people.signers()).splitlines()
    assert len(lines) == len(list(organisation.people.keys()))
    assert not any("*" in line or "!" in line or "cert-authority" in line for line in lines)
    assert all('namespaces="distro-' in line and "valid-before=" in line for line in lines)


def test_a_shared_identity_is_known_and_cannot_approve(organisation: Organisation) -> None:
    bot = organisation.people.person(organisation.people.identities()[identity(" Bot@example.org")])
    assert isinstance(bot, Person)
    assert bot.shared
    assert list(bot.signers()) == []
