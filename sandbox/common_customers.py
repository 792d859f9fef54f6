"""Chooses people who are customers on both sides before the first synchronisation."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from sandbox.daktela.seed import Known
from sandbox.salesforce.org import Org

COMMON_CUSTOMERS = 3
_LOOKED_AT = 50
_ORDINARY = re.compile(r"[a-z0-9]+\.[a-z0-9]+@[a-z0-9.-]+\.[a-z]+")
_FIRST_CONTACTS = """
    SELECT FirstName, LastName, Email FROM Contact
    WHERE IsDeleted = 0 AND FirstName IS NOT NULL AND Email IS NOT NULL ORDER BY _n LIMIT ?
"""


def common_customers(org: Org) -> tuple[Known, ...]:
    """Return a few contacts of the org that the Daktela instance also gets, with the same e-mail address.

    The first synchronisation adopts these records and creates the others.
    """
    with closing(sqlite3.connect(f"{org.path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute(_FIRST_CONTACTS, (_LOOKED_AT,)).fetchall()
    found = (
        Known(first_name=first, last_name=last, email=email)
        for first, last, email in rows
        if _ORDINARY.fullmatch(email)
    )
    return tuple(found)[:COMMON_CUSTOMERS]
