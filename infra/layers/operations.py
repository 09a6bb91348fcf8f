"""How the environment is run: configuration, monitoring, cost, recovery, and who may do what (sections 5 to 10)."""

from __future__ import annotations

from infra.aws.alarms import Subjects
from infra.aws.backup import Backup, BackupArgs
from infra.aws.budgets import Budgets, BudgetsArgs
from infra.aws.iam import Iam, IamArgs
from infra.aws.monitoring import Monitoring, MonitoringArgs
from infra.aws.parameters import Parameters, ParametersArgs
from infra.firebase.firebase import Firebase
from infra.layers.compute import Compute
from infra.layers.foundation import Foundation
from infra.layers.interfaces import Interfaces


class Operations:
    """The day-to-day systems of one environment."""

    def __init__(self, foundation: Foundation, compute: Compute, interfaces: Interfaces, firebase: Firebase) -> None:
        self._foundation = foundation
        self._parameters(interfaces, firebase)
        self._monitoring(compute, interfaces)
        base, environment = foundation, foundation.environment
        Budgets("budgets", BudgetsArgs(base.scope, environment.cost, base.topics["warning"].arn), base.opts)
        if environment.recovery.strategy == "restore-backups":
            self._backup()
        Iam("iam", IamArgs(base.scope, environment), base.opts)

    def _parameters(self, interfaces: Interfaces, firebase: Firebase) -> None:
        base = self._foundation
        args = ParametersArgs(
            scope=base.scope,
            environment=base.environment,
            api_url=interfaces.dn.stage.invoke_url,
            settings={**firebase.settings, **interfaces.export_settings(firebase)},
        )
        Parameters("parameters", args, base.opts)

    def _monitoring(self, compute: Compute, interfaces: Interfaces) -> None:
        base, apis = self._foundation, self._foundation.environment.apis
        stages = {"dn": apis.dn.stage, "general": apis.general.stage}
        subjects = Subjects(
            environment=base.environment,
            apis={label: (interfaces.names[label], stage) for label, stage in stages.items()},
            functions=tuple(base.scope.name(name) for name in base.environment.functions.each),
        )
        args = MonitoringArgs(base.scope, subjects, base.topics, compute.functions.log_groups)
        self.alarms = Monitoring("monitoring", args, base.opts).alarms

    def _backup(self) -> None:
        base, environment = self._foundation, self._foundation.environment
        critical = [environment.bucket(label) for label, bucket in environment.buckets.items() if bucket.critical]
        args = BackupArgs(
            scope=base.scope,
            resources=(
                base.scope.arn("rds", f"cluster:{environment.cluster}"),
                *(f"arn:aws:s3:::{bucket}" for bucket in critical),
            ),
            keep_days=environment.database.backup_retention_days,
            copy_region=environment.recovery.region,
        )
        Backup("backup", args, base.opts)
