"""Releases: one identity for one tree, the same bytes everywhere, stored once, verified on every read."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from infra.errors import DistroError, OperationFailed, UsageError
from infra.paths import project_root
from promotion import artifacts, checkout, comparison, release
from promotion.release import Release
from promotion.repository import Person
from promotion.store import Store
from tests.promotion.project import AUTHOR, Project

MINNA, KIM = ("Minna", "minna@example.com"), ("Kim", "kim@example.com")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A clone; the cache of checkouts is the test's own."""
    monkeypatch.setattr("promotion.checkout.cache_home", lambda: tmp_path / "cache")
    return Project(tmp_path / "project")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"file://{tmp_path / 'store'}")


def ignore(_: str) -> None:
    """Nobody to tell."""


def made(project: Project, store: Store) -> Release:
    return release.create(project.repository, store, ignore)[0]


def test_a_merge_or_squash_with_the_same_tree_is_the_same_release(project: Project, store: Store) -> None:
    first = made(project, store)
    project.commit("Say the same again", author=MINNA)
    second, origin = release.create(project.repository, store, ignore)
    assert second == first
    assert origin.author == "Minna <minna@example.com>"
    assert [each.subject for each in release.origins(store, first)] == ["Begin", "Say the same again"]
    assert release.create(project.repository, store, ignore) == (first, origin)
    assert release.every(store) == (first,)


def test_another_tree_is_another_release(project: Project, store: Store) -> None:
    first = made(project, store)
    project.write("README.md", "new")
    project.commit("Explain")
    second = made(project, store)
    assert {each.id for each in release.every(store)} == {first.id, second.id}
    changed = {a.name for a, b in zip(first.artifacts, second.artifacts, strict=True) if a != b}
    assert changed == {artifacts.SOURCE}
    assert (first.lock, first.specifications) == (second.lock, second.specifications)


def test_specifications_have_a_digest_for_each_environment(project: Project, store: Store) -> None:
    first = made(project, store)
    project.change("prod", "max_acu: 16", "max_acu: 32")
    project.commit("Grow")
    second = made(project, store)
    assert set(first.specifications) == {"local", "dev", "staging", "prod", "shared"}
    differing = {name for name, digest in first.specifications.items() if second.specifications[name] != digest}
    assert differing == {"prod"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda project: project.write("Pulumi.prod.yaml", "changed"),
        lambda project: (project.root / "requirements.lock").unlink(),
        lambda project: project.write("infra/workloads/functions/upload/extra.py", "x = 1"),
        lambda project: project.write("infra/workloads/functions/upload/secret.env.py", "ignored by git"),
        lambda project: project.write("Pulumi.qa.yaml", "config: {}"),
    ],
)
def test_a_tree_that_is_not_what_is_committed_is_refused(project: Project, store: Store, spoil: object) -> None:
    project.write(".gitignore", "*.env.py\n")
    project.commit("Ignore")
    assert callable(spoil)
    spoil(project)
    with pytest.raises(UsageError, match=r"uncommitted|git does not know"):
        made(project, store)
    assert store.names("releases") == []


def test_what_no_program_reads_may_lie_about(project: Project, store: Store) -> None:
    project.write("notes.txt", "mine")
    project.write("infra/workloads/__pycache__/x.pyc", "compiled")
    found = made(project, store)
    assert release.every(store) == (found,)


def test_invalid_specifications_are_refused(project: Project, store: Store) -> None:
    project.change("prod", "max_acu: 16", "max_acu: 0.3")
    project.commit("Break")
    with pytest.raises(UsageError, match="max_acu"):
        made(project, store)
    assert store.names("releases") == []


@pytest.mark.parametrize("kind", ["link", "submodule"])
def test_links_and_submodules_are_refused(project: Project, store: Store, kind: str) -> None:
    if kind == "link":
        (project.root / "infra" / "link.py").symlink_to("/etc/passwd")
        project.git("add", "--all")
    else:
        head = project.git("rev-parse", "HEAD")
        project.git("update-index", "--add", "--cacheinfo", f"160000,{head},vendor")
        (project.root / "vendor").mkdir()
    project.git("commit", "--quiet", "--message", "Link")
    with pytest.raises(OperationFailed, match="plain files alone"):
        made(project, store)


BUILD = """
import sys
from pathlib import Path
from promotion import artifacts
from promotion.repository import Repository
repository = Repository(Path(sys.argv[1]))
for name, content in artifacts.build(repository.files(repository.head().tree)).items():
    print(name, artifacts.sha256(content))
"""


