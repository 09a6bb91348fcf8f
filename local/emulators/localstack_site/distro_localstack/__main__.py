"""Start LocalStack."""

from __future__ import annotations

import gc


def main() -> None:
    """Prepare, then run LocalStack until it is stopped."""
    # The models make a large heap that stays: looking through it for garbage again and again took half of all time.
    gc.set_threshold(200_000, 50, 1000)
    install()
    from localstack.runtime.main import main as run

    run()


def install() -> None:
    """Everything that makes it quicker, in the order that each needs."""
    from distro_botocore import models, regions

    from distro_localstack import catalog, certificates, moto_ec2, names, preload, routes, validation

    for part in (validation, models, routes, catalog, regions, moto_ec2, certificates, names, preload):
        part.install()


if __name__ == "__main__":
    main()
