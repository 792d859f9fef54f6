"""A temporary PostgreSQL server on the loopback, from Debian's package."""

from __future__ import annotations

import contextlib
import glob
import os
import pwd
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from demo.ports import HOST, usual_or_free

PASSWORD = "for-this-test-only"  # noqa: S105 it listens on the loopback and is thrown away


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """A server with the user ``airflow`` and the databases ``airflow`` and ``ledger``."""

    port: int
    folder: Path

    @property
    def pid(self) -> int:
        """The server's process id. Raises FileNotFoundError when it does not run."""
        return int((self.folder / "postmaster.pid").read_text().splitlines()[0])

    def url(self, database: str, scheme: str = "postgresql+psycopg2") -> str:
        """The address in SQLAlchemy's form."""
        return f"{scheme}://airflow:{PASSWORD}@{HOST}:{self.port}/{database}"

    def ask(self, statement: str, values: Sequence[Any] = (), *, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement on a new connection and return its rows."""
        connection = psycopg2.connect(host=HOST, port=self.port, user="postgres", dbname=database)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()


@contextlib.contextmanager
def running_postgresql(usual_port: int = 15432) -> Iterator[PostgreSQL]:
    """Run a temporary server during the context; as the user ``postgres`` if we are root, because it refuses root."""
    # In the system's temporary folder: the user postgres cannot enter a folder of pytest.
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = PostgreSQL(usual_or_free(usual_port), Path(folder))
        try:
            _start(server)
            server.ask(f"CREATE USER airflow SUPERUSER PASSWORD '{PASSWORD}'")
            for name in ("airflow", "ledger"):
                server.ask(f"CREATE DATABASE {name} OWNER airflow")
            yield server
        finally:
            _stop(server)


def binaries() -> Path:
    """Return the folder of the newest server's programs on Debian."""
    return Path(max(glob.glob("/usr/lib/postgresql/*/bin")))


def _start(server: PostgreSQL) -> None:
    data = server.folder
    as_user: list[str] = []
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(data, user.pw_uid, user.pw_gid)
        as_user = ["runuser", "-u", "postgres", "--"]
    options = f"-p {server.port} -c listen_addresses={HOST} -c unix_socket_directories={data} -c fsync=off"
    make = [f"{binaries()}/initdb", "-D", str(data), "-A", "trust", "-U", "postgres"]
    start = [f"{binaries()}/pg_ctl", "-D", str(data), "-w", "-l", str(data / "log"), "-o", options, "start"]
    for command in (make, start):
        subprocess.run(  # noqa: S603 the commands are this project's own
            [*as_user, *command], check=True, cwd="/", stdout=subprocess.DEVNULL
        )


def _stop(server: PostgreSQL) -> None:
    """Stop the server, if it runs."""
    with contextlib.suppress(FileNotFoundError):
        pid = server.pid
        os.kill(pid, signal.SIGINT)
        psutil.Process(pid).wait(30)
