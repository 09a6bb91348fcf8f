"""CloudWatch: dashboards."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import json_equal
from local.provider.resource import Created, Inputs, Outputs, Property, Resource


class Dashboard(Resource):
    """A dashboard."""

    type = "aws:cloudwatch/dashboard:Dashboard"
    service = "cloudwatch"
    identity = ("dashboardName",)
    exact = True
    properties: ClassVar = {"dashboardName": Property(replace=True), "dashboardBody": Property(same=json_equal)}

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """PutDashboard."""
        self._put(cloud, inputs)
        return Created(inputs["dashboardName"], self._computed(cloud, inputs["dashboardName"]))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetDashboard."""
        held = found(
            lambda: cloud.client("cloudwatch", inputs.get("region")).get_dashboard(DashboardName=id),
            "InvalidParameterValue",
        )
        return held and {"dashboardName": id, "dashboardBody": held["DashboardBody"], **self._computed(cloud, id)}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """PutDashboard."""
        self._put(cloud, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteDashboards."""
        with unless_gone():
            cloud.client("cloudwatch", state.get("region")).delete_dashboards(DashboardNames=[id])

    def _put(self, cloud: Cloud, inputs: Inputs) -> None:
        client = cloud.client("cloudwatch", inputs.get("region"))
        client.put_dashboard(DashboardName=inputs["dashboardName"], DashboardBody=inputs["dashboardBody"])

    def _computed(self, cloud: Cloud, name: str) -> dict[str, Any]:
        return {"dashboardArn": cloud.arn("cloudwatch", f"dashboard/{name}", region="")}


RESOURCES = (Dashboard,)
