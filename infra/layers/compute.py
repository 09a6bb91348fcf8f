"""What works: functions, instances, and when they need not (sections 2.1, 1.1 and 7.2)."""

from __future__ import annotations

from infra.aws import queues
from infra.aws.ec2_instances import Ec2Instances, Ec2InstancesArgs
from infra.aws.function_access import Backends, FunctionAccess
from infra.aws.lambda_functions import LambdaFunctions, LambdaFunctionsArgs
from infra.aws.schedule import Schedule, ScheduleArgs
from infra.layers.data import Data
from infra.layers.foundation import Foundation

UNRELEASED = "unreleased"


class Compute:
    """The functions and instances of one environment."""

    def __init__(self, foundation: Foundation, data: Data) -> None:
        self._foundation = foundation
        self._data = data
        self.functions = self._functions()
        self.instances = self._instances()
        self._schedule()

    def _functions(self) -> LambdaFunctions:
        base, data, environment = self._foundation, self._data, self._foundation.environment
        backends = Backends(data.database.cluster.arn, data.database.secret_arn, data.queues.ingest.url)
        access = FunctionAccess(base.scope, environment, backends)
        args = LambdaFunctionsArgs(
            scope=base.scope,
            environment=environment,
            release=base.settings.get("release") or UNRELEASED,
            access={name: access.of(name) for name in environment.functions.each},
            place=base.place,
            security_group_id=base.groups.app.id,
            dead_letters=data.queues.dead_letters,
            ingest_queue=data.queues.ingest,
        )
        return LambdaFunctions("lambda", args, base.opts)

    def _instances(self) -> Ec2Instances | None:
        base, environment = self._foundation, self._foundation.environment
        if not environment.instances:
            return None
        args = Ec2InstancesArgs(
            scope=base.scope,
            instances=environment.instances,
            place=base.place,
            security_group_id=base.groups.app.id,
            off_hours=environment.business_hours is not None,
        )
        return Ec2Instances("ec2", args, base.opts)

    def _schedule(self) -> None:
        base, hours = self._foundation, self._foundation.environment.business_hours
        if hours is None or "off-hours" not in self.functions.functions:
            return
        args = ScheduleArgs(
            scope=base.scope,
            hours=hours,
            function_arn=self.functions.arn("off-hours"),
            dead_letters=self._data.queues.dead_letters.get("off-hours"),
            dead_letters_name=queues.dead_letters_name(base.scope, "off-hours"),
        )
        Schedule("schedule", args, base.opts)
