"""A small deployment: one sync folder, both systems, a ledger and a staging folder, shared by several sides."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fsspec

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials
from salesforce_daktela.staging.keys import PartKind
from salesforce_daktela.staging.store import PartKey, PartRef, PartStore
from salesforce_daktela.steps.extract.extractor import Extraction, Extractor
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.sync.request import Mode, RunRequest

if TYPE_CHECKING:
    from salesforce_daktela.steps.load.loader import Loader

SANDBOX = frozenset({"localhost", "127.0.0.1"})
SIGN_IN = ("username", "password", "security_token", "consumer_key", "consumer_secret")
RUN = "run"


@dataclass(slots=True, kw_only=True)
class Kept:
    """Values that one side stores for the next, like XCom: small JSON files in ``folder``."""

    folder: Path

    def put(self, name: str, value: Any) -> None:
        """Store a value."""
        (self.folder / f"{name}.kept").write_text(json.dumps(value))

    def get(self, name: str) -> Any:
        """Return a value."""
        return json.loads((self.folder / f"{name}.kept").read_text())

    def parts(self, name: str) -> list[PartRef]:
        """Return references to parts."""
        return [PartRef.from_dict(part) for part in self.get(name)]


class Deployment:
    """``order`` has ``home`` (kept between sides), ``folder`` of the sync, ``mapping``, and the two systems.

    ``run`` names another run than the first, ``ledger`` is the address of another ledger than a file in ``home``.
    """

    def __init__(self, order: dict[str, Any]) -> None:
        self.home = Path(order["home"])
        self.kept = Kept(folder=self.home)
        self._folder = Path(order["folder"])
        self._mapping = str(order["mapping"])
        self._systems = order
        self._run = str(order.get("run", RUN))

    @cached_property
    def spec(self) -> SyncSpec:
        """The sync."""
        return load_sync(self._folder)

    @property
    def mapping(self) -> MappingSpec:
        """The mapping that is measured."""
        return next(each for each in self.spec.mappings if each.name == self._mapping)

    @property
    def request(self) -> RunRequest:
        """The request of a first run: all records of one mapping."""
        return RunRequest(mode=Mode.INCREMENTAL, mappings=(self._mapping,))

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger at the order's address, else SQLite, the default."""
        ledger = Ledger.open(self._systems.get("ledger") or f"sqlite:///{self.home / 'ledger.db'}")
        ledger.upgrade()
        return ledger

    @cached_property
    def store(self) -> PartStore:
        """Local files."""
        return PartStore(fsspec.filesystem("file"), str(self.home / "staging"))

    @cached_property
    def salesforce(self) -> SalesforceClient:
        """The org."""
        told = self._systems["salesforce"]
        return SalesforceClient(
            SalesforceCredentials(
                instance_uri=told["url"],
                trusted_hosts=SANDBOX,
                **{name: told[name] for name in SIGN_IN},
            )
        )

    @cached_property
    def daktela(self) -> DaktelaClient:
        """The instance."""
        told = self._systems["daktela"]
        limits = self.spec.limits
        return DaktelaClient(
            DaktelaSettings(url=told["url"], token=told["token"]),
            limiter=AdaptiveLimiter(limits.requests_per_second, limits.workers),
        )

    @cached_property
    def facts(self) -> RunFacts:
        """The facts that preflight has stored."""
        return RunFacts.from_dict(self.kept.get("facts"))

    @property
    def extractor(self) -> Extractor:
        """The extract step."""
        return Extractor(
            spec=self.spec,
            mapping=self.mapping,
            facts=self.facts,
            request=self.request,
            run_id=self._run,
            salesforce=self.salesforce,
            ledger=self.ledger,
            store=self.store,
        )

    @property
    def rows_per_part(self) -> int:
        """The page size of the present extraction."""
        checkpoint = self.ledger.checkpoints.read(self.spec.name, RUN, self._mapping)
        if checkpoint is None:
            raise RuntimeError("nothing has begun")
        return checkpoint.rows_per_part

    @property
    def read_at(self) -> datetime:
        """When Salesforce was asked."""
        return datetime.fromisoformat(self.kept.get("extraction")["read_at"])

    @property
    def loader(self) -> Loader:
        """The load step. Only the side that loads imports it, because imports count as memory."""
        from salesforce_daktela.steps.load.loader import Loader

        return Loader(
            spec=self.spec,
            mapping=self.mapping,
            database=self.facts.database,
            run_id=RUN,
            extraction=self.kept.get("extraction")["extraction"],
            read_at=self.read_at,
            daktela=self.daktela,
            ledger=self.ledger,
            store=self.store,
        )

    def keep_extraction(self, extraction: Extraction) -> None:
        """Store the extraction for later steps."""
        self.kept.put("extraction", extraction.to_dict())
        self.kept.put("rows", [part.to_dict() for part in extraction.parts])

    def key(self, kind: PartKind, number: int) -> PartKey:
        """The key of a part that a later step writes."""
        extraction = self.kept.get("extraction")["extraction"]
        return PartKey(
            sync=self.spec.name, run=RUN, mapping=self._mapping, extraction=extraction, kind=kind, number=number
        )
