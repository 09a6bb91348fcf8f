"""`distro test`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.application import ENVIRONMENTS, Application
from cli.command import declare

if TYPE_CHECKING:
    from promotion.attesting import Attested, Bench, Job
    from promotion.suites import Surroundings


@declare(
    "test",
    examples=[
        "distro test unit --env local --key ~/.ssh/ci",
        "distro --rehearse test integration --env dev --key ~/.ssh/ci",
        "distro --rehearse test regression --env staging --key ~/.ssh/ci.pub --identity ci # the agent signs",
    ],
)
@click.argument("suite", metavar="SUITE", type=click.Choice(["unit", "integration", "regression"]))
@click.option("--env", "environment", required=True, metavar="ENV", type=click.Choice(ENVIRONMENTS))
@click.option("--key", type=click.Path(path_type=Path), help="The attester's SSH key, or its public half (agent).")
@click.option(
    "--identity", metavar="WHO", envvar="DISTRO_IDENTITY", help="Which attester signs; else the one whose key it is."
)
@click.pass_obj
def command(application: Application, suite: Any, environment: Any, key: Path | None, identity: str | None) -> None:
    """Run SUITE and record its signed result for the release deployed in ENV.

    SUITE is unit (of the commit at HEAD), integration or regression; pyproject.toml of the release says what it runs.
    """
    from cli.keys import chosen
    from promotion import attesting
    from promotion.attesting import Job

    bench, signer = _bench(application), chosen(key)
    job = Job(suite, environment, attesting.attester(bench.people, suite, signer, identity), signer)
    found = attesting.subject(bench, suite, environment)
    around = _alone() if suite == "unit" else _deployed(application, environment)
    attested = attesting.attest(bench, job, found, around)
    application.show(_document(job, attested), lambda: _text(application, job, attested))
    if attested.result.failed:
        raise click.exceptions.Exit(1)


def _bench(application: Application) -> Bench:
    """The store's ledger and people, its root of trust verified and on the record."""
    from infra.paths import project_root
    from promotion import amendment, trust_store
    from promotion.attesting import Bench
    from promotion.repository import Repository
    from promotion.tenure import user

    location = application.location()
    chain, ledger = trust_store.load(location.store, application.pin()), location.ledger()
    amendment.record(ledger, chain, user())
    repository = Repository(project_root())
    return Bench(location.store, ledger, chain.newest.people, repository, application.say)


def _alone() -> Surroundings:
    """Unit tests: the caller's variables but those that lead to a cloud, to keys, or to this program's own places."""
    from operations.sandbox import without_clouds
    from promotion.suites import Surroundings

    return Surroundings(_own(without_clouds(os.environ)))


def _deployed(application: Application, environment: str) -> Surroundings:
    """The variables with which clients reach it, and the stack's outputs."""
    from cli.targets import emulated_target
    from operations.target import DEFAULT
    from promotion.suites import Surroundings

    target = emulated_target(application, environment, application.environment.get("DISTRO_SANDBOX", DEFAULT))
    if target is None:
        from operations import genuine

        variables, outputs = genuine.client_environment(environment, os.environ)
    else:
        from operations import sandbox

        variables, outputs = sandbox.client_environment(target, os.environ), sandbox.outputs(target)
    told = {
        "DISTRO_ENVIRONMENT": environment, "DISTRO_OUTPUTS": json.dumps(outputs.clear),
        "DISTRO_CLOUD": "emulated" if target else "genuine",
    }  # fmt: skip
    hidden = (str(outputs.clear[name]) for name in outputs.secret)
    return Surroundings({**_own(variables), **told}, frozenset(filter(None, hidden)))


def _own(variables: dict[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in variables.items()
        if not name.startswith(("DISTRO_", "PYTEST_", "PYTHON")) and name != "SSH_AUTH_SOCK"
    }  # fmt: skip


def _document(job: Job, attested: Attested) -> dict[str, Any]:
    result = attested.result
    return {
        "suite": job.suite, "environment": job.environment, "release": attested.release.id,
        "result": "failed" if result.failed else "passed", "passed": result.passed, "failed": result.failed,
        "failures": list(result.failures), "evidence": attested.evidence.content, "attester": job.attester.name,
    }  # fmt: skip


def _text(application: Application, job: Job, attested: Attested) -> None:
    from promotion.text import escaped

    result, out = attested.result, application.out
    for name in result.failures:
        out.print(f"failed  {escaped(name)}", markup=False)
    counts = f"{result.passed} passed, {result.failed} failed"
    place = f"{attested.release.id} on {job.environment}"
    out.print(f"{job.suite}: {counts} for {place}, attested by {job.attester.name}.", markup=False)
