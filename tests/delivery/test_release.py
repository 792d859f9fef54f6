"""``make release`` and ``make wheel``: what they refuse, and what they leave in dist/."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.version import Version

import salesforce_daktela

PROJECT = Path(__file__).resolve().parents[2]
VERSION = salesforce_daktela.__version__
SECTION = f"## {VERSION} - 2026-11-29\n\n- Something differs.\n"

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]


class Copy:
    """The project as one commit of a repository of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name in subprocess.check_output(["git", "ls-files"], cwd=PROJECT, text=True).splitlines():
            if (PROJECT / name).is_file():
                (path / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(PROJECT / name, path / name)
        self.git("init", "--quiet", "--initial-branch", "main")

    def commit(self, changelog: str) -> None:
        (self.path / "CHANGELOG.md").write_text(changelog)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Be a release")

    def git(self, *words: str) -> None:
        who = ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")
        environment = {**os.environ, **{f"GIT_{part}": "team@example.com" for part in who}}
        subprocess.run(["git", *words], cwd=self.path, env=environment, check=True)

    def release(self, *options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(self.path / "scripts" / "release"), *options]
        return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_a_release_is_two_checked_files_and_the_command_that_tags_it(copy: Copy) -> None:
    """Built from the commit; neither the working folder nor the plugins folder keeps a trace of it."""
    copy.commit(f"# Changelog\n\n## Unreleased\n\n{SECTION}")
    done = copy.release()
    assert done.returncode == 0, done.stdout + done.stderr
    name = f"airflow_salesforce_daktela-{VERSION}"
    assert {path.name for path in (copy.path / "dist").iterdir()} == {f"{name}-py3-none-any.whl", f"{name}.tar.gz"}
    assert done.stdout.endswith(f"Ready to be tagged: git tag -a v{VERSION} -m 'Release {VERSION}'\n")
    assert list((copy.path / "plugins").glob("*.egg-info")) == []
    assert subprocess.check_output(["git", "status", "--porcelain"], cwd=copy.path, text=True) == ""


@pytest.mark.parametrize(
    ("changelog", "said"),
    [
        ("# Changelog\n\n## Unreleased\n", f"no section '## {VERSION} - <day>'"),
        (f"# Changelog\n\n## Unreleased\n\n- Later.\n\n{SECTION}", "CHANGELOG.md has lines under Unreleased"),
    ],
)
def test_what_the_changelog_does_not_say_is_no_release(copy: Copy, changelog: str, said: str) -> None:
    """Whoever upgrades has nothing else to go by."""
    copy.commit(changelog)
    done = copy.release()
    assert done.returncode == 1
    assert said in done.stderr
    assert not (copy.path / "dist").exists()


def test_what_is_not_committed_or_tagged_elsewhere_is_no_release(copy: Copy) -> None:
    """A tag would not name what was built."""
    copy.commit(f"# Changelog\n\n## Unreleased\n\n{SECTION}")
    copy.git("tag", "-a", f"v{VERSION}", "-m", "Release")
    copy.commit(f"# Changelog\n\n## Unreleased\n\n{SECTION}- And more.\n")
    (copy.path / "README.md").write_text("another\n")
    said = copy.release().stderr
    assert "not committed:  M README.md" in said
    assert re.search(rf"v{re.escape(VERSION)} is the tag of another commit", said)


def test_a_wheel_of_any_commit_names_it_and_comes_after_the_last_release(copy: Copy) -> None:
    """Also with lines under Unreleased, which is how the project is between releases; twice the same bytes."""
    copy.commit(f"# Changelog\n\n## Unreleased\n\n- Later.\n\n{SECTION}")
    commit = subprocess.check_output(["git", "rev-parse", "--short", "HEAD"], cwd=copy.path, text=True).strip()
    built = []
    for _ in range(2):
        done = copy.release("--unreleased")
        assert done.returncode == 0, done.stdout + done.stderr
        (wheel,) = (copy.path / "dist").glob("*.whl")
        built.append(wheel.read_bytes())
    version = Version(wheel.name.split("-")[1])
    assert version.local == f"g{commit}"
    assert version > Version(VERSION)
    assert version.is_devrelease
    assert built[0] == built[1]
    with zipfile.ZipFile(wheel) as opened:
        assert f'__version__ = "{version}"' in opened.read("salesforce_daktela/__init__.py").decode()
    assert "tag" not in done.stdout
    assert subprocess.check_output(["git", "status", "--porcelain"], cwd=copy.path, text=True) == ""


def test_an_unreleased_wheel_is_of_a_commit(copy: Copy) -> None:
    """It would name one that does not hold what was built."""
    copy.commit(f"# Changelog\n\n## Unreleased\n\n- Later.\n\n{SECTION}")
    (copy.path / "README.md").write_text("another\n")
    done = copy.release("--unreleased")
    assert done.returncode == 1
    assert "not committed:  M README.md" in done.stderr
