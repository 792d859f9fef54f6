"""One HTML page with the org's records and last requests."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from sandbox.salesforce.objects import BY_NAME
from sandbox.salesforce.site import Site

ROWS = 50
LAST_REQUESTS = 30
LONGEST = 120
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
"""


def overview(site: Site, query: Mapping[str, str]) -> str:
    """Return the page. ``object`` and ``page`` (from 1) choose the rows."""
    found = BY_NAME.get(query.get("object", "account").lower())
    name = found.name if found is not None and found.queryable else "Account"
    number = int(query["page"]) if query.get("page", "").isdecimal() and int(query["page"]) else 1
    counts = site.org.records.counts()
    pages = max(-(-counts[name] // ROWS), 1)
    rows = site.org.records.read(name, offset=(number - 1) * ROWS, limit=ROWS)
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>Salesforce sandbox</title><style>{_STYLE}</style></head><body><h1>Salesforce sandbox</h1>"
        f"<p>What this org holds now.{_other_side(site)} "
        "<a href='switches'>Switches</a>, <a href='switches/help'>their meaning</a>, "
        f"<a href='requests'>requests</a>.</p><nav>{_tabs(counts, name)}</nav>"
        f"<p>{counts[name]} {escape(name)}, page {number} of {pages} {_pager(name, number, pages)}</p>"
        f"{_table(rows)}<h2>Last requests</h2>{_table(list(site.journal)[: -LAST_REQUESTS - 1 : -1])}</body></html>"
    )


def _other_side(site: Site) -> str:
    address = site.org.other_side
    return f" <a href='{escape(address)}/__sandbox__/'>What Daktela holds</a>." if address else ""


def _tabs(counts: dict[str, int], current: str) -> str:
    mark = " aria-current='page'"
    return "".join(
        f"<a href='?object={escape(name)}'{mark if name == current else ''}>{escape(name)} {count}</a>"
        for name, count in counts.items()
    )


def _pager(name: str, number: int, pages: int) -> str:
    links = [(number - 1, "previous")] if number > 1 else []
    links += [(number + 1, "next")] if number < pages else []
    return " ".join(f"<a href='?object={escape(name)}&amp;page={at}'>{word}</a>" for at, word in links)


def _table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "<p>None.</p>"
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    lines = ("<tr>" + "".join(f"<td>{_cell(row[name])}</td>" for name in names) + "</tr>" for row in rows)
    return f"<div class='scroll'><table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return escape(text if len(text) <= LONGEST else text[:LONGEST] + "…")
