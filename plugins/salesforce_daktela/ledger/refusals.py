"""Tell a database that must not be used from one that cannot answer just now."""

from __future__ import annotations

import sqlite3

SQLITE_REFUSALS = frozenset(
    (sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_NOTADB)
)
POSTGRESQL_REFUSALS = frozenset(("42501", "25006"))
"""insufficient_privilege, read_only_sql_transaction. Source: PostgreSQL manual, appendix "Error Codes"."""

POSTGRESQL_SIGN_IN = (
    "authentication failed",
    "no password supplied",
    "does not exist",
    "pg_hba.conf",
    "permission denied",
)
"""A refused sign-in has no code with this driver, only a text. One that is in another language is tried again."""


def is_refusal(error: BaseException | None) -> bool:
    """Whether the driver's error lasts until somebody changes a right or a setting."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in SQLITE_REFUSALS
    code = getattr(error, "pgcode", None)
    if code is not None:
        return code in POSTGRESQL_REFUSALS
    return any(text in str(error) for text in POSTGRESQL_SIGN_IN)
