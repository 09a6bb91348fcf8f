"""Requests to APIs that want AWS IAM (section 4.1), signed as a back end signs them (AWS Signature Version 4)."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import httpx


class Signed(httpx.Auth):
    """Signs a request to API Gateway with the credentials among an environment's variables."""

    requires_request_body = True

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the signature's headers."""
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        variables = self._variables
        credentials = Credentials(
            variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"], variables.get("AWS_SESSION_TOKEN")
        )
        signed = AWSRequest(request.method, str(request.url), data=request.content)
        SigV4Auth(credentials, "execute-api", variables["AWS_REGION"]).add_auth(signed)
        request.headers.update(dict(signed.headers))
        yield request
