"""A server on the loopback that answers as S3 does."""

from __future__ import annotations

import contextlib
import json
import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import fsspec
from moto.server import ThreadedMotoServer

HOST = "127.0.0.1"
KEY, SECRET, REGION = "key-of-the-test", "secret-of-the-test", "eu-central-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Server:
    """Where the server listens."""

    url: str

    def filesystem(self) -> fsspec.AbstractFileSystem:
        """A new file system on it, with its own connections."""
        return fsspec.filesystem("s3", key=KEY, secret=SECRET, endpoint_url=self.url, skip_instance_cache=True)

    def connection(self) -> str:
        """Airflow's connection of type aws to it, as JSON."""
        extra = {"endpoint_url": self.url, "region_name": REGION}
        return json.dumps({"conn_type": "aws", "login": KEY, "password": SECRET, "extra": extra})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A new bucket on the server."""

    server: S3Server
    filesystem: fsspec.AbstractFileSystem
    name: str


@contextlib.contextmanager
def running_s3() -> Iterator[S3Server]:
    """Run the server in a thread during the context, at any free port."""
    server = start()
    try:
        yield S3Server(url="http://{}:{}".format(*server.get_host_and_port()))
    finally:
        server.stop()


def start(port: int = 0) -> ThreadedMotoServer:
    """Start a server. A process keeps its buckets while no server runs, so one that was stopped can go on."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address=HOST, port=port, verbose=False)
    server.start()
    return server


def new_bucket(server: S3Server) -> Bucket:
    """Create a bucket of an unused name."""
    filesystem, name = server.filesystem(), f"parts-{uuid.uuid4().hex[:8]}"
    filesystem.mkdir(name)
    return Bucket(server=server, filesystem=filesystem, name=name)
