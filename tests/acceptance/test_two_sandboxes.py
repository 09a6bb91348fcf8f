"""Two sandboxes at once: nothing of one is the other's, and `down --all` leaves nothing of either."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from local import orphans
from tests.acceptance.deployed import NAME, Deployed
from tests.acceptance.project import Project, finish

pytestmark = pytest.mark.xdist_group("two")

NAMES = ("feature-upload", "feature.search_2")


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def pair(project: Project, temporary: Path) -> list[Deployed]:
    """Both, started at the same moment, with a folder of their own for temporary files."""
    private = Project(project.root, variables={"TMPDIR": str(temporary)})
    both = [private.start("up", "local", "--aws", "ministack", "--sandbox", name, "--json") for name in NAMES]
    for each in both:
        finished = finish(each)
        assert finished.code == 0, finished.errors
    return [Deployed(private, private.variables_of(name), name) for name in NAMES]


def test_no_port_is_shared(pair: list[Deployed]) -> None:
    one, other = (set(each.project.record(each.name)["plan"]["ports"].values()) for each in pair)
    assert len(one) > 5
    assert one.isdisjoint(other)


def test_no_data_is_shared(pair: list[Deployed]) -> None:
    one, other = pair
    one.aws("s3").put_object(Bucket=f"{NAME}-content", Key="mine", Body=b"mine")
    one.aws("ssm").put_parameter(Name="/mine", Value="mine", Type="String")
    with psycopg.connect(one.variables["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("create table mine (number int)")
    release = {"artist": "Mine", "title": "Mine", "tracks": [{"title": "Mine", "seconds": 1}]}
    made = httpx.post(f"{one.variables['API_URL']}/catalogue", json=release, timeout=60).raise_for_status().json()["id"]

    assert "Contents" not in other.aws("s3").list_objects_v2(Bucket=f"{NAME}-content", Prefix="mine")
    assert other.aws("ssm").get_parameters(Names=["/mine"])["Parameters"] == []
    with psycopg.connect(other.variables["DATABASE_URL"]) as connection:
        assert connection.execute("select to_regclass('mine')").fetchone() == (None,)
    assert httpx.get(f"{other.variables['API_URL']}/catalogue/{made}", timeout=60).status_code == 404
    assert one.variables["DATABASE_URL"] != other.variables["DATABASE_URL"]


def test_both_work_at_the_same_time(pair: list[Deployed]) -> None:
    both = [each.project.start("smoke", "local", "--sandbox", each.name, "--json") for each in pair]
    for each in both:
        finished = finish(each)
        assert finished.code == 0, finished.output


def test_nothing_is_left_after_down_all(pair: list[Deployed], project: Project, temporary: Path) -> None:
    ports = [port for each in pair for port in each.project.record(each.name)["plan"]["ports"].values()]
    roots = [project.root / ".distro" / "sandboxes" / name for name in NAMES]
    assert all(orphans.find(root) for root in roots)
    finished = pair[0].project.run("down", "local", "--all", "--yes", "--json")
    assert finished.code == 0, finished.errors
    assert finished.document.keys() >= {"environment", "sandbox", "result"}

    assert [pid for root in roots for pid in orphans.find(root)] == []
    assert [each for each in psutil.process_iter() if _knows(each, project.root)] == []
    assert [port for port in ports if _listens(port)] == []
    assert [path for path in (project.root / ".distro").rglob("*") if not path.is_dir()] == []
    assert list(temporary.rglob("*")) == []


def _knows(process: psutil.Process, root: Path) -> bool:
    """Whether a process was started for something in this folder."""
    try:
        return str(root) in " ".join(process.cmdline()) or str(process.cwd()).startswith(str(root))
    except psutil.Error:
        return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
