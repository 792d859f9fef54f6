"""The org as one object: its data, switches and users."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.company import EMPLOYEES
from sandbox.salesforce.alterations import read_alterations
from sandbox.salesforce.catalogue import Catalogue
from sandbox.salesforce.credentials import DEFAULT_CREDENTIALS, Credentials
from sandbox.salesforce.ids import eighteen
from sandbox.salesforce.objects.person import HIDDEN as PERSON_FIELDS
from sandbox.salesforce.person_accounts import enable
from sandbox.salesforce.records import Records
from sandbox.salesforce.seed.fill import employee_id, fill, organization_id
from sandbox.salesforce.seed.sizes import Size, row_counts
from sandbox.salesforce.soql.dates import USER_ZONE
from sandbox.salesforce.store import connect
from sandbox.salesforce.switches import Switches

FILE_NAME = "org.sqlite"
FOLDER_PREFIX = "salesforce-sandbox-"


def utc_now() -> datetime:
    """Return the machine's time."""
    return datetime.now(UTC)


class Org:
    """One Salesforce org. ``clock`` gives the aware time of the machine it runs on.

    ``other_side`` is the address of the Daktela side of this sandbox, empty without one.
    """

    def __init__(self, path: Path, credentials: Credentials, clock: Callable[[], datetime] = utc_now) -> None:
        self.path, self.credentials, self._clock = path, credentials, clock
        self.size: Size | int = "small"
        self.seed = 1
        self.switches = Switches()
        self.refresh_token = credentials.refresh_token
        self.records = Records(path, self.stamp)
        self.other_side = ""
        self._lock = threading.Lock()
        self._temporary = ExitStack()

    @classmethod
    def create(
        cls,
        *,
        size: Size | int = "small",
        seed: int = 1,
        path: Path | None = None,
        home: Path | None = None,
        credentials: Credentials = DEFAULT_CREDENTIALS,
        clock: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Return an org with seeded data: ``size`` is a name or a number of contacts up to a million.

        ``path`` is the file to keep it in; one that exists is opened as it stands, whatever ``size`` and ``seed`` say.
        Without it the data lives until ``close`` in a temporary folder, which is made in ``home`` if that is given.
        Raises ValueError for an unknown size.
        """
        counts = row_counts(size)
        with ExitStack() as temporary:
            if path is None:
                folder = temporary.enter_context(tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX, dir=home))
                path = Path(folder) / FILE_NAME
            if not path.exists():
                _build(path, counts, seed)
            org = cls(path, credentials, clock)
            org.size, org.seed = size, seed
            org._temporary = temporary.pop_all()
            return org

    def close(self) -> None:
        """Close the data file; a temporary one is deleted."""
        self.records.close()
        self._temporary.close()

    def reset(self, *, size: Size | int | None = None, seed: int | None = None) -> None:
        """Start again: seeded records and default switches; tokens stay valid. None means as at the first start.

        Raises ValueError for an unknown size.
        """
        self.size = self.size if size is None else size
        self.seed = self.seed if seed is None else seed
        counts = row_counts(self.size)
        with tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX, dir=self.path.parent) as folder:
            _build(Path(folder) / FILE_NAME, counts, self.seed)
            self.records.replace(Path(folder) / FILE_NAME)
        with self._lock:
            self.switches = Switches()

    @property
    def id(self) -> str:
        """The organization's 18-character Id."""
        return organization_id(self.switches.organization)

    @property
    def user_id(self) -> str:
        """The integration user's Id."""
        emails = [each.email.lower() for each in EMPLOYEES]
        username = self.credentials.username.lower()
        return employee_id(emails.index(username) if username in emails else len(EMPLOYEES) - 1)

    def clock(self) -> datetime:
        """Return the org's own aware time, which replies and date literals use."""
        return self._clock() + timedelta(seconds=self.switches.clock_skew_seconds)

    def stamp(self) -> datetime:
        """Return the aware change stamp of a write that is committed now."""
        switches = self.switches
        began = (self.clock() - timedelta(seconds=switches.late_commit_seconds)).timestamp()
        return datetime.fromtimestamp(began - began % switches.tied_stamps_seconds, UTC)

    @property
    def catalogue(self) -> Catalogue:
        """The schema as the integration user sees it."""
        switches = self.switches
        return Catalogue(
            hidden=_lowered(switches.hidden_fields) | self._absent,
            hidden_objects=_lowered(switches.hidden_objects),
            unfilterable=_lowered(switches.unfilterable_fields),
            demanded=_lowered(switches.required_filters),
            hidden_records=frozenset(filter(None, map(eighteen, switches.hidden_records))),
            blank_deleted=switches.blank_deleted,
            archived_every=switches.archived_records,
        )

    @property
    def described(self) -> Catalogue:
        """The schema in describe replies, which may still show fields that the user can no longer read."""
        catalogue = self.catalogue
        hidden = self._absent if self.switches.hidden_fields_described else catalogue.hidden
        return replace(catalogue, hidden=hidden, alterations=read_alterations(self.switches.altered_fields))

    @property
    def _absent(self) -> frozenset[str]:
        """Fields that the org does not have."""
        return frozenset() if self.switches.person_accounts else PERSON_FIELDS

    @property
    def today(self) -> date:
        """The day on the user's calendar."""
        return self.clock().astimezone(USER_ZONE).date()

    @cached_property
    def private_key(self) -> str:
        """PEM text of the key that signs JWT assertions: a given one, or one made when it is first needed."""
        if self.credentials.private_key is not None:
            return self.credentials.private_key
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def switch(self, **settings: Any) -> None:
        """Change switches. Raises SwitchError with what is wrong and what is allowed."""
        with self._lock:
            self.switches = self.switches.changed(settings)
        if self.switches.person_accounts:
            enable(self.records, self.seed)
        if "organization" in settings:
            self.records.rename_organization(self.id)

    def count_up(self, switch: str) -> None:
        """Add one to a counting switch."""
        with self._lock:
            self.switches = self.switches.changed({switch: getattr(self.switches, switch) + 1})

    def rotate_refresh_token(self) -> str:
        """Replace the refresh token and return the new one."""
        self.refresh_token = f"5Aep861{secrets.token_urlsafe(45)}"
        return self.refresh_token

    def count_down(self, switch: str) -> bool:
        """Subtract one from a counting switch; return False when it is zero or not counting."""
        with self._lock:
            left: int = getattr(self.switches, switch) or 0
            if left > 0:
                self.switches = self.switches.changed({switch: left - 1})
            return left > 0


def _lowered(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(each.lower() for each in names)


def _build(file: Path, counts: dict[str, int], seed: int) -> None:
    """Build the file under another name first, so that an interrupted build does not look complete."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(file.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    connection = connect(unfinished)
    try:
        fill(connection, counts, seed)
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
    unfinished.rename(file)
