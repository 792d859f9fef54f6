"""Tell a database that must not be used from one that cannot answer just now."""

from __future__ import annotations

import sqlite3

SQLITE_REFUSALS = frozenset(
    (sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_NOTADB)
)
POSTGRESQL_REFUSALS = frozenset(("42501", "25006"))
"""insufficient_privilege, read_only_sql_transaction. Source: PostgreSQL manual, appendix "Error Codes"."""


def is_refusal(error: BaseException | None) -> bool:
    """Whether the driver's error lasts until somebody changes a right or a setting."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in SQLITE_REFUSALS
    return getattr(error, "pgcode", None) in POSTGRESQL_REFUSALS