def test_the_same_tree_gives_the_same_bytes_elsewhere(project: Project, tmp_path: Path) -> None:
    """Another folder, umask, locale, time zone, line-ending filter, and times and modes of files."""
    project.write(".gitattributes", "*.py text eol=crlf\n")
    project.commit("Confuse")
    clone = tmp_path / "elsewhere" / "clone"
    project.git("clone", "--quiet", "-c", "core.autocrlf=true", str(project.root), str(clone))
    for file in clone.rglob("*.py"):
        file.chmod(0o777)
        os.utime(file, (0, 0))

    def built(root: Path, mask: int, **variables: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", BUILD, str(root)], cwd=project_root(), capture_output=True, text=True, check=True,
            env={**os.environ, **variables}, umask=mask,
        )  # fmt: skip
        return done.stdout

    here = built(project.root, 0o022)
    assert "upload.zip" in here
    assert built(clone, 0o077, TZ="Asia/Kathmandu", LC_ALL="C", PYTHONHASHSEED="7") == here


def test_an_archive_holds_the_function_and_what_it_shares(project: Project) -> None:
    built = artifacts.build(project.repository.files(project.repository.head().tree))
    with zipfile.ZipFile(io.BytesIO(built["upload.zip"])) as archive:
        names = archive.namelist()
        folders = {name.split("/")[1] for name in names if name.count("/") > 1}
        assert folders == {"common", "upload"}
        assert names == sorted(names)
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def stored(tmp_path: Path, ending: str) -> Path:
    return next(path for path in (tmp_path / "store").rglob("*") if path.is_file() and str(path).endswith(ending))


def test_a_changed_release_is_noticed(project: Project, store: Store, tmp_path: Path) -> None:
    first = made(project, store)
    file = stored(tmp_path, "release.json")
    document = json.loads(file.read_bytes())
    document["tree"] = "0" * 40
    file.write_bytes(Release.model_validate_json(json.dumps(document)).canonical())
    with pytest.raises(OperationFailed, match="was changed"):
        release.read(store, first.id)
    with pytest.raises(OperationFailed, match="was changed"):
        made(project, store)


@pytest.mark.parametrize("position", [0, 100, -1])
def test_a_changed_artifact_is_noticed(project: Project, store: Store, tmp_path: Path, position: int) -> None:
    found = made(project, store)
    file = stored(tmp_path, found.artifacts[0].sha256.removeprefix("sha256:"))
    content = bytearray(file.read_bytes())
    content[position] ^= 1
    file.write_bytes(content)
    with pytest.raises(OperationFailed, match="was changed"):
        release.content(store, found)


def test_another_releases_commit_is_noticed(project: Project, store: Store, tmp_path: Path) -> None:
    first = made(project, store)
    project.write("README.md", "new")
    project.commit("Explain")
    second = made(project, store)
    source = next((tmp_path / "store" / "releases" / first.id / "commits").iterdir())
    shutil.copy(source, tmp_path / "store" / "releases" / second.id / "commits")
    with pytest.raises(OperationFailed, match="names another release"):
        release.origins(store, second)


def test_an_unknown_release_is_a_wrong_request(store: Store) -> None:
    with pytest.raises(UsageError, match="no release"):
        release.read(store, "rel-000000000000")


def test_a_checkout_is_put_right_at_every_use(project: Project, store: Store) -> None:
    found = made(project, store)
    source = release.program(store, found, ignore)
    assert (source.root / "Pulumi.prod.yaml").read_bytes() == (project.root / "Pulumi.prod.yaml").read_bytes()
    assert source.python == Path(sys.executable)  # the lock file is that of the running environment
    (source.root / "Pulumi.prod.yaml").write_text("somebody else's")
    (source.root / "infra" / "extra.py").write_text("x = 1")
    again = release.program(store, found, ignore)
    assert again == source
    assert (again.root / "Pulumi.prod.yaml").read_bytes() == (project.root / "Pulumi.prod.yaml").read_bytes()
    assert not (again.root / "infra" / "extra.py").exists()
    archive = Path(again.variables["DISTRO_ARTIFACTS"], "upload.zip").read_bytes()
    assert artifacts.sha256(archive) in {each.sha256 for each in found.artifacts}
    assert stat.S_IMODE(again.root.stat().st_mode) == 0o700


@pytest.mark.usefixtures("project")
def test_other_lock_files_get_an_environment_of_their_own(tmp_path: Path) -> None:
    """Lock files with hashes of one small package each: made once, used again."""
    locks = {"requirements.lock": "click", "requirements-dev.lock": "iniconfig"}
    for name, package in locks.items():
        (tmp_path / name).write_text(_requirement(name, package))
    said: list[str] = []
    python = checkout.interpreter(tmp_path, tuple(locks), said.append)
    assert python != Path(sys.executable)
    confined = checkout._confined(python.parent.parent, python)
    subprocess.run([*confined, str(python), "-c", "import click, iniconfig"], check=True)
    before = list(said)
    assert checkout.interpreter(tmp_path, tuple(locks), said.append) == python
    assert said == before
    assert [(python.parent.parent / name).read_bytes() for name in locks] == [
        (tmp_path / name).read_bytes() for name in locks
    ]
    assert checkout.interpreter(tmp_path, ("requirements.lock",), said.append) != python


