"""AppSync."""

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "managed-by": "distro"}
MORE = {**TAGS, "system": "appsync"}
ROLE = "arn:aws:iam::000000000000:role/appsync"
SCHEMA = "type Query { release(id: ID!): String @aws_iam }\nschema { query: Query }\n"

SAMPLES = (
    Sample(
        "graphql",
        "aws:appsync/graphQLApi:GraphQLApi",
        {
            "authenticationType": "AWS_IAM",
            "schema": SCHEMA,
            "xrayEnabled": True,
            "introspectionConfig": "ENABLED",
            "logConfig": {"cloudwatchLogsRoleArn": ROLE, "fieldLogLevel": "ERROR", "excludeVerboseContent": True},
            "additionalAuthenticationProviders": [{"authenticationType": "API_KEY"}],
            "tags": TAGS,
        },
        (
            {"xrayEnabled": False},
            {"logConfig": {"cloudwatchLogsRoleArn": ROLE, "fieldLogLevel": "ALL"}},
            {"schema": SCHEMA.replace("release", "releases")},
            {"name": "other"},
            {"tags": MORE},
        ),
        ("arn", "uris"),
    ),
    Sample(
        "graphql-cache",
        "aws:appsync/apiCache:ApiCache",
        {
            "apiId": Ref("graphql"),
            "type": "SMALL",
            "ttl": 300,
            "apiCachingBehavior": "PER_RESOLVER_CACHING",
            "atRestEncryptionEnabled": True,
            "transitEncryptionEnabled": True,
        },
        ({"ttl": 60}, {"apiCachingBehavior": "FULL_REQUEST_CACHING"}, {"type": "MEDIUM"}),
    ),
    Sample(
        "graphql-key",
        "aws:appsync/apiKey:ApiKey",
        {"apiId": Ref("graphql"), "description": "Development"},
        ({"description": "Other"}, {"expires": "2030-01-01T00:00:00Z"}),
        ("key",),
    ),
    Sample(
        "data-source",
        "aws:appsync/dataSource:DataSource",
        {
            "apiId": Ref("graphql"),
            "name": "catalogue",
            "type": "AWS_LAMBDA",
            "serviceRoleArn": ROLE,
            "lambdaConfig": {"functionArn": "arn:aws:lambda:us-east-1:000000000000:function:catalogue"},
        },
        ({"description": "the catalogue"},),
        ("arn",),
    ),
    Sample(
        "resolver",
        "aws:appsync/resolver:Resolver",
        {
            "apiId": Ref("graphql"),
            "type": "Query",
            "field": "release",
            "dataSource": Ref("data-source", "name"),
            "runtime": {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
            "code": "export function request(ctx) {}",
            "cachingConfig": {"ttl": 60, "cachingKeys": ["$context.arguments.id"]},
        },
        ({"code": "export function response(ctx) {}"},),
        ("arn",),
    ),
    Sample(
        "pipeline-function",
        "aws:appsync/function:Function",
        {"apiId": Ref("graphql"), "name": "step", "dataSource": "catalogue", "code": "export function request(ctx) {}"},
        ({"description": "first"},),
        ("arn", "functionId"),
    ),
)
