"""Resolve the references of a whole part at once, as the JSON text that enters the digests of payloads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii as quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pajson
from numpy.typing import NDArray

REFERENCE = pa.struct([pa.field(name, pa.string()) for name in ("field", "on_missing", "to", "value")])
ENDLESS = 2**31 - 1
NONE, EMPTY, VALUE = pa.scalar("[]"), pa.scalar(""), ',"value":"'
LINES = pa.schema([pa.field("references", pa.list_(REFERENCE))])
NameLookup = Callable[[str, Sequence[str]], Mapping[str, str]]
"""Daktela names by Salesforce Ids or e-mail addresses, of one mapping or of users; unknown values are absent."""


@dataclass(frozen=True, slots=True)
class ResolvedColumns:
    """``texts`` are JSON objects as ``json.dumps(fields, sort_keys=True)`` writes them, null where the row waits
    for a name. ``dropped`` tells for each field and row whether the reference was dropped.
    """

    texts: pa.Array
    dropped: Mapping[str, NDArray[np.bool_]]


def resolve_columns(
    references: pa.Array, names: NameLookup, constants: Mapping[str, str], clearing: Collection[str] = ()
) -> ResolvedColumns:
    """Resolve the references of rows; ``constants`` are fields that every row has.

    A dropped reference leaves its field out, or empties it where the field is among ``clearing``.
    """
    rows = len(references)
    fragments = {field: pa.repeat(_fragment(field, value), rows) for field, value in constants.items()}
    missing = np.zeros(rows, bool)
    dropped: dict[str, NDArray[np.bool_]] = {}
    for found in _fields(references):
        fragments[found.field], unknown = _resolved(found, names, rows, clears=found.field in clearing)
        if found.on_missing == "drop":
            dropped[found.field] = unknown
        else:
            missing |= unknown
    joined = (
        pc.binary_join_element_wise(*(fragments[field] for field in sorted(fragments)), EMPTY) if fragments else None
    )
    inner = pa.repeat("", rows) if joined is None else pc.utf8_slice_codeunits(joined, 2)
    texts = pc.binary_join_element_wise(pa.scalar("{"), inner, pa.scalar("}"), EMPTY)
    return ResolvedColumns(pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), texts), dropped)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """The references of one field: row numbers and values."""

    field: str
    to: str
    on_missing: str
    rows: NDArray[np.int64]
    values: pa.Array


def _fields(references: pa.Array) -> list[_Field]:
    """Read the JSON lists of all rows as one table and separate the fields."""
    if not len(references) or pc.all(pc.equal(references, NONE)).as_py():
        return []
    return _cut(references) if _can_be_cut(references) else _parsed(references)


def _can_be_cut(references: pa.Array) -> bool:
    """Whether the texts hold no escape and are spelled as transform spells them, so that every quote is JSON's own."""
    written = pc.and_(pc.starts_with(references, '[{"field":'), pc.ends_with(references, '"}]'))
    return bool(
        pc.all(pc.or_(written, pc.equal(references, NONE))).as_py()
        and not pc.any(pc.match_substring(references, "\\")).as_py()
        and pc.all(pc.equal(pc.count_substring(references, '{"field":'), pc.count_substring(references, VALUE))).as_py()
    )


def _cut(references: pa.Array) -> list[_Field]:
    """Cut the texts at JSON's quotes: five times as fast as parsing them. Each distinct head is parsed."""
    some = pc.not_equal(references, NONE)
    numbers = np.flatnonzero(some.to_numpy(zero_copy_only=False))
    opened = pc.binary_replace_slice(references.filter(some), 0, 2, b"")
    lists = pc.split_pattern(pc.binary_replace_slice(opened, -3, ENDLESS, b""), '"},{')
    halves = pc.split_pattern(pc.list_flatten(lists), VALUE, max_splits=1)
    heads, values = pc.list_element(halves, 0).dictionary_encode(), pc.list_element(halves, 1)
    at = numbers[pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)]
    codes, found = heads.indices.to_numpy(zero_copy_only=False), dict[tuple[str, str, str], list[int]]()
    for code, head in enumerate(heads.dictionary.to_pylist()):
        kind = json.loads(f"{{{head}}}")
        found.setdefault((kind["field"], kind["to"], kind["on_missing"]), []).append(code)
    return [
        _Field(field=field, to=to, on_missing=on_missing, rows=at[mine], values=values.filter(pa.array(mine)))
        for (field, to, on_missing), those in found.items()
        for mine in (np.isin(codes, those),)
    ]


def _parsed(references: pa.Array) -> list[_Field]:
    """Parse the texts, however they are spelled."""
    text = "".join(f'{{"references":{found}}}\n' for found in references.to_pylist()).encode()
    parsed = pajson.read_json(
        pa.BufferReader(text),
        read_options=pajson.ReadOptions(use_threads=False, block_size=len(text)),
        parse_options=pajson.ParseOptions(explicit_schema=LINES),
    )["references"].combine_chunks()
    parents = pc.list_parent_indices(parsed).to_numpy(zero_copy_only=False)
    flat = pc.list_flatten(parsed)
    column = {name: flat.field(position) for position, name in enumerate(REFERENCE.names)}
    kinds = Counter(zip(*(column[name].to_pylist() for name in ("field", "to", "on_missing")), strict=True))
    return [_of_field(column, parents, *kind) for kind in kinds]


def _of_field(
    column: Mapping[str, pa.Array], parents: NDArray[np.int64], field: str, to: str, on_missing: str
) -> _Field:
    mine = pc.equal(column["field"], pa.scalar(field))
    at = parents[mine.to_numpy(zero_copy_only=False)]
    return _Field(field=field, to=to, on_missing=on_missing, rows=at, values=column["value"].filter(mine))


def _resolved(found: _Field, names: NameLookup, rows: int, *, clears: bool) -> tuple[pa.Array, NDArray[np.bool_]]:
    """The field's fragment of each row, empty where it has none, and which rows have a value without a name."""
    encoded = found.values.dictionary_encode()
    values: list[str] = encoded.dictionary.to_numpy(zero_copy_only=False).tolist()
    known = names(found.to, values)
    absent = _fragment(found.field, None) if clears else ""
    head, named = f", {quote(found.field)}: ", list(map(known.get, values))
    texts = [absent if name is None else head + quote(name) for name in named]
    codes = np.full(rows, len(values), np.int64)
    codes[found.rows] = encoded.indices.to_numpy(zero_copy_only=False)
    unknown = np.array([name is None for name in named] + [False], bool)[codes]
    return pa.array([*texts, ""], pa.string()).take(pa.array(codes)), unknown


def _fragment(field: str, value: str | None) -> str:
    return f", {quote(field)}: {'null' if value is None else quote(value)}"