def _requirement(lock: str, package: str) -> str:
    """One package of a lock file of this checkout."""
    lines = (project_root() / lock).read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{package}=="))
    end = next(number for number in range(start, len(lines)) if not lines[number].endswith("\\"))
    return "\n".join(lines[start : end + 1]) + "\n"


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a/../../outside", ".git/hooks/post-checkout", ""])
def test_a_source_archive_stays_inside(name: str) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo(name))
    with pytest.raises(OperationFailed, match="no plain file inside"):
        artifacts.unpack(out.getvalue())


def test_everybody_between_two_releases_is_found(project: Project, store: Store) -> None:
    before = made(project, store)
    project.write("a.txt", "a")
    project.commit("One\n\nCo-authored-by: Kim <kim@example.com>\n\nAnd more text below", author=MINNA)
    project.git("checkout", "--quiet", "-b", "side", "HEAD^")
    project.write("b.txt", "b")
    project.commit("Side\n\nco-authored-By:Lee<lee@example.com>", committer=KIM)
    project.git("checkout", "--quiet", "main")
    project.git("merge", "--quiet", "--no-ff", "side", "--message", "Join", committer=("Merger", "m@example.com"))
    after = made(project, store)
    found = comparison.commits(store, project.repository, before, after)
    assert {each.subject for each in found} == {"Join", "One", "Side"}
    mails = {person.mail for each in found for person in each.people}
    assert mails == {"ada@example.com", "minna@example.com", "kim@example.com", "lee@example.com", "m@example.com"}


def test_a_rewritten_history_hides_nobody(project: Project, store: Store) -> None:
    project.write("a.txt", "a")
    project.commit("Minna's", author=MINNA, committer=MINNA)
    before = made(project, store)
    project.git("reset", "--quiet", "--hard", "HEAD^")
    project.write("b.txt", "b")
    project.commit("Kim's", author=KIM, committer=KIM)
    found = comparison.commits(store, project.repository, before, made(project, store))
    assert {each.author for each in found} == {Person(*MINNA), Person(*KIM)}


def test_replaced_commits_and_shallow_clones_hide_nobody(project: Project, store: Store, tmp_path: Path) -> None:
    before = made(project, store)
    project.write("a.txt", "a")
    honest = project.commit("Minna's", author=MINNA)
    false = project.git("commit-tree", f"{honest}^{{tree}}", "-p", f"{honest}^", "-m", "Nobody's")
    project.git("replace", honest, false)
    after = made(project, store)
    found = comparison.commits(store, project.repository, before, after)
    assert {each.author for each in found} == {Person(*MINNA)}
    shallow = tmp_path / "shallow"
    project.git("clone", "--quiet", "--depth=2", f"file://{project.root}", str(shallow))
    with pytest.raises(UsageError, match="shallow"):
        comparison.commits(store, type(project.repository)(shallow), before, after)


def test_a_comparison_says_what_changed(project: Project, store: Store) -> None:
    before = made(project, store)
    project.change("prod", "max_acu: 16", "max_acu: 32")
    project.write("infra/workloads/functions/upload/handler.py", "def handle(event, context): ...\n")
    project.commit("Grow")
    after = made(project, store)
    found = comparison.compare(store, project.repository, before, after)
    assert [(each.environment, each.path, each.before, each.after) for each in found.resources] == [
        ("prod", "database.max_acu", 16, 32)
    ]
    assert found.configuration == ()
    assert [(each.name, each.change) for each in found.functions] == [("upload", "changed")]
    assert comparison.compare(store, project.repository, after, after) == comparison.Comparison((), (), (), ())


def test_a_commit_is_as_git_has_it(project: Project) -> None:
    head = project.repository.head()
    assert (head.author, head.committer) == (Person(*AUTHOR), Person(*AUTHOR))
    assert project.repository.branches(head.id) == ("refs/heads/main",)
    with pytest.raises(DistroError, match="is no commit"):
        project.repository.commit("nowhere")


def test_a_branch_is_what_the_remote_says(project: Project, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    project.git("init", "--quiet", "--bare", str(bare))
    project.git("remote", "add", "origin", str(bare))
    pushed = project.git("rev-parse", "HEAD")
    project.git("push", "--quiet", "origin", "HEAD:refs/heads/staging")
    ahead = project.commit("Not pushed")
    # Local refs say otherwise; a remote-tracking one is no better than a branch.
    project.git("update-ref", "refs/remotes/origin/staging", ahead)
    project.git("branch", "staging", ahead)
    published = project.repository.published
    assert (published("staging", pushed, "origin"), published("staging", ahead, "origin")) == (True, False)
    with pytest.raises(UsageError, match="no branch"):
        published("release", pushed, "origin")
    # Somebody else pushed meanwhile: what this clone lacks is fetched.
    other = tmp_path / "other"
    project.git("clone", "--quiet", "--branch=staging", str(bare), str(other))
    (other / "new.txt").write_text("new")
    for words in (("add", "--all"), ("commit", "--quiet", "--message", "Elsewhere"), ("push", "--quiet")):
        project.git("-C", str(other), *words)
    assert published("staging", pushed, str(bare))
