"""Lambda and API Gateway."""

import json
from typing import Any

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "system": "api"}
SIGNATURE = "4dabf18193072939515e22adb298388d"
API = {"restApi": Ref("api"), "resourceId": Ref("api-resource")}
GET = {**API, "httpMethod": Ref("api-method", "httpMethod")}


def code(answer: str) -> dict[str, Any]:
    """An archive with one handler, as the engine sends it."""
    text = f"def handler(event, context):\n    return {answer!r}\n"
    asset = {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "hash": f"asset-{answer}", "text": text}
    return {SIGNATURE: "0def7320c3a5731c473e5ecbe6d01bc7", "hash": f"archive-{answer}", "assets": {"main.py": asset}}


def policy(effect: str) -> str:
    """Who may call the API."""
    statement = {"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


SAMPLES = (
    Sample(
        "function",
        "aws:lambda/function:Function",
        {
            "name": "sample-function",
            "code": code("one"),
            "handler": "main.handler",
            "runtime": "python3.11",
            "role": Ref("role", "arn"),
            "memorySize": 256,
            "timeout": 30,
            "environment": {"variables": {"STAGE": "local"}},
            "deadLetterConfig": {"targetArn": Ref("dead-letters", "arn")},
            "tracingConfig": {"mode": "Active"},
            "tags": TAGS,
        },
        (
            {"code": code("two")},
            {"memorySize": None},
            {"timeout": 60},
            {"environment": {"variables": {"STAGE": "local", "MORE": "1"}}},
            {"environment": None},
            {"description": "Sample"},
            {"handler": "main.other"},
            {"deadLetterConfig": None},
            {"tracingConfig": {"mode": "PassThrough"}},
            {"reservedConcurrentExecutions": 5},
            {"reservedConcurrentExecutions": 0},
            {"ephemeralStorage": {"size": 1024}},
            {"loggingConfig": {"logFormat": "JSON", "applicationLogLevel": "INFO", "systemLogLevel": "WARN"}},
            {"tags": {"a": "b"}},
        ),
        ("arn", "invokeArn", "codeSha256", "version", "qualifiedArn", "lastModified"),
    ),
    Sample(
        "function-permission",
        "aws:lambda/permission:Permission",
        {
            "statementId": "from-api",
            "action": "lambda:InvokeFunction",
            "function": Ref("function", "arn"),
            "principal": "apigateway.amazonaws.com",
            "sourceArn": "arn:aws:execute-api:us-east-1:000000000000:abc/*",
            "sourceAccount": "000000000000",
        },
    ),
    Sample(
        "function-mapping",
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        {"eventSourceArn": Ref("queue", "arn"), "functionName": Ref("function", "arn"), "batchSize": 5},
        (
            {"batchSize": 7},
            {"maximumBatchingWindowInSeconds": 3},
            {"functionResponseTypes": ["ReportBatchItemFailures"]},
            {"filterCriteria": {"filters": [{"pattern": json.dumps({"body": {"kind": ["a"]}})}]}},
            {"scalingConfig": {"maximumConcurrency": 5}},
            {"enabled": False},
        ),
        ("arn", "uuid", "functionArn"),
    ),
    Sample(
        "function-asynchronous",
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        {"functionName": Ref("function"), "maximumRetryAttempts": 1, "maximumEventAgeInSeconds": 120},
        (
            {"maximumRetryAttempts": 0},
            {"maximumEventAgeInSeconds": 600},
            {"destinationConfig": {"onFailure": {"destination": Ref("dead-letters", "arn")}}},
        ),
    ),
    Sample(
        "function-alias",
        "aws:lambda/alias:Alias",
        {"name": "live", "functionName": Ref("function"), "functionVersion": "$LATEST"},
        ({"description": "Live"},),
        ("arn", "invokeArn"),
    ),
    Sample(
        "api",
        "aws:apigateway/restApi:RestApi",
        {"name": "sample-api", "description": "An API", "endpointConfiguration": {"types": "REGIONAL"}, "tags": TAGS},
        (
            {"description": "Other"},
            {"name": "sample-api-renamed"},
            {"binaryMediaTypes": ["image/png", "audio/wav"]},
            {"minimumCompressionSize": "1024"},
            {"apiKeySource": "AUTHORIZER"},
            {"disableExecuteApiEndpoint": True},
            {"policy": policy("Allow")},
            {"tags": {"a": "b"}},
        ),
        ("arn", "executionArn", "rootResourceId"),
    ),
    Sample(
        "api-resource",
        "aws:apigateway/resource:Resource",
        {"restApi": Ref("api"), "parentId": Ref("api", "rootResourceId"), "pathPart": "users"},
        ({"pathPart": "people"},),
        ("path",),
    ),
    Sample(
        "api-method",
        "aws:apigateway/method:Method",
        {
            **API,
            "httpMethod": "GET",
            "authorization": "NONE",
            "requestParameters": {"method.request.querystring.q": False},
        },
        (
            {"authorization": "AWS_IAM"},
            {"apiKeyRequired": True},
            {"operationName": "list"},
            {"requestParameters": {"method.request.querystring.page": True}},
            {"requestParameters": None},
        ),
    ),
    Sample(
        "api-method-response",
        "aws:apigateway/methodResponse:MethodResponse",
        {
            **GET,
            "statusCode": "200",
            "responseParameters": {"method.response.header.Access-Control-Allow-Origin": True},
        },
        ({"responseModels": {"application/json": "Empty"}}, {"responseParameters": None}),
    ),
    Sample(
        "api-integration",
        "aws:apigateway/integration:Integration",
        {**GET, "type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}},
        (
            {"requestTemplates": {"application/json": '{"statusCode": 204}', "text/plain": "x"}},
            {"passthroughBehavior": "NEVER"},
            {"timeoutMilliseconds": 5000},
        ),
    ),
    Sample(
        "api-integration-function",
        "aws:apigateway/integration:Integration",
        {
            "restApi": Ref("api"),
            "resourceId": Ref("api-method-root", "resourceId"),
            "httpMethod": Ref("api-method-root", "httpMethod"),
            "type": "AWS_PROXY",
            "integrationHttpMethod": "POST",
            "uri": Ref("function", "invokeArn"),
        },
    ),
    Sample(
        "api-method-root",
        "aws:apigateway/method:Method",
        {
            "restApi": Ref("api"),
            "resourceId": Ref("api", "rootResourceId"),
            "httpMethod": "ANY",
            "authorization": "NONE",
        },
    ),
    Sample(
        "api-integration-response",
        "aws:apigateway/integrationResponse:IntegrationResponse",
        {
            **GET,
            "statusCode": Ref("api-method-response", "statusCode"),
            "resourceId": Ref("api-integration", "resourceId"),
            "responseTemplates": {"application/json": "{}"},
        },
        (
            {"responseTemplates": {"application/json": '{"ok": true}'}},
            {"responseParameters": {"method.response.header.Access-Control-Allow-Origin": "'*'"}},
            {"selectionPattern": "2.*"},
        ),
    ),
    Sample(
        "api-deployment",
        "aws:apigateway/deployment:Deployment",
        {"restApi": Ref("api-integration", "restApi"), "triggers": {"redeploy": "1"}},
        ({"description": "One"},),
        ("createdDate",),
    ),
    Sample(
        "api-stage",
        "aws:apigateway/stage:Stage",
        {"restApi": Ref("api"), "deployment": Ref("api-deployment"), "stageName": "local", "tags": TAGS},
        (
            {"description": "Local"},
            {"variables": {"colour": "blue"}},
            {"xrayTracingEnabled": True},
            {"cacheClusterEnabled": True, "cacheClusterSize": "0.5"},
            {"accessLogSettings": {"destinationArn": Ref("log-group", "arn"), "format": "$context.requestId"}},
            {"tags": {"a": "b"}},
        ),
        ("arn", "executionArn", "invokeUrl"),
    ),
    Sample(
        "api-settings",
        "aws:apigateway/methodSettings:MethodSettings",
        {
            "restApi": Ref("api"),
            "stageName": Ref("api-stage", "stageName"),
            "methodPath": "*/*",
            "settings": {
                "metricsEnabled": True,
                "loggingLevel": "INFO",
                "throttlingBurstLimit": 100,
                "throttlingRateLimit": 50.5,
            },
        },
        (
            {"settings": {"loggingLevel": "ERROR", "dataTraceEnabled": True}},
            {"settings": {"cachingEnabled": True, "cacheTtlInSeconds": 60, "cacheDataEncrypted": True}},
        ),
    ),
    Sample(
        "api-settings-path",
        "aws:apigateway/methodSettings:MethodSettings",
        {
            "restApi": Ref("api"),
            "stageName": Ref("api-stage", "stageName"),
            "methodPath": "users/GET",
            "settings": {"cachingEnabled": True},
        },
    ),
    Sample("api-account", "aws:apigateway/account:Account", {"cloudwatchRoleArn": Ref("role", "arn")}),
    Sample(
        "api-answer",
        "aws:apigateway/response:Response",
        {
            "restApiId": Ref("api"),
            "responseType": "UNAUTHORIZED",
            "statusCode": "401",
            "responseParameters": {"gatewayresponse.header.Authorization": "'Basic'"},
            "responseTemplates": {"application/json": '{"message": $context.error.messageString}'},
        },
        ({"statusCode": "403"}, {"responseTemplates": {"application/json": "{}"}}),
    ),
    Sample(
        "api-policy",
        "aws:apigateway/restApiPolicy:RestApiPolicy",
        {"restApiId": Ref("api"), "policy": policy("Allow")},
        ({"policy": policy("Deny")},),
    ),
    Sample(
        "api-key",
        "aws:apigateway/apiKey:ApiKey",
        {"name": "sample-key"},
        ({"description": "Other"}, {"enabled": False}, {"tags": TAGS}),
        ("arn", "value"),
    ),
    Sample(
        "api-plan",
        "aws:apigateway/usagePlan:UsagePlan",
        {
            "name": "sample-plan",
            "apiStages": [{"apiId": Ref("api"), "stage": Ref("api-stage", "stageName")}],
            "throttleSettings": {"burstLimit": 5, "rateLimit": 10},
            "quotaSettings": {"limit": 1000, "period": "MONTH"},
        },
        (
            {"throttleSettings": {"burstLimit": 6, "rateLimit": 11}},
            {"quotaSettings": {"limit": 2000, "period": "WEEK"}},
            {"apiStages": []},
            {"description": "A plan"},
        ),
    ),
    Sample(
        "api-plan-key",
        "aws:apigateway/usagePlanKey:UsagePlanKey",
        {"keyId": Ref("api-key"), "keyType": "API_KEY", "usagePlanId": Ref("api-plan")},
    ),
    Sample(
        "api-domain",
        "aws:apigateway/domainName:DomainName",
        {
            "domainName": "api.sample.test",
            "regionalCertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/one",
            "endpointConfiguration": {"types": "REGIONAL"},
            "securityPolicy": "TLS_1_2",
            "tags": TAGS,
        },
        (
            {"regionalCertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/two"},
            {"tags": {"a": "b"}},
        ),
        ("arn", "regionalDomainName", "regionalZoneId"),
    ),
    Sample(
        "api-path",
        "aws:apigateway/basePathMapping:BasePathMapping",
        {
            "domainName": Ref("api-domain"),
            "basePath": "v1",
            "restApi": Ref("api"),
            "stageName": Ref("api-stage", "stageName"),
        },
    ),
)
