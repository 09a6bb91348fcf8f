"""Rules of monitoring, cost and security (sections 6, 7 and 8)."""

from collections.abc import Iterator, Mapping

from infra.environment.base import Range
from infra.environment.environment import Environment
from infra.environment.monitoring import UNITS, AlarmName, BaselineName
from infra.environment.rules.finding import Finding, relaxed

_ALERTS: Mapping[BaselineName, AlarmName] = {
    "api-response-p95": "response-time-p95",
    "query-time-average": "query-time",
    "cold-start": "cold-start",
    "error-rate": "error-rate",
    "availability": "availability",
}
_FULL = 100


def alarms(environment: Environment) -> Iterator[Finding]:
    """An alarm has one threshold, of a possible size."""
    for name, alarm in environment.monitoring.alarms.items():
        place, given = (
            ("monitoring", "alarms", name),
            [value for value in (alarm.above, alarm.below) if value is not None],
        )
        if len(given) != 1:
            yield place, "needs above or below, and only one of them (section 6.1)"
        elif UNITS[name].startswith("%") and given[0] > _FULL:
            yield place, f"{given[0]:g} is above 100% (section 6.1)"


def baselines(environment: Environment) -> Iterator[Finding]:
    """The alert threshold of a baseline is that of its alarm."""
    for name, baseline in environment.baselines.items():
        alarm = environment.monitoring.alarms.get(_ALERTS[name])
        if alarm is None or baseline.alert not in (alarm.above, alarm.below):
            yield ("baselines", name, "alert"), f"differs from the alarm {_ALERTS[name]} (sections 6.1 and 6.2)"


def sums(environment: Environment) -> Iterator[Finding]:
    """Parts add up to their totals (C-84)."""
    cost = environment.cost
    for name, parts in (("aws", cost.aws_services), ("firebase", cost.firebase_services)):
        if parts and _sum(*parts.values()) != (total := getattr(cost, name)):
            yield (
                ("cost", name),
                f"{_shown(total)} is not the sum of its services, {_shown(_sum(*parts.values()))} (section 7.1)",
            )
    if (total := _sum(cost.aws, cost.firebase)) != cost.total:
        yield (
            ("cost", "total"),
            f"{_shown(cost.total)} is not the sum of aws and firebase, {_shown(total)} (section 7.1)",
        )


def controls(environment: Environment) -> Iterator[Finding]:
    """Staging has production's controls (C-88); the pipeline deploys development by itself, and nothing else."""
    given = environment.security
    if given.ci_deploys and environment.name not in {"local", "dev"}:
        yield ("security", "ci_deploys"), f"is not allowed in {environment.name} (section 1.1)"
    if relaxed(environment):
        return
    for name, wanted in (("mfa", True), ("waf", True), ("encryption_enforced", True), ("shared_identities", False)):
        if getattr(given, name) != wanted:
            yield ("security", name), f"must be {str(wanted).lower()} in {environment.name} (section 8.1, C-88)"
    if given.least_privilege != "enforced":
        yield ("security", "least_privilege"), f"must be enforced in {environment.name} (section 8.1, C-88)"
    if given.scanning is None:
        yield ("security", "scanning"), f"must be scheduled in {environment.name} (section 8.1, C-88)"


def audit(environment: Environment) -> Iterator[Finding]:
    """One trail an account: the sandbox has its own, the others the shared one."""
    wanted = "own" if environment.name == "local" else "shared"
    if environment.security.audit.trail != wanted:
        yield ("security", "audit", "trail"), f"must be {wanted} in {environment.name} (section 8.1)"
    if not (environment.security.audit.data_events or relaxed(environment)):
        yield (
            ("security", "audit", "data_events"),
            f"must be true in {environment.name}: all access is logged (section 8.1)",
        )


def _sum(*ranges: Range) -> Range:
    return Range(least=sum(each.least for each in ranges), most=sum(each.most for each in ranges))


def _shown(given: Range) -> str:
    return f"{given.least}-{given.most}"


RULES = (alarms, baselines, sums, controls, audit)
