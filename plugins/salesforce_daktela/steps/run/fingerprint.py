"""Fingerprints that change when the records should look different in Daktela."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from salesforce_daktela.mapping.model import LINK, FieldPath, MappingSpec, Position, SyncSpec, Template
from salesforce_daktela.mapping.transforms.definition import Transform

RULES = 2
"""The version of our own mapping rules. Raise it when the same row and the same mapping give another payload than the
release before: every sync then reads all its records once. ``tests/mapping/engine/test_rules.py`` says when that is."""

FORM = "2-"
"""Begins every fingerprint; those of earlier programs, made over a file's bytes, do not begin with it."""

WITHOUT = " without "

NO_PAYLOAD = frozenset({"position", "name", "max_removals", "reread", "reject_above", "hands_off"})
"""Settings of a mapping that concern runs, and decide neither payload nor outcome of a record."""


def sync_fingerprint(spec: SyncSpec) -> str:
    """Return 16 hexadecimal digits over all that a sync's files say, independent of comments and the order of keys."""
    return _digest(dataclasses.replace(spec, folder=""))


def mapping_fingerprint(
    mapping: MappingSpec,
    *,
    database: str,
    timezone: str,
    instance_url: str,
    transforms: Mapping[str, Transform],
    left_out: Collection[str] = (),
) -> str:
    """Return the fingerprint of what decides a mapping's payloads besides the records and the two schemas.

    That is what its file says about records, the code of the project's own ``transforms`` that it uses, our own rules,
    the CRM database, the time zone, and the org's address when links contain it. Fields that a run leaves out are
    named in it.
    """
    says = {key: value for key, value in _fields(mapping).items() if key not in NO_PAYLOAD}
    if not mapping.becomes:  # the fingerprints of mappings without it are those of before
        del says["becomes"]
    if not mapping.once:
        del says["once"]
    if mapping.on_both == "keep":
        del says["on_both"]
    says["fields"] = sorted(mapping.fields, key=lambda rule: rule.target)
    used = {call.name for rule in mapping.fields for call in rule.transforms}
    code = {name: _code(transforms[name].source) for name in sorted(used & transforms.keys())}
    address = instance_url if _links(mapping) else ""
    mark = f"{FORM}{_digest([RULES, says, code, database, timezone, address])}"
    return f"{mark}{WITHOUT}{','.join(sorted(left_out))}" if left_out else mark


def still_holds(known: str, current: str) -> bool:
    """Whether records written under fingerprint ``known`` need not be read again under fingerprint ``current``.

    They have to be when what decides payloads has changed, and when a field that was left out is back: its value may
    have changed in the meantime.
    """
    decided, _, missing = known.partition(WITHOUT)
    decided_now, _, missing_now = current.partition(WITHOUT)
    return decided == decided_now and set(missing.split(",")) - {""} <= set(missing_now.split(","))


def why_not(known: str, current: str) -> str:
    """Return the reason for reading all records again, as text for people."""
    if not known.startswith(FORM):
        return "an earlier version of this program, which kept another mark, has settled it last"
    if known.partition(WITHOUT)[0] == current.partition(WITHOUT)[0]:
        return "a field is back"
    return "its mapping, a transform that it uses, the database, the time zone or this program's rules have changed"


def _links(mapping: MappingSpec) -> bool:
    sources = (source for rule in mapping.fields for source in rule.sources)
    pieces = (piece for source in sources for piece in (source.pieces if isinstance(source, Template) else (source,)))
    return any(isinstance(piece, FieldPath) and piece.path == LINK for piece in pieces)


def _code(source: str) -> str:
    """Python without comments and layout."""
    try:
        return ast.unparse(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError):
        return source


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(_plain(value), sort_keys=True).encode()).hexdigest()[:16]


def _fields(value: Any) -> dict[str, Any]:
    return {found.name: getattr(value, found.name) for found in dataclasses.fields(value)}


def _plain(value: object) -> Any:
    """JSON of anything a model holds: types are told apart, positions left out."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Position):
        return None
    if dataclasses.is_dataclass(value):
        return [type(value).__name__, _plain(_fields(value))]
    if isinstance(value, Mapping):
        return sorted([[_plain(key), _plain(item)] for key, item in value.items()], key=_key)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, timedelta):
        return value.total_seconds()
    return [type(value).__name__, str(value)]  # a table's values of other kinds, such as dates, by their own spelling


def _key(pair: list[Any]) -> str:
    return json.dumps(pair[0])
