"""CloudWatch: alarms with the document's thresholds, and the dashboard (sections 6.1 and 6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws import alarms, dashboard, metric_filters
from infra.aws.log_groups import log_group
from infra.aws.scope import Component, Scope
from infra.environment.monitoring import Alarm, AlarmName


@dataclass(frozen=True)
class MonitoringArgs:
    """What is watched, and the topics by severity."""

    scope: Scope
    subjects: alarms.Subjects
    topics: Mapping[str, aws.sns.Topic]
    function_logs: Mapping[str, pulumi.Input[str]]


class Monitoring(Component):
    """Alarms, metric filters and the dashboard of an environment."""

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.spec = args.subjects.environment.monitoring
        self._filters()
        self.alarms: dict[str, aws.cloudwatch.MetricAlarm] = {}
        for alarm, wanted in self.spec.alarms.items():
            for measure in alarms.measures(alarm, args.subjects):
                self.alarms[measure.name] = self._alarm(alarm, wanted, measure)
        if self.spec.dashboard:
            self._dashboard()
        self.register_outputs({})

    def _filters(self) -> None:
        """Only what an alarm asks for: each filter is paid for."""
        if "cold-start" in self.spec.alarms:
            for function, group in self.args.function_logs.items():
                metric_filters.cold_starts(self, function, group)
        if "query-time" in self.spec.alarms:
            name = f"/aws/rds/cluster/{self.args.subjects.environment.cluster}/postgresql"
            postgresql = log_group(self, "postgresql", name, "application", self.spec.log_retention, "aurora")
            metric_filters.query_times(self, postgresql.name)

    def _alarm(self, alarm: AlarmName, wanted: Alarm, measure: alarms.Measure) -> aws.cloudwatch.MetricAlarm:
        above = wanted.above is not None
        limit = wanted.above if wanted.above is not None else wanted.below or 0
        topic = self.args.topics[wanted.severity].arn
        return aws.cloudwatch.MetricAlarm(
            measure.name,
            name=self.scope.name(measure.name),
            alarm_description=f"{alarm} {'above' if above else 'below'} {limit:g} ({wanted.severity})",
            comparison_operator="GreaterThanThreshold" if above else "LessThanThreshold",
            threshold=limit * measure.unit_of_limit,
            evaluation_periods=measure.periods,
            metric_queries=list(measure.queries),
            # No request is no failure; at night there are none.
            treat_missing_data="notBreaching",
            alarm_actions=[topic],
            ok_actions=[topic],
            tags=self.scope.tags("monitoring", severity=wanted.severity),
            opts=self.child(),
        )

    def _dashboard(self) -> None:
        aws.cloudwatch.Dashboard(
            "dashboard",
            dashboard_name=self.scope.name("overview"),
            dashboard_body=dashboard.body(self.args.subjects, self.scope.region),
            opts=self.child(),
        )
