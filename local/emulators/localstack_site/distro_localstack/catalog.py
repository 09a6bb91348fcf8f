"""The index of all AWS services by which LocalStack finds out whom a request is for.

LocalStack reads the models of all four hundred services for it, in each new FILESYSTEM_ROOT: four seconds of work,
and 400 MB for the models that it then holds.
"""

from __future__ import annotations

import functools
from typing import Any

from distro_botocore.kept import kept
from localstack.aws import spec

_INDEXES = ("target_prefix_index", "signing_name_index", "operations_index", "endpoint_prefix_index")


def install() -> None:
    """Let LocalStack use the kept index. To be called before anything but `spec` has been imported."""
    spec.get_service_catalog = functools.cache(service_catalog)


def service_catalog() -> spec.ServiceCatalog:
    """The catalogue with the kept index."""
    found = kept("services", _compute)
    indexes = {name: _identified(found[name]) for name in _INDEXES}
    return spec.ServiceCatalog(spec.ServiceCatalogIndex(service_names=found["service_names"], **indexes))


def _identified(index: dict[str, list[Any]]) -> dict[str, list[spec.ServiceModelIdentifier]]:
    return {key: [spec.ServiceModelIdentifier(*each) for each in found] for key, found in index.items()}


def _compute() -> dict[str, Any]:
    lazy = spec.LazyServiceCatalogIndex()
    indexes = {name: _plain(getattr(lazy, name)) for name in _INDEXES}
    spec.loader._cache.clear()  # noqa: SLF001 - 400 MB
    return {"service_names": lazy.service_names, **indexes}


def _plain(index: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    return {key: [tuple(each) for each in found] for key, found in index.items()}
