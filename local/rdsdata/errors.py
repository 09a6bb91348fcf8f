"""Errors as the service answers them (RDS Data API Reference, "Common Errors" and each action's)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """An error of the API: its code, HTTP status, and the members of its body."""

    status = 400

    def __init__(self, message: str | None = None, **members: Any) -> None:
        super().__init__(message)
        self.members: Mapping[str, Any] = {**({"message": message} if message else {}), **members}

    @property
    def code(self) -> str:
        """What the header x-amzn-ErrorType names."""
        return type(self).__name__


class BadRequestException(ApiError):
    """The request itself is wrong."""


class DatabaseErrorException(ApiError):
    """PostgreSQL refused the statement."""


class DatabaseUnavailableException(ApiError):
    """PostgreSQL cannot be reached. Has no members."""

    status = 504


class HttpEndpointNotEnabledException(ApiError):
    """The cluster has no Data API."""


class InternalServerErrorException(ApiError):
    """A fault of this emulator. Has no members."""

    status = 500


class InvalidSecretException(ApiError):
    """The secret holds no credentials of a database."""


class MissingAuthenticationTokenException(ApiError):
    """The request is not signed."""

    status = 403


class SecretsErrorException(ApiError):
    """The secret cannot be read."""


class StatementTimeoutException(ApiError):
    """The call took longer than 45 seconds; `dbConnectionId` is PostgreSQL's process id."""


class TransactionNotFoundException(ApiError):
    """There is no such transaction, or no more."""

    status = 404


class UnknownOperationException(ApiError):
    """There is no such operation."""

    status = 404


class UnsupportedResultException(ApiError):
    """The result has a type that the API does not return, or is too large."""


class ValidationException(ApiError):
    """A member of the request is missing, or of the wrong type or length."""
