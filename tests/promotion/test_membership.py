"""Who joins, leaves and stays: nobody is forgotten, and nothing that ended counts again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from infra.errors import UsageError
from promotion.membership import Joining, add, renew, restate, revoke
from promotion.people import People, can_sign
from promotion.public_key import fingerprint
from promotion.trust_differences import differences
from tests.promotion.keys import NOW, YEAR
from tests.promotion.organisation import HOUR, Organisation


def _joining(organisation: Organisation, name: str, *keys: str) -> Joining:
    public = [organisation.keys.public(key) for key in keys]
    return Joining(name, [f"{name}@example.org"], public, ["team-lead"], [], NOW + 2 * YEAR)


def test_somebody_new_and_more_for_somebody_known(organisation: Organisation) -> None:
    people = add(organisation.people, _joining(organisation, "max", "max"), NOW)
    people = add(people, _joining(organisation, "max", "max2"), NOW)
    person = people.person("max")
    assert person
    assert [fingerprint(key.key) for key in person.keys] == [
        fingerprint(organisation.keys.public(k)) for k in ("max", "max2")
    ]
    assert (person.mails, person.roles) == (("max@example.org",), ("team-lead",))
    assert len(people.people) == len(organisation.people.people) + 1


@pytest.mark.parametrize(
    ("name", "key", "message"),
    [
        ("*", "max", "name"),
        ("max", "dana", "a key is given twice"),
        ("ci", "max", "a name is given twice"),
        ("bot", "max", "shared"),
    ],
)
def test_what_makes_no_sense(name: str, key: str, message: str, organisation: Organisation) -> None:
    with pytest.raises(UsageError, match=message):
        add(organisation.people, _joining(organisation, name, key), NOW)


def test_whoever_leaves_stays_known(organisation: Organisation) -> None:
    people = revoke(organisation.people, "dana", None, NOW)
    person = people.person(people.identities()["dana@example.org"])
    assert person
    assert not can_sign(person, NOW)
    assert can_sign(person, NOW - HOUR)
    with pytest.raises(UsageError, match="no rights any more"):
        revoke(people, "dana", None, NOW + HOUR)
    with pytest.raises(UsageError, match="nobody here"):
        revoke(people, "max", None, NOW)


def test_one_key_is_revoked_alone(organisation: Organisation) -> None:
    people = add(organisation.people, _joining(organisation, "dana", "dana2"), NOW)
    lost = fingerprint(organisation.keys.public("dana"))
    people = revoke(people, "dana", lost, NOW)
    valid = [
        signer.fingerprint for signer in people.signers() if signer.principal == "dana" and signer.valid_before > NOW
    ]
    assert valid == [fingerprint(organisation.keys.public("dana2"))]
    with pytest.raises(UsageError, match="that counts any more"):
        revoke(people, "dana", lost, NOW + HOUR)
    assert revoke(people, "ci", None, NOW).attester("ci") != people.attester("ci")


def test_renewing_brings_nobody_back(organisation: Organisation) -> None:
    later = NOW + timedelta(days=300)
    people = renew(revoke(organisation.people, "dana", None, NOW), later)
    valid = {signer.principal for signer in people.signers() if signer.valid_before > NOW + YEAR}
    assert {"adrian", "ci"} <= valid
    assert "dana" not in valid


def test_a_file_states_who_counts_and_what_it_lacks_ends(organisation: Organisation) -> None:
    stated = People(
        people=(organisation.person("adrian", roles=("on-call",)),), attesters=organisation.people.attesters[:1]
    )
    people = restate(organisation.people, stated, NOW)
    assert {person.name for person in people.people} == {person.name for person in organisation.people.people}
    assert [person.name for person in people.people if can_sign(person, NOW)] == ["adrian"]
    adrian = people.person("adrian")
    assert adrian
    assert adrian.roles == ("on-call",)
    assert adrian.keys[0].valid_after == NOW - YEAR
    with pytest.raises(UsageError, match=r"dana: key SHA256:.* has ended"):
        restate(people, organisation.people, NOW + HOUR)


def test_a_change_is_shown_line_by_line(organisation: Organisation) -> None:
    revoked = revoke(organisation.people, "dana", None, NOW)
    changed = organisation.trust.model_copy(update={"people": revoked})
    lines = differences(organisation.trust, changed)
    assert [line[:7] for line in lines] == ["- dana:", "- dana:", "+ dana:", "+ dana:"]
    assert differences(changed, changed) == []
    assert all(line.startswith("+ ") for line in differences(None, changed))
    loose = organisation.policy.of("prod").model_copy(update={"approvals": ()})
    policy = organisation.policy.model_copy(update={"targets": (*organisation.policy.targets[:2], loose)})
    shown = differences(organisation.trust, organisation.trust.model_copy(update={"policy": policy}))
    assert '"approvals":[]' in shown[1]
