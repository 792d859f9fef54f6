"""One HTML page with the instance's records and last requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import urlencode

import sqlalchemy as sa

from sandbox.daktela.filters import Listing
from sandbox.daktela.instance import Instance
from sandbox.daktela.models import MODELS, FieldType, Model
from sandbox.daktela.rendering import place_column
from sandbox.daktela.store import Record

ROWS = 50
LAST_REQUESTS = 30
ENTITIES = ("contacts", "accounts", "crmRecords", "campaignsRecords")
PLACES = {"crmRecords": "crmRecordsTypes", "campaignsRecords": "campaignsTypes"}
_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 100rem; padding: 0 1rem; }
nav a { display: inline-block;
  padding: .3rem .8rem; border: 1px solid var(--line); border-radius: 1rem; margin: .2rem; }
nav a[aria-current] { background: var(--soft); font-weight: 600; }
a { color: inherit; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .7rem; border-bottom: 1px solid var(--line); }
th { background: var(--soft); white-space: nowrap; }
td, dd { white-space: nowrap; max-width: 22rem; overflow: hidden; text-overflow: ellipsis; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 .8rem; margin: 0; }
dt { opacity: .7; }
dd { margin: 0; }
code { font-size: .9em; } .empty { opacity: .6; } input { font: inherit; padding: .3rem .6rem; }
"""


def overview(instance: Instance, query: Mapping[str, str]) -> str:
    """Return the page. ``entity``, ``database`` (or a record's type), ``q`` and ``page`` from 1 choose the rows."""
    model = MODELS[query.get("entity", "")] if query.get("entity") in ENTITIES else MODELS["contacts"]
    place, text = query.get("database", ""), query.get("q", "")
    page = int(query["page"]) if query.get("page", "").isdecimal() and int(query["page"]) else 1
    condition = _condition(instance, model, place, text)
    with instance.store.lock:
        total = instance.store.count(model, condition)
        records = _records(instance, model, condition, page)
        tabs = _tabs(instance, model, place)
    pages = max(-(-total // ROWS), 1)
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>Daktela sandbox</title><style>{_STYLE}</style></head><body><h1>Daktela sandbox</h1>"
        f"<p>What this instance holds now.{_other_side(instance)} "
        "<a href='switches'>Switches</a>, <a href='switches/help'>their meaning</a>, "
        f"<a href='counters'>counters</a>, <a href='requests'>requests</a>.</p><nav>{tabs}</nav>"
        f"{_search(model, place, text)}<p>{total} {escape(model.name)}, page {page} of {pages} "
        f"{_pager(model, place, text, page, pages)}</p>{_records_table(model, records)}"
        f"<h2>Last requests</h2>{_requests_table(instance)}</body></html>"
    )


def _other_side(instance: Instance) -> str:
    address = instance.other_side
    return f" <a href='{escape(address)}/__sandbox__/'>What Salesforce holds</a>." if address else ""


def _condition(instance: Instance, model: Model, place: str, text: str) -> sa.ColumnElement[bool]:
    table = instance.store.tables[model.name]
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if place:
        conditions.append(table.c[place_column(model)] == place)
    if text:
        conditions.append(Listing(store=instance.store, model=model).search(text))
    return sa.and_(*conditions)


def _records(instance: Instance, model: Model, condition: sa.ColumnElement[bool], page: int) -> list[Record]:
    table = instance.store.tables[model.name]
    statement = sa.select(table).where(~table.c._deleted, condition).order_by(table.c._id.desc())
    rows = instance.store.rows(statement.limit(ROWS).offset((page - 1) * ROWS))
    return [instance.store.record(model, row) for row in rows]


def _tabs(instance: Instance, current: Model, place: str) -> str:
    links = []
    for entity in ENTITIES:
        model = MODELS[entity]
        column = instance.store.tables[entity].c[place_column(model)]
        places = instance.store.all(MODELS[PLACES.get(entity, "crmDatabases")])
        for name, title in (("", "all"), *((found.name, str(found.values["title"])) for found in places)):
            count = instance.store.count(model, column == name if name else None)
            here = " aria-current='page'" if (entity, name) == (current.name, place) else ""
            label = f"{escape(entity)}: {escape(title)} ({count})"
            links.append(f"<a href='?{_link(model, name, '', 1)}'{here}>{label}</a>")
    return "".join(links)


def _link(model: Model, place: str, text: str, page: int) -> str:
    return escape(urlencode({"entity": model.name, "database": place, "q": text, "page": page}), quote=True)


def _search(model: Model, place: str, text: str) -> str:
    return (
        f"<form><input type='hidden' name='entity' value='{escape(model.name, quote=True)}'>"
        f"<input type='hidden' name='database' value='{escape(place, quote=True)}'>"
        f"<input type='search' name='q' value='{escape(text, quote=True)}' aria-label='Search' "
        "placeholder='name, title or custom field'> <button>Search</button></form>"
    )


def _pager(model: Model, place: str, text: str, page: int, pages: int) -> str:
    steps = (("previous", page - 1, page > 1), ("next", page + 1, page < pages))
    return " ".join(f"<a href='?{_link(model, place, text, to)}'>{word}</a>" for word, to, shown in steps if shown)


def _records_table(model: Model, records: Iterable[Record]) -> str:
    columns = [field for field in model.fields if field.name not in {"nps_score", "survey"}]
    head = "".join(f"<th>{escape(field.name)}</th>" for field in columns) + "<th>customFields</th>"
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{_cell(record.values[field.name], code=field.kind is FieldType.REFERENCE)}</td>" for field in columns
        )
        + f"<td>{_custom(record)}</td></tr>"
        for record in records
    )
    return f"<div class='scroll'><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"


def _cell(value: object, *, code: bool) -> str:
    if value is None:
        return "<span class='empty'>null</span>"
    return f"<code>{escape(str(value))}</code>" if code else escape(str(value))


def _custom(record: Record) -> str:
    pairs = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(' | '.join(values))}</dd>"
        for name, values in sorted(record.custom.items())
    )
    return f"<dl>{pairs}</dl>"


def _requests_table(instance: Instance) -> str:
    rows = "".join(
        f"<tr><td>{escape(entry.method)}</td><td><code>{escape(entry.path)}</code></td>"
        f"<td>{entry.status or 'cut'}</td><td>{entry.milliseconds:.1f}</td></tr>"
        for entry in reversed(list(instance.journal.entries)[-LAST_REQUESTS:])
    )
    head = "<th>method</th><th>path</th><th>status</th><th>ms</th>"
    return f"<div class='scroll'><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
