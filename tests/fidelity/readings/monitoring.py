"""Alarms, metrics and logs (section 6), schedules and budgets."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tests.fidelity.table import Reading
from tests.fidelity.world import Resource, Things, World


def _alarms(world: World) -> Things:
    """Those of computed metrics: the others recover an instance."""
    found = world.live.pages("cloudwatch", "describe_alarms", "MetricAlarms", AlarmNamePrefix=world.prefix)
    rows = [row for row in found if row.get("Metrics")]
    return {
        world.short(row["AlarmName"]): {
            "limit": row["Threshold"],
            "goes-off": row["ComparisonOperator"],
            "statistic": next((each["MetricStat"]["Stat"] for each in row["Metrics"] if "MetricStat" in each), None),
            "tells": [world.short(topic.rpartition(":")[2]) for topic in row["AlarmActions"]],
            "minutes": row["EvaluationPeriods"]
            * _seconds(each.get("MetricStat", {}).get("Period") for each in row["Metrics"])
            / 60,
        }
        for row in rows
    }


def _seconds(periods: Iterable[int | None]) -> int:
    return max(period for period in periods if period)


def _planned_alarms(world: World) -> Things:
    """The topics' ARNs are known later; each alarm is tagged with its severity."""
    return {
        each.name: {
            "limit": each.inputs["threshold"],
            "goes-off": each.inputs["comparisonOperator"],
            "statistic": next(
                (query["metric"]["stat"] for query in each.inputs["metricQueries"] if "metric" in query), None
            ),
            "tells": [f"alerts-{each.inputs['tags']['severity']}"] if each.inputs["alarmActions"] else [],
            "minutes": each.inputs["evaluationPeriods"]
            * _seconds(query.get("metric", {}).get("period") for query in each.inputs["metricQueries"])
            / 60,
        }
        for each in world.inputs.of("cloudwatch/metricAlarm:MetricAlarm")
        if "metricQueries" in each.inputs
    }


def _metrics(world: World) -> Things:
    name = f"{world.prefix}overview"
    return _charted(world, world.live.aws("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])


def _planned_metrics(world: World) -> Things:
    return _charted(world, world.inputs.one("cloudwatch/dashboard:Dashboard").inputs["dashboardBody"])


def _charted(world: World, body: str) -> Things:
    """Each metric of the dashboard, `AWS/Lambda Errors`, and of what it is shown."""
    found: dict[str, dict[str, Any]] = {}
    for widget in json.loads(body)["widgets"]:
        for namespace, metric, *dimensions in widget["properties"]["metrics"]:
            about = found.setdefault(f"{namespace} {metric}", {"of": []})["of"]
            about += [world.short(dimensions[1])] if dimensions else []
    return found


_KINDS = ("application", "access", "audit", "debug")


def _logs(world: World) -> Things:
    """Retention by kind of log; each group is tagged with its kind."""
    logs, rows = world.live.aws("logs"), world.live.pages("logs", "describe_log_groups", "logGroups")
    told = [(row, logs.list_tags_for_resource(resourceArn=row["arn"].removesuffix(":*"))["tags"]) for row in rows]
    own = [
        (found["log"], row.get("retentionInDays"))
        for row, found in told
        if found.get("environment") in (world.environment, "shared")
    ]
    return _kept(own)


def _planned_logs(world: World) -> Things:
    shared = world.shared.resources if world.shared else ()
    rows: list[Resource] = [*world.inputs.resources, *shared]
    groups = [each.inputs for each in rows if each.type.endswith("logGroup:LogGroup")]
    return _kept([(row["tags"]["log"], row["retentionInDays"]) for row in groups])


def _kept(rows: list[tuple[str, int | None]]) -> Things:
    found: dict[str, list[int | None]] = {kind: [days for log, days in rows if log == kind] for kind in _KINDS}
    return {kind: {"days": sorted(set(days), key=str), "groups": len(days)} for kind, days in found.items() if days}


def _schedules(world: World) -> Things:
    scheduler = world.live.aws("scheduler")
    rows = scheduler.list_schedules(NamePrefix=world.prefix)["Schedules"]
    own = [row for row in rows if row["Name"].startswith(world.prefix)]  # LocalStack does not look at the prefix
    full = [scheduler.get_schedule(Name=row["Name"], GroupName=row["GroupName"]) for row in own]
    return {
        world.short(row["Name"]): {
            "when": row["ScheduleExpression"],
            "zone": row["ScheduleExpressionTimezone"],
            "state": row["State"],
            "does": json.loads(row["Target"]["Input"])["action"],
            "by": world.short(row["Target"]["Arn"].rpartition(":")[2]),
        }
        for row in full
    }


def _planned_schedules(world: World) -> Things:
    rows = [each.inputs for each in world.inputs.of("scheduler/schedule:Schedule")]
    return {
        world.short(row["name"]): {
            "when": row["scheduleExpression"],
            "zone": row["scheduleExpressionTimezone"],
            "state": row["state"],
            "does": _action(row["target"]),
            "by": world.short(row["target"]["arn"].rpartition(":")[2]),
        }
        for row in rows
    }


def _action(target: Any) -> str:
    action: str = json.loads(target["input"])["action"]
    return action


def _budgets(world: World) -> Things:
    budgets, account = world.live.aws("budgets"), world.live.variables["AWS_ACCESS_KEY_ID"]
    rows = budgets.describe_budgets(AccountId=account)["Budgets"]
    return {
        world.short(row["BudgetName"]): {
            "dollars": float(row["BudgetLimit"]["Amount"]),
            "unit": row["BudgetLimit"]["Unit"],
            "every": row["TimeUnit"],
            "of": row["CostFilters"]["TagKeyValue"],
            "alerts-at": sorted(
                each["Threshold"]
                for each in budgets.describe_notifications_for_budget(AccountId=account, BudgetName=row["BudgetName"])[
                    "Notifications"
                ]
            ),
        }
        for row in rows
        if row["BudgetName"].startswith(world.prefix)
    }


def _planned_budgets(world: World) -> Things:
    return {
        each.name: {
            "dollars": float(each.inputs["limitAmount"]),
            "unit": each.inputs["limitUnit"],
            "every": each.inputs["timeUnit"],
            "of": each.inputs["costFilters"][0]["values"],
            "alerts-at": sorted(row["threshold"] for row in each.inputs["notifications"]),
        }
        for each in world.inputs.of("budgets/budget:Budget")
    }


alarms = Reading("alarms", _planned_alarms, _alarms)
metrics = Reading("metrics on the dashboard", _planned_metrics, _metrics)
logs = Reading("logs", _planned_logs, _logs)
schedules = Reading("off-hours schedules", _planned_schedules, _schedules)
budgets = Reading("budgets", _planned_budgets, _budgets)
