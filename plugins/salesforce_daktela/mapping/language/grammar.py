"""The keys of the mapping language. The loader, the schemas for editors and a test of docs/mapping.md go by them.

A key that is left out is not read: its default is the one of the field of that name in ``mapping.model``.
"""

from __future__ import annotations

from typing import Any

from salesforce_daktela.mapping.language.section import Section
from salesforce_daktela.mapping.language.soql_where import where_problem
from salesforce_daktela.mapping.language.text_checks import (
    NAME_LETTERS,
    SOBJECT,
    cron_check,
    key_problem,
    sobject_problem,
    timezone_problem,
)
from salesforce_daktela.mapping.language.value_kinds import (
    Anything,
    Choice,
    Flag,
    Keys,
    NameList,
    Number,
    NumberList,
    OrNever,
    RefusedValueError,
    Share,
    Span,
    Text,
)
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.mapping.problems import nearest

WEEKLY = "17 3 * * 0"
"""Sundays at night; the odd minute keeps out of everybody else's full hour."""
CALLS = Number(least=1, most=100_000_000, whole=True)
LIMITS = Keys(
    {
        "requests_per_second": Number(least=0.1, most=1000),
        "workers": Number(least=1, most=64, whole=True),
        "reserve_api_calls": Share(CALLS),
        "budget_api_calls": Number(least=10, most=100_000_000, whole=True),
        "part_rows": Number(least=1, most=50_000, whole=True),
        "bulk_above": Number(least=0, most=10_000_000, whole=True),
        "bulk_timeout": Span(),
        "overlap": Span(),
        "lag": Span(),
    }
)
APPROVE = Keys({"first_load": Flag(), "changes_above": Share(), "removals": Flag()})
SYNC = Keys(
    {
        "salesforce_conn_id": Text(),
        "daktela_conn_id": Text(),
        "database": Text(),
        "schedule": Text(check=cron_check("*/15 * * * *")),
        "timezone": Text(check=timezone_problem),
        "mappings": NameList(),
        "limits": LIMITS,
        "approve": APPROVE,
        "reconcile": OrNever(Text(check=cron_check(WEEKLY))),
        "retain": Span(),
        "fresh_within": Span(),
    },
    required=("mappings",),
)

HANDS_OFF = Keys({"action": NumberList(Number(least=0, most=6, whole=True))}, required=("action",))
POLICY = Choice(("keep", "mark", "delete"))
MAPPING = Keys(
    {
        "salesforce": Text(check=sobject_problem, pattern=f"^{SOBJECT}$"),
        "daktela": Choice([entity.value for entity in Entity], noun="model"),
        "key": Text(check=key_problem, pattern=rf"^{NAME_LETTERS}\{{Id\}}{NAME_LETTERS}$"),
        "where": Text(check=where_problem),
        "match": NameList(),
        "fields": Keys({}),
        "once": NameList(),
        "hands_off": HANDS_OFF,
        "on_delete": POLICY,
        "on_filter_exit": POLICY,
        "mark": Keys({}),
        "becomes": Keys({}),
        "on_both": Choice(("keep", "merge")),
        "max_removals": Number(least=0, most=100_000_000, whole=True),
        "on_gone": Choice(("keep", "recreate")),
        "reread": OrNever(Span()),
        "reject_above": Share(),
    },
    required=("salesforce", "daktela", "key", "fields"),
)
RULE = Keys(
    {
        "from": Anything(),
        "value": Anything(),
        "transforms": Anything(),
        "values": Anything(),
        "default": Anything(),
        "when_empty": Choice(("clear", "keep")),
        "on_error": Choice(("reject", "drop")),
        "lookup": NameList(),
        "on_missing": Choice(("park", "drop", "reject")),
    }
)


def read_keys(section: Section, keys: Keys) -> dict[str, Any]:
    """Return the values of the keys that are written and right; problems are in ``section``, unknown keys among them.

    Levels below are Sections.
    """
    for key in section.keys():  # noqa: SIM118 Section is no dict: keys() also checks them
        if key not in keys.kinds:
            section.refuse(key, "unknown key", nearest(key, keys.kinds))
    found = {}
    for key, kind in keys.kinds.items():
        written = section.data.get(key)
        try:
            if written is not None:
                value = kind.read(written)
                found[key] = section.below(key, value) if isinstance(kind, Keys) else value
            elif key in keys.required:
                section.refuse(key, "is missing", f"add a line `{key}:` at this level")
        except RefusedValueError as exc:
            section.refuse(key, exc.what, exc.advice)
    return found
