"""``scripts/bootstrap`` on machines that lack one thing or another; its programs are stand-ins that take notes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
BASE = os.path.realpath(getattr(sys, "_base_executable", sys.executable))

INTERPRETER = """#!/bin/sh
here={here}
case "$*" in
    *ensurepip*) [ -e $here/ensurepip ]; exit ;;
    *_base_executable*) echo "$0"; exit ;;
    "-m venv .venv") echo "venv" >> $here/notes; mkdir -p .venv/bin; cp $here/bin/pip-and-uv .venv/bin/python
        cp $here/bin/pip-and-uv .venv/bin/uv; exit ;;
esac
exec {base} "$@"
"""
PIP_AND_UV = """#!/bin/sh
here={here}
case "$*" in
    *_base_executable*) echo $here/bin/python3.11; exit ;;
    *"config get"*) [ -e $here/mirror ] && cat $here/mirror; exit ;;
esac
echo "$(basename "$0") $* index=$UV_DEFAULT_INDEX" >> $here/notes
case "$(basename "$0")" in uv) [ ! -e $here/no-uv ] ;; esac
"""
APT = """#!/bin/sh
here={here}
echo "apt-get $*" >> $here/notes
[ ! -e $here/no-packages ] || exit 100
[ "$1" = update ] || touch $here/ensurepip
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """A project folder and a folder of programs; files beside them switch what the stand-ins do."""

    home: Path

    def program(self, name: str, text: str) -> Path:
        path = self.home / "bin" / name
        path.write_text(text.format(here=self.home, base=BASE))
        path.chmod(0o755)
        return path

    def has(self, *names: str) -> None:
        for name in names:
            (self.home / name).touch()

    def add(self, name: str, text: str) -> None:
        path = self.home / "project" / name
        path.write_text(path.read_text() + text)

    def bootstrap(self, **environment: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.home / 'bin'}:/usr/bin:/bin"
        return subprocess.run(
            [str(self.home / "project" / "scripts" / "bootstrap")],
            env={"HOME": str(self.home), "PATH": path, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def notes(self) -> list[str]:
        notes = self.home / "notes"
        return notes.read_text().splitlines() if notes.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Everything in order: Python 3.11 with ensurepip, and uv."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "project" / "scripts").mkdir(parents=True)
    shutil.copy(PROJECT / "scripts" / "bootstrap", tmp_path / "project" / "scripts")
    for name in ("requirements-dev.txt", "requirements.in", "pyproject.toml"):
        shutil.copy(PROJECT / name, tmp_path / "project")
    machine = Machine(tmp_path)
    machine.program("python3.11", INTERPRETER)
    machine.program("pip-and-uv", PIP_AND_UV)
    machine.program("apt-get", APT)
    machine.program("id", "#!/bin/sh\necho 0\n")
    machine.has("ensurepip")
    return machine


def test_the_environment_is_made_by_uv(machine: Machine) -> None:
    """Pip brings uv in its pinned version, uv brings the pins, and the project itself needs nothing from outside."""
    done = machine.bootstrap()
    assert done.returncode == 0, done.stderr
    version = next(
        line for line in (PROJECT / "requirements-dev.txt").read_text().splitlines() if line.startswith("uv==")
    )
    made, brought, installed, project = machine.notes()
    assert made == "venv"
    assert f"install -qq {version} " in brought
    assert installed.startswith("uv pip install ")
    assert " -r requirements-dev.txt " in installed
    assert "install -qq --no-deps --no-build-isolation -e . " in project


def test_a_second_time_there_is_nothing_to_do(machine: Machine) -> None:
    """Settings of the tools may change without a new environment, pins may not."""
    machine.bootstrap()
    before = machine.notes()
    machine.add("pyproject.toml", "\n[tool.other]\n")
    again = machine.bootstrap()
    assert (again.returncode, again.stderr, machine.notes()) == (0, "", before)
    machine.add("requirements-dev.txt", "another==1.0\n")
    machine.bootstrap()
    assert len(machine.notes()) == 2 * len(before)


def test_a_python_that_does_not_run_is_passed_by(machine: Machine) -> None:
    """As a pyenv shim is, whose version is not installed."""
    machine.program("python3.12", INTERPRETER)
    machine.program("python3.11", "#!/bin/sh\necho 'pyenv: python3.11: command not found' >&2\nexit 127\n")
    done = machine.bootstrap()
    assert done.returncode == 0
    assert f"Making .venv with {machine.home / 'bin' / 'python3.12'}\n" in done.stderr


def test_a_python_named_by_hand_is_the_only_one_tried(machine: Machine) -> None:
    """Taking another one in silence would be worse than saying no."""
    old = machine.program("python2", "#!/bin/sh\nexit 1\n")
    done = machine.bootstrap(PYTHON=str(old))
    assert done.returncode == 1
    assert done.stderr == f"PYTHON={old} is not a Python 3.11 or 3.12 that runs.\n"


def test_a_missing_part_of_python_is_installed(machine: Machine) -> None:
    """Debian and Ubuntu keep what makes environments in a package of its own."""
    (machine.home / "ensurepip").unlink()
    done = machine.bootstrap()
    assert done.returncode == 0, done.stderr
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    assert machine.notes()[:3] == ["apt-get update -qq", f"apt-get install -y -qq {package}", "venv"]


def test_a_missing_part_that_cannot_be_installed_is_named(machine: Machine) -> None:
    """With the command to type."""
    (machine.home / "ensurepip").unlink()
    machine.has("no-packages")
    done = machine.bootstrap()
    assert done.returncode == 1
    assert "Could not install it. Run: sudo apt-get install python3." in done.stderr
    assert not (machine.home / "project" / ".venv").exists()


def test_without_uv_pip_does_it_and_says_so(machine: Machine) -> None:
    """The slow way is announced."""
    machine.has("no-uv")
    done = machine.bootstrap()
    assert done.returncode == 0
    assert "uv could not install them; using pip, which takes a minute or two\n" in done.stderr
    assert "install -qq -r requirements-dev.txt " in machine.notes()[3]


def test_uv_uses_the_mirror_that_pip_is_set_to(machine: Machine) -> None:
    """Behind a company's mirror both have to go there."""
    (machine.home / "mirror").write_text("https://mirror.example/simple\n")
    machine.bootstrap()
    assert machine.notes()[2].endswith(" index=https://mirror.example/simple")
