"""Loading boto3 and making the clients while the emulators still start, so that the first deployment does not wait."""

from __future__ import annotations

import logging

from botocore.exceptions import DataNotFoundError

from infra.errors import DistroError
from local.provider.cloud import Cloud
from local.provider.registry import Registry

LOG = logging.getLogger("provider")


def warm(cloud: Cloud, registry: Registry) -> None:
    """Make a client for every AWS service of a known type; one that no emulator serves is reported at its use."""
    for service in services(registry):
        try:
            cloud.client(service)
        except (DistroError, DataNotFoundError) as error:
            LOG.info("no client for %s yet: %s", service, error)


def services(registry: Registry) -> list[str]:
    """boto3's names of the services that the known types belong to."""
    types = (kind for token, kind in registry.resources.items() if token.startswith("aws:"))
    return sorted({kind.service for kind in types} - {""})
