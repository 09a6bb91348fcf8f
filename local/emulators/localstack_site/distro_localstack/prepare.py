"""`python -m distro_localstack.prepare SERVICE…`: compute what is kept, so that not even the first start has to."""

from __future__ import annotations

import sys

import boto3
from distro_botocore import models, regions

from distro_localstack import catalog

_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")


def main() -> None:
    """Take some four seconds, once for each environment."""
    catalog.service_catalog()  # reads every model of AWS: before those are kept that are read
    models.install()
    session = boto3.Session()
    for service in sys.argv[1:]:
        for partition in _PARTITIONS:
            regions.available_regions(session, service, partition)


if __name__ == "__main__":
    main()
