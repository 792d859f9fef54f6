"""The ledger as the steps see it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from salesforce_daktela.ledger.records.accepted import AcceptedRecords
from salesforce_daktela.ledger.records.conversions import Conversions
from salesforce_daktela.ledger.records.erasure import Erasure
from salesforce_daktela.ledger.records.leases import Leases
from salesforce_daktela.ledger.records.outcomes import PastOutcomes
from salesforce_daktela.ledger.runs.cache import Cache
from salesforce_daktela.ledger.runs.checkpoints import Checkpoints
from salesforce_daktela.ledger.runs.number_counts import NumberCounts
from salesforce_daktela.ledger.runs.rate_shares import RateShares
from salesforce_daktela.ledger.runs.reports import Reports
from salesforce_daktela.ledger.runs.rows_seen import RowsSeen
from salesforce_daktela.ledger.runs.schemas import Schemas
from salesforce_daktela.ledger.runs.staging_places import StagingPlaces
from salesforce_daktela.ledger.runs.totals import Totals
from salesforce_daktela.ledger.runs.traffic import RunTraffic
from salesforce_daktela.ledger.runs.watermarks import Watermarks
from salesforce_daktela.ledger.setup.drafts import Drafts
from salesforce_daktela.ledger.store import versions
from salesforce_daktela.ledger.store.bindings import Bindings
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.overview import Overview
from salesforce_daktela.ledger.store.tables import settings
from salesforce_daktela.ledger.waiting.parked_pages import ParkedPages
from salesforce_daktela.ledger.waiting.parking import Parking
from salesforce_daktela.ledger.waiting.reject_pages import RejectPages
from salesforce_daktela.ledger.waiting.rejects import Rejects
from salesforce_daktela.ledger.waiting.rereads import Rereads


class Ledger:
    """The ledger of one deployment, by kind of content. Every method of a kind is one short transaction.

    Ids are 18 characters, times aware and in UTC; lists may be of any length.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self.bindings = Bindings(db)
        self.overview = Overview(db)
        self.records = AcceptedRecords(db)
        self.outcomes = PastOutcomes(db)
        self.leases = Leases(db)
        self.conversions = Conversions(db)
        self.erasure = Erasure(db)
        self.rejects = Rejects(db)
        self.reject_pages = RejectPages(db)
        self.parking = Parking(db)
        self.parked_pages = ParkedPages(db)
        self.rereads = Rereads(db)
        self.watermarks = Watermarks(db)
        self.checkpoints = Checkpoints(db)
        self.totals = Totals(db)
        self.reports = Reports(db)
        self.traffic = RunTraffic(db)
        self.schemas = Schemas(db)
        self.rate_shares = RateShares(db)
        self.cache = Cache(db)
        self.rows_seen = RowsSeen(self.cache)
        self.number_counts = NumberCounts(self.cache)
        self.staging_places = StagingPlaces(self.cache)
        self.drafts = Drafts(db)

    @classmethod
    def open(cls, url: str) -> Ledger:
        """Return the ledger behind a SQLAlchemy URL. Raises ConfigurationError when it cannot be reached."""
        return cls(Database.open(url))

    def close(self) -> None:
        """Close the connections; a ledger left open is closed with its process."""
        self.db.close()

    def upgrade(self) -> None:
        """Create or change the tables, create salt and identity.

        Raises ConfigurationError for a newer or read-only ledger.
        """
        versions.upgrade(self.db)

    def place(self) -> str:
        """The address of the database, without a password."""
        return self.db.shown

    def salt(self) -> bytes:
        """The secret that this ledger's hashes are made with."""
        with self.db.read() as connection:
            value = connection.execute(select(settings.c.value).where(settings.c.key == "salt")).scalar_one()
        return bytes(value)

    def scrub(self) -> None:
        """Wipe deleted rows from a SQLite file and the files beside it. Raises TransportError while others use it."""
        self.db.scrub()

    def read_up_to(self, sync: str, mapping: str, *, besides: str) -> datetime | None:
        """Up to when runs other than ``besides`` have read the mapping, settled or not; None when unknown."""
        read = self.checkpoints.newest_end(sync, mapping, besides=besides)
        settled = self.watermarks.read(sync, mapping)
        return max((moment for moment in (read, settled) if moment is not None), default=None)
