"""moto's server with four differences from `moto.server`.

The services are loaded while nobody waits for them (EC2 alone takes a second at its first call), botocore's data is
read in the form in which it is kept, connections stay open between requests, and a deleted backup plan gives its name
free.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterable

import distro_botocore
from moto.backend_index import backend_url_patterns
from moto.backends import get_backend
from moto.backup.models import BackupBackend
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import run_simple

LOOPBACK = "127.0.0.1"
_THRESHOLD = 50_000
"""Objects made until the collector looks again: the models that stay are many, garbage in cycles is little."""


class KeepAlive(MotoRequestHandler):
    """A connection for many requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True


def serve(port: int, services: Iterable[str]) -> None:
    """Serve until killed, and load the services beside."""
    _free_names_of_deleted_plans()
    loaded = application()
    threading.Thread(target=_settle, args=(loaded, services), daemon=True).start()
    run_simple(LOOPBACK, port, loaded, threaded=True, request_handler=KeepAlive)


def application() -> DomainDispatcherApplication:
    """Moto's WSGI application, with nothing loaded yet."""
    distro_botocore.install()
    return DomainDispatcherApplication(create_backend_app)


def _settle(application: DomainDispatcherApplication, services: Iterable[str]) -> None:
    """Load, and have the collector look at nothing that was loaded."""
    try:
        load(application, services)
    finally:
        gc.freeze()
        gc.set_threshold(_THRESHOLD, 20, 20)
        gc.enable()


def _free_names_of_deleted_plans() -> None:
    """Moto keeps deleted plans, and refuses another one of the same name for ever (5.2.5); AWS Backup does not."""
    mark = BackupBackend.delete_backup_plan

    def delete(self: BackupBackend, backup_plan_id: str) -> tuple[str, str, float, str]:
        marked: tuple[str, str, float, str] = mark(self, backup_plan_id)
        del self.plans[backup_plan_id]
        return marked

    BackupBackend.delete_backup_plan = delete


def load(application: DomainDispatcherApplication, services: Iterable[str]) -> None:
    """Do what the first request to each service would do: the routes, the model of the API, the account's backend."""
    known = {backend for backend, _ in backend_url_patterns}
    for service in services:
        backend = service.replace("-", "")
        if backend in known:
            with application.lock:
                if backend not in application.app_instances:
                    application.app_instances[backend] = application.create_app(backend)
            get_service_model(service)
            _account(backend)


def _account(backend: str) -> None:
    regions = get_backend(backend)[os.environ["MOTO_ACCOUNT_ID"]]
    home = os.environ["AWS_REGION"]
    regions[home if home in regions.regions else "aws"]
