"""Copies of the checkout for the tests that change something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.deployed import Deployed
from tests.acceptance.project import Project, copy


@pytest.fixture(scope="module")
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A copy of this module's own, taken down at its end; of a module of the group "standing", that group's."""
    if request.node.get_closest_marker("xdist_group").args == ("standing",):
        yield request.getfixturevalue("standing")
        return
    made = copy(tmp_path_factory.mktemp("project") / "distro")
    yield made
    made.down()


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A copy for all modules of the group "standing": each finds its sandbox up, and may do to it what `up` mends."""
    made = copy(tmp_path_factory.mktemp("standing") / "distro")
    yield made
    made.down()


@pytest.fixture(scope="module")
def deployed(project: Project) -> Deployed:
    """The copy, with its default sandbox up."""
    project.up()
    return Deployed(project, project.variables_of())
