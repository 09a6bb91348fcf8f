"""botocore's data, kept in a form that is read quickly: for the emulators that are built on it, and for the provider.

`local/emulators/botocore_site` is a folder of the Python path of LocalStack and moto; the provider imports the package
where it lies.
"""

from __future__ import annotations


def install() -> None:
    """Let every session of this process use what is kept."""
    from . import models, regions

    models.install()
    regions.install()
