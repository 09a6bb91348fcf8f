"""What EC2's resources share: tags that come with the creation, and one description a resource.

moto 5.2.5 answers for EC2. What it drops is marked as recorded in the tables of the classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found
from local.provider.resource import Inputs, Outputs, Resource
from local.provider.tags import tag_changes, tag_list


class Ec2(Resource):
    """A resource of EC2."""

    service = "ec2"
    kind: ClassVar[str]
    """EC2's own name of the type, as tag specifications and ARNs spell it: `route-table`."""
    look_up: ClassVar[tuple[str, str, str]]
    """The call that describes it, the argument that takes its id, the member that holds the answers."""

    def ec2(self, cloud: Cloud, inputs: Inputs) -> Any:
        """The client for the resource's region."""
        return cloud.client("ec2", inputs.get("region"))

    def arn(self, cloud: Cloud, id: str, inputs: Inputs) -> str:
        """`arn:aws:ec2:<region>:<account>:<kind>/<id>`."""
        return cloud.arn("ec2", f"{self.kind}/{id}", region=inputs.get("region"))

    def tagged(self, inputs: Inputs, *more: str) -> dict[str, Any]:
        """The tags as an argument of the creation, for this kind and `more` kinds that are made with it."""
        tags = tag_list(inputs.get("tags"))
        return (
            {"TagSpecifications": [{"ResourceType": kind, "Tags": tags} for kind in (self.kind, *more)]} if tags else {}
        )

    def held(self, cloud: Cloud, id: str, inputs: Inputs) -> dict[str, Any] | None:
        """EC2's description of it; None when it is gone."""
        action, argument, member = self.look_up
        call = getattr(self.ec2(cloud, inputs), action)
        answer = found(lambda: call(**{argument: [id]}))
        return next(iter(answer[member]), None) if answer else None

    def first(self, cloud: Cloud, inputs: Inputs, filters: Mapping[str, str]) -> dict[str, Any] | None:
        """The first one that matches all filters, by EC2's filter names."""
        action, _, member = self.look_up
        wanted = [{"Name": name, "Values": [value]} for name, value in filters.items()]
        answer = getattr(self.ec2(cloud, inputs), action)(Filters=wanted)
        return next(iter(answer[member]), None)

    def retag(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> None:
        """Set and remove the tags that differ."""
        ec2, (changed, removed) = self.ec2(cloud, new), tag_changes(old, new)
        if changed:
            ec2.create_tags(Resources=[id], Tags=tag_list(changed))
        if removed:
            ec2.delete_tags(Resources=[id], Tags=[{"Key": name} for name in removed])

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """By its tags, if it has a `Name` among them: most things of EC2 have no other name.

        Deleted gateways and endpoints stay visible with their tags; reading one tells.
        """
        tags, (action, argument, member) = inputs.get("tags") or {}, self.look_up
        if "Name" not in tags:
            return None
        wanted = [{"Name": f"tag:{name}", "Values": [value]} for name, value in tags.items()]
        held = getattr(self.ec2(cloud, inputs), action)(Filters=wanted)[member]
        ids = (str(each[argument.removesuffix("s")]) for each in held)
        return next((id for id in ids if self.read(cloud, id, inputs) is not None), None)

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Tags are all that many of them can change."""
        self.retag(cloud, id, old, new)
        return {}


def changed(old: Inputs, new: Inputs, *names: str) -> bool:
    """Whether any of these properties differs between two sets of inputs."""
    return any(old.get(name) != new.get(name) for name in names)


def moved(old: Inputs, new: Inputs, name: str) -> tuple[list[str], list[str]]:
    """What a list of ids gained and what it lost."""
    before, after = old.get(name) or [], new.get(name) or []
    return [item for item in after if item not in before], [item for item in before if item not in after]
