"""One record as an example beside the fields, and how many records a filter leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.language.soql_where import where_problem
from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query.rest import count
from salesforce_daktela.salesforce.query.restricted_objects import missing_filter
from salesforce_daktela.salesforce.query.soql import build_count, build_sample, build_soql
from salesforce_daktela.salesforce.schema.describe import describe, resolve
from salesforce_daktela.salesforce.wire.errors import SalesforceRefusedError
from salesforce_daktela.salesforce.wire.ids import is_id, typed_id

LONGEST = 200
"""Characters of a value: enough to recognise it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A record's Id, what people call it, and its values as texts by path. Empty values are left out."""

    id: str
    label: str = field(repr=False)
    values: Mapping[str, str] = field(repr=False)


def read_sample(client: SalesforceClient, sobject: str, wanted: str, paths: Sequence[str] = ()) -> Sample | None:
    """Return the record of an Id, else the first whose name has these words, else any one; None where there is none.

    Those of ``paths`` that lead to parents are read, too. Raises ConfigurationError for an object that cannot be read.
    """
    described = describe(client, sobject)
    name = str(described["name"])
    label = next((str(each["name"]) for each in described["fields"] if each.get("nameField")), "")
    chosen = typed_id(wanted) if is_id(wanted) else _first(client, name, label, wanted)
    record = None if chosen is None else _record(client, name, chosen)
    if chosen is None or record is None:
        return None
    values = _values(client, name, chosen, record, paths)
    return Sample(id=chosen, label=str(record.get(label) or chosen), values=values)


def count_records(client: SalesforceClient, sobject: str, where: str) -> int:
    """Return how many records that are not deleted pass a filter; an empty one takes all.

    Raises ConfigurationError for a filter that Salesforce does not understand.
    """
    problem = where_problem(where) if where else None
    if problem is not None:
        raise ConfigurationError(problem[0], where="where", advice=problem[1])
    if missing := missing_filter(sobject, where or None):
        raise ConfigurationError(missing, where="where")
    described = describe(client, sobject)
    alive = any(each["name"] == "IsDeleted" for each in described["fields"])
    schema = SourceSchema(sobject=str(described["name"]), fields={})
    return count(client, build_count(schema, cursor="", where=where or None, alive=alive))


def _first(client: SalesforceClient, sobject: str, label: str, words: str) -> str | None:
    named = (label, words) if words and label else None
    schema = SourceSchema(sobject=sobject, fields={"Id": SourceField(path="Id", kind=FieldKind.TEXT)})
    rows = _query(client, build_sample(schema, cursor="", where=None, most=1, named=named))
    return str(rows[0]["Id"]) if rows else None


def _record(client: SalesforceClient, sobject: str, id_: str) -> dict[str, Any] | None:
    try:
        body = client.get_json(f"{client.data_path}/sobjects/{sobject}/{id_}")
    except SalesforceRefusedError as exc:
        if exc.status != 404:
            raise
        return None
    return body if isinstance(body, dict) else None


def _values(
    client: SalesforceClient, sobject: str, id_: str, record: Mapping[str, Any], paths: Sequence[str]
) -> dict[str, str]:
    above = [path for path in paths if "." in path]
    found = {**record}
    if above:
        known = resolve(client, sobject, above)
        rows = _query(client, build_soql(known.schema, cursor=known.cursor, ids=[id_]))
        found.update({path: _follow(row, path) for row in rows for path in above if path not in known.unknown})
    texts = {path: _text(value) for path, value in found.items()}
    return {path: text for path, text in texts.items() if text}


def _query(client: SalesforceClient, soql: str) -> list[dict[str, Any]]:
    body = client.get_json(f"{client.data_path}/query", {"q": soql})
    rows = body.get("records") if isinstance(body, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _follow(row: Any, path: str) -> Any:
    for step in path.split("."):
        row = {key.lower(): value for key, value in row.items()}.get(step.lower()) if isinstance(row, dict) else None
    return row


def _text(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
