"""No certificate: the sandbox is plain HTTP on a loopback interface, and making a key takes a tenth of a second."""

from __future__ import annotations

from localstack.utils import ssl


def install() -> None:
    """Let LocalStack's runtime ask in vain."""
    ssl.create_ssl_cert = no_certificate


def no_certificate(*_args: object, **_options: object) -> tuple[str, str, str]:
    """As LocalStack's function: combined file, certificate, key."""
    return "", "", ""
