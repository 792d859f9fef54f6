"""Installs each client at its pins into ``.clients/``, once: an environment is made anew when its pins change."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

PINS = Path(__file__).resolve().parent
ROOM = PINS.parents[1] / ".clients"
SECONDS = 540


def python_client(name: str) -> Path:
    """Return the folder of programs of the environment that ``<name>.txt`` pins."""
    pins = PINS / f"{name}.txt"
    folder = ROOM / name
    if _missing(folder, [pins]):
        uv = [str(Path(sys.executable).parent / "uv")]
        _run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)])
        _run([*uv, "pip", "install", "--quiet", "--python", str(folder / "bin" / "python"), "-r", str(pins)])
        _stamp(folder, [pins])
    return folder / "bin"


def salesforce_cli() -> list[str]:
    """Return the command that starts the Salesforce CLI under the Node that came with it."""
    pins = [PINS / "cli" / name for name in ("package.json", "package-lock.json", ".npmrc")]
    folder = ROOM / "cli"
    if _missing(folder, pins):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for each in pins:
            shutil.copy(each, folder / each.name)
        _run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel", "error"], folder)
        _stamp(folder, pins)
    packages = folder / "node_modules"
    return [str(packages / "node" / "bin" / "node"), str(packages / "@salesforce" / "cli" / "bin" / "run.js")]


def versions() -> dict[str, str]:
    """The pinned version of each client and of its Node, by the name of its package."""
    found: dict[str, str] = {}
    for name in ("airbyte", "tap"):
        lines = (PINS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        pinned = dict(line.split("==") for line in lines if "==" in line)
        found |= {package: pinned[package] for package in pinned if package.endswith("-salesforce")}
    cli = json.loads((PINS / "cli" / "package.json").read_text(encoding="utf-8"))
    return {**found, **{name: str(version) for name, version in cli["dependencies"].items()}}


def _run(command: list[str], folder: Path | None = None) -> None:
    subprocess.run(command, cwd=folder, check=True, timeout=SECONDS)  # noqa: S603 the commands are written above


def _digest(pins: list[Path]) -> str:
    return hashlib.sha256(b"".join(each.read_bytes() for each in pins) + sys.version.encode()).hexdigest()


def _missing(folder: Path, pins: list[Path]) -> bool:
    stamp = folder / "pins"
    return not stamp.exists() or stamp.read_text(encoding="utf-8") != _digest(pins)


def _stamp(folder: Path, pins: list[Path]) -> None:
    (folder / "pins").write_text(_digest(pins), encoding="utf-8")
