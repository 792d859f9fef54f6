"""A process that dies at a chosen exchange with the world: nothing of it reaches the world afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import requests
from sqlalchemy import Connection

from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter, Turn
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.staging.store import PartKey, PartStore, PartWriter


class KilledError(BaseException):
    """The process is no more. No handler of the product may survive it."""


@dataclass(slots=True)
class Fuse:
    """Counts exchanges down, each before it begins and once it is over; ``left`` None never burns down."""

    left: int | None = None
    dead: bool = False

    def burn(self) -> None:
        """Pass one point. Raises KilledError at the last one, and ever after."""
        if self.left is not None and not self.dead:
            self.left -= 1
            self.dead = self.left < 0
        if self.dead:
            raise KilledError

    def renew(self, left: int | None = None) -> None:
        """A new process, which dies after ``left`` points."""
        self.left, self.dead = left, False


class FusedSession(requests.Session):
    """Requests to Salesforce."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one, if still alive."""
        self.fuse.burn()
        response = super().send(*args, **kwargs)
        try:
            self.fuse.burn()
        except KilledError:
            # The operating system closes what a dead process had open.
            response.close()
            raise
        return response


class FusedLimiter(AdaptiveLimiter):
    """Requests to Daktela."""

    fuse: Fuse

    @contextmanager
    def slot(self) -> Iterator[Turn]:
        """One request's turn."""
        self.fuse.burn()
        with super().slot() as turn:
            yield turn
        self.fuse.burn()


@dataclass(frozen=True)
class FusedDatabase(Database):
    """Writes to the ledger."""

    fuse: Fuse = field(default_factory=Fuse)

    @contextmanager
    def write(self, *scope: str) -> Iterator[Connection]:
        """One transaction; a process that dies inside leaves nothing of it."""
        self.fuse.burn()
        with super().write(*scope) as connection:
            yield connection
        self.fuse.burn()


@dataclass(frozen=True)
class FusedStore(PartStore):
    """Writes of parts."""

    fuse: Fuse = field(default_factory=Fuse)

    @contextmanager
    def part_writer(
        self, key: PartKey, schema: pa.Schema, repeating: Sequence[str] | None = None
    ) -> Iterator[PartWriter]:
        """One part."""
        self.fuse.burn()
        with super().part_writer(key, schema, repeating) as writer:
            yield writer
        self.fuse.burn()
