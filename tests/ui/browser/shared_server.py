"""One API server for the files of this folder that need no other part of Airflow."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import certifi

from demo.api_server import ApiServer, running_api_server
from demo.processes import AT_ONCE
from sandbox.testing import Sandbox, start_sandbox

PROJECT = Path(__file__).resolve().parents[3]
SHIPPED = PROJECT / "include" / "mappings" / "default"
OTHER = "ben"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedServer:
    """The server is below the path ``/af`` and trusts the sandbox; ``OTHER`` is a second person, a user."""

    server: ApiServer
    sandbox: Sandbox
    home: Path

    @property
    def mappings(self) -> Path:
        """The folder of the syncs, empty between files."""
        return self.home / "include" / "mappings"

    @contextmanager
    def holding(self, *syncs: str) -> Iterator[Path]:
        """The folder of the syncs, with copies of the shipped one; afterwards it is emptied."""
        for name in syncs:
            shutil.copytree(SHIPPED, self.mappings / name)
        try:
            yield self.mappings
        finally:
            for folder in self.mappings.iterdir():
                shutil.rmtree(folder)


@contextmanager
def shared_server(home: Path, database: Path) -> Iterator[SharedServer]:
    """Without syncs and connections. ``database`` is an empty one of Airflow."""
    mappings = home / "include" / "mappings"
    mappings.mkdir(parents=True)
    shutil.copytree(PROJECT / "include" / "transforms", home / "include" / "transforms")
    with (
        start_sandbox(home / "sandbox", size="tiny") as sandbox,
        running_api_server(
            home,
            PROJECT,
            mappings,
            _trusting(sandbox, home),
            path="/af",
            others={OTHER: "user"},
            database=database,
            patience=AT_ONCE,
        ) as server,
    ):
        yield SharedServer(server=server, sandbox=sandbox, home=home)


def _trusting(sandbox: Sandbox, home: Path) -> Path:
    """A file of the usual authorities and the sandbox's."""
    bundle = home / "ca-bundle.pem"
    bundle.write_text(Path(certifi.where()).read_text() + sandbox.ca.read_text())
    return bundle
