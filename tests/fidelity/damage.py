"""What test_damage.py breaks: one thing at a time, with the clients that any user of the cloud has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.fidelity.world import Cloud

PREFIX = "distronation-local-"
HEALTH = f"{PREFIX}health"
ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Damage:
    """A change, and the place in the tables where it has to show."""

    statement: str
    place: str
    do: Callable[[Cloud], object]


def _group(cloud: Cloud, name: str) -> str:
    rows = cloud.aws("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": [PREFIX + name]}])
    found: str = rows["SecurityGroups"][0]["GroupId"]
    return found


def _asks_for_spot_once(cloud: Cloud) -> None:
    """A one-time request cannot be stopped and started (C-23)."""
    options = {"MarketType": "spot", "SpotOptions": {"SpotInstanceType": "one-time"}}
    cloud.aws("ec2").create_launch_template_version(
        LaunchTemplateName=f"{PREFIX}tools", LaunchTemplateData={"InstanceMarketOptions": options}
    )


def _opens_the_database(cloud: Cloud) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    cloud.aws("ec2").authorize_security_group_ingress(GroupId=_group(cloud, "database"), IpPermissions=[rule])


def _adds_a_nat_gateway(cloud: Cloud) -> None:
    ec2 = cloud.aws("ec2")
    public = [{"Name": "tag:tier", "Values": ["public"]}]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    tags = [{"ResourceType": "natgateway", "Tags": [{"Key": "environment", "Value": "local"}]}]
    subnet = ec2.describe_subnets(Filters=public)["Subnets"][0]["SubnetId"]
    ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address, TagSpecifications=tags)


def _adds_a_reader(cloud: Cloud) -> None:
    cloud.aws("rds").create_db_instance(
        DBInstanceIdentifier=f"{PREFIX}database-reader",
        DBClusterIdentifier=f"{PREFIX}database",
        DBInstanceClass="db.serverless",
        Engine="aurora-postgresql",
        Tags=[{"Key": "environment", "Value": "local"}],
    )


def _keeps_objects(cloud: Cloud) -> None:
    rule = {"ID": "aging", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 70}}
    cloud.aws("s3").put_bucket_lifecycle_configuration(
        Bucket=f"{PREFIX}content", LifecycleConfiguration={"Rules": [rule]}
    )


def _api(cloud: Cloud) -> str:
    rows = cloud.aws("apigateway").get_rest_apis(limit=500)["items"]
    return next(str(row["id"]) for row in rows if row["name"] == f"{PREFIX}dn-api")


def _method(cloud: Cloud, path: str) -> dict[str, str]:
    api = _api(cloud)
    rows = cloud.aws("apigateway").get_resources(restApiId=api, limit=500)["items"]
    return {"restApiId": api, "resourceId": next(row["id"] for row in rows if row["path"] == path), "httpMethod": "GET"}


def _loosens_the_throttle(cloud: Cloud) -> None:
    step = {"op": "replace", "path": "/*/*/throttling/burstLimit", "value": "9999"}
    cloud.aws("apigateway").update_stage(restApiId=_api(cloud), stageName="local", patchOperations=[step])


def _asks_for_signatures(cloud: Cloud) -> None:
    step = {"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"}
    cloud.aws("apigateway").update_method(**_method(cloud, "/health"), patchOperations=[step])


def _quiets_graphql(cloud: Cloud) -> None:
    appsync = cloud.aws("appsync")
    api = next(row for row in appsync.list_graphql_apis()["graphqlApis"] if row["name"] == f"{PREFIX}graphql")
    appsync.update_graphql_api(
        apiId=api["apiId"],
        name=api["name"],
        authenticationType=api["authenticationType"],
        logConfig={**api["logConfig"], "fieldLogLevel": "ERROR"},
    )


def _lets_anonymous_in(cloud: Cloud) -> None:
    host, project = cloud.variables["FIREBASE_AUTH_EMULATOR_HOST"], cloud.variables["GCLOUD_PROJECT"]
    url = f"http://{host}/identitytoolkit.googleapis.com/v2/projects/{project}/config"
    body, mask = {"signIn": {"anonymous": {"enabled": True}}}, {"updateMask": "signIn.anonymous.enabled"}
    owner = {"Authorization": "Bearer owner"}
    cloud.http.patch(url, params=mask, json=body, headers=owner).raise_for_status()


def _overrides_by_parameter(cloud: Cloud) -> None:
    """The default is in force only as long as nobody sets the parameter."""
    cloud.aws("ssm").put_parameter(Name="/dev/config/catalogue/page-size", Value="1", Type="String")


def _flips_the_flag(cloud: Cloud) -> None:
    cloud.aws("ssm").put_parameter(Name="/dev/features/new-upload-flow", Value="false", Type="String", Overwrite=True)


def _adds_an_alarm(cloud: Cloud) -> None:
    cloud.aws("cloudwatch").put_metric_alarm(
        AlarmName=f"{PREFIX}lambda-throttles",
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        Metrics=[{"Id": "m", "MetricStat": {"Metric": {"Namespace": "AWS/Lambda", "MetricName": "Throttles"},
                                            "Period": 60, "Stat": "Sum"}}],
    )  # fmt: skip


def _raises_the_budget(cloud: Cloud) -> None:
    """In two calls: moto has none that changes a budget."""
    budgets, name = cloud.aws("budgets"), f"{PREFIX}monthly"
    old = budgets.describe_budget(AccountId=ACCOUNT, BudgetName=name)["Budget"]
    wanted = {key: old[key] for key in ("BudgetName", "TimeUnit", "BudgetType", "CostFilters")}
    budgets.delete_budget(AccountId=ACCOUNT, BudgetName=name)
    budgets.create_budget(AccountId=ACCOUNT, Budget={**wanted, "BudgetLimit": {"Amount": "1000", "Unit": "USD"}})


def _moves_the_schedule(cloud: Cloud) -> None:
    scheduler = cloud.aws("scheduler")
    old = scheduler.get_schedule(Name=f"{PREFIX}stop", GroupName=f"{PREFIX}off-hours")
    kept = ("Name", "GroupName", "ScheduleExpressionTimezone", "Target", "FlexibleTimeWindow", "State")
    scheduler.update_schedule(**{key: old[key] for key in kept}, ScheduleExpression="cron(0 20 * * ? *)")


DAMAGES = (
    Damage("0.2-10", "deployment kept-from", lambda cloud: cloud.aws("iam").delete_role_permissions_boundary(
        RoleName=f"{PREFIX}deployment")),
    Damage("0.2-03", "each environment", lambda cloud: cloud.aws("lambda").tag_resource(
        Resource=f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{HEALTH}", Tags={"environment": "prod"})),
    Damage("1.1-24", "stop when", _moves_the_schedule),
    Damage("2.1-12", "each memory", lambda cloud: cloud.aws("lambda").update_function_configuration(
        FunctionName=HEALTH, MemorySize=1024)),
    Damage("2.1-14", "each reserved", lambda cloud: cloud.aws("lambda").put_function_concurrency(
        FunctionName=HEALTH, ReservedConcurrentExecutions=1)),
    Damage("2.1-26", "each spot-request", _asks_for_spot_once),
    Damage("2.2-19", "cluster backup-days", lambda cloud: cloud.aws("rds").modify_db_cluster(
        DBClusterIdentifier=f"{PREFIX}database", BackupRetentionPeriod=7)),
    Damage("2.2-33", "cluster insights", lambda cloud: cloud.aws("rds").modify_db_cluster(
        DBClusterIdentifier=f"{PREFIX}database", EnablePerformanceInsights=True,
        PerformanceInsightsRetentionPeriod=7)),
    Damage("2.2-20", "names", _adds_a_reader),
    Damage("2.3-15", "each versioning", lambda cloud: cloud.aws("s3").put_bucket_versioning(
        Bucket=f"{PREFIX}content", VersioningConfiguration={"Status": "Enabled"})),
    Damage("2.3-17", "each deleted-after", _keeps_objects),
    Damage("2.3-19", "each blocked", lambda cloud: cloud.aws("s3").delete_public_access_block(
        Bucket=f"{PREFIX}content")),
    Damage("2.4-16", "nat-gateways count", _adds_a_nat_gateway),
    Damage("3.1-34", "sign-in ways", _lets_anonymous_in),
    Damage("3.1-37", "/dev/config/firebase/session-hours value", lambda cloud: cloud.aws("ssm").put_parameter(
        Name="/dev/config/firebase/session-hours", Value="24", Type="String", Overwrite=True)),
    Damage("4.1-20", "each burst", _loosens_the_throttle),
    Damage("4.1-23", "each signed", _asks_for_signatures),
    Damage("4.2-14", "graphql logs", _quiets_graphql),
    Damage("5.1-04", "catalogue/page-size source", _overrides_by_parameter),
    Damage("5.1-17", "dev/distronation/test-credentials described", lambda cloud: cloud.aws(
        "secretsmanager").delete_secret(SecretId="dev/distronation/test-credentials", ForceDeleteWithoutRecovery=True)),
    Damage("5.2-10", "/dev/features/new-upload-flow value", _flips_the_flag),
    Damage("6.1-15", "names", _adds_an_alarm),
    Damage("6.1-18", "application days", lambda cloud: cloud.aws("logs").put_retention_policy(
        logGroupName=f"/aws/lambda/{HEALTH}", retentionInDays=30)),
    Damage("7.1-19", "monthly dollars", _raises_the_budget),
    Damage("8.1-20", "database ranges", _opens_the_database),
    Damage("8.1-24", "trail recording", lambda cloud: cloud.aws("cloudtrail").stop_logging(Name=f"{PREFIX}trail")),
)  # fmt: skip
"""One or more a section; each is one call that somebody could make by hand."""
