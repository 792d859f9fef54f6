"""After any history the pages show the figures that the ledger has, counted here row by row."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from salesforce_daktela.sync.request import RunRequest
from sandbox.testing import Sandbox
from tests.attacks.daktela_acts import calm
from tests.attacks.histories import draw_history, lived
from tests.attacks.run_acts import begin
from tests.attacks.world import World, open_sandbox
from tests.ui.conftest import Ask

QUICK, SAMPLE = 2, 12
"""Histories of the quick tests, and of all."""
SYNC = "/syncs/default"
HIDDEN = "001000000000777AAA"
"""A company that the user of the connection does not see."""
NUMBER = re.compile(r"[\d,]+")

Row = dict[str, Any]


@pytest.fixture(scope="module")
def sandbox(server: FastAPI, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:  # noqa: ARG001 first
    """Both systems for all histories."""
    with open_sandbox(tmp_path_factory.mktemp("figures")) as started:
        yield started


@dataclass(frozen=True, slots=True)
class Rows:
    """Every row of a ledger, read without any code of the product."""

    file: Path

    def of(self, table: str) -> list[Row]:
        """The rows of a table."""
        with sqlite3.connect(self.file) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(f"SELECT * FROM sfd_{table} WHERE sync = 'default'")]  # noqa: S608 a constant

    @property
    def rejects(self) -> list[Row]:
        """Open rejects."""
        return [row for row in self.of("rejects") if row["closed"] is None]

    @property
    def waiting(self) -> set[tuple[str, str]]:
        """Children that wait, each once: mapping and Id."""
        return {(row["mapping"], row["id"]) for row in self.of("parked")}


@pytest.mark.parametrize(
    "seed",
    [pytest.param(seed, marks=[] if seed <= QUICK else [pytest.mark.heavy]) for seed in range(1, SAMPLE + 1)],
)
def test_pages_show_the_figures_of_the_ledger(
    seed: int, sandbox: Sandbox, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of things: runs have stopped, records are refused, children wait."""
    with lived(draw_history(seed), sandbox, tmp_path) as world:
        spoil(world)
        folder, file = world.settings.folder, world.ledger_file
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER", str(folder.parent))
    monkeypatch.setenv("AIRFLOW_CONN_PAGES_LEDGER", json.dumps({"conn_type": "sqlite", "host": str(file)}))
    rows = Rows(file)
    assert rows.rejects
    assert rows.waiting
    check_overview(ask, rows)
    check_rejects(ask, rows)
    check_parked(ask, rows)
    for run_id in sorted({row["run_id"] for row in rows.of("runs")}):
        check_run(ask, rows, run_id)


def spoil(world: World) -> None:
    """People and a deal of a company that nobody may read, and people whose address is none."""
    calm(world, 0, 0, 0)
    records, stamp = world.sandbox.salesforce.records, world.now
    for number in range(3):
        records.create("Contact", {"LastName": f"Čekající {number}", "AccountId": HIDDEN}, at=stamp)
        records.create("Contact", {"LastName": f"Chybný {number}", "Email": "neplatná adresa"}, at=stamp)
    records.create("Opportunity", {"Name": "Zakázka", "AccountId": HIDDEN}, at=stamp)
    world.pass_time(3600)
    begin(world, RunRequest(), 0, 2, 1)


def check_overview(ask: Ask, rows: Rows) -> None:
    headings, cells = table_of(ask("/overview").text)[:2]
    shown = dict(zip(headings, cells, strict=True))
    assert shown["Sync"].startswith("default")
    assert first_number(shown["Rejected"]) == len(rows.rejects)
    assert first_number(shown["Parked"]) == len(rows.waiting)


def check_rejects(ask: Ask, rows: Rows) -> None:
    """All of them, and those of each reason."""
    page = ask(f"{SYNC}/rejects").text
    assert lead_of(page) == len(rows.rejects)
    mappings = {row["mapping"] for row in rows.rejects}
    reasons: dict[tuple[str, str, str], set[str]] = {}
    for row in rows.rejects:
        reasons.setdefault((row["mapping"], row["code"], row["field"]), set()).add(row["id"])
    shown = [cells for cells in table_of(page) if len(cells) == 5 and cells[1] in mappings]
    assert sorted(first_number(cells[2]) for cells in shown) == sorted(len(ids) for ids in reasons.values())
    for (mapping, code, field), ids in reasons.items():
        assert ids <= ids_of(ask(f"{SYNC}/rejects?mapping={mapping}&code={code}&field={field}").text)


def check_parked(ask: Ask, rows: Rows) -> None:
    """Each child once, and every one of them named."""
    page = ask(f"{SYNC}/parked").text
    assert lead_of(page) == len(rows.waiting)
    assert ids_of(page) >= {id_ for _, id_ in rows.waiting}


def check_run(ask: Ask, rows: Rows, run_id: str) -> None:
    """Each mapping's outcomes, and their sum with what was read."""
    page = ask(f"{SYNC}/runs/{run_id}").text
    shown = text_of(page)
    for row in (row for row in rows.of("runs") if row["run_id"] == run_id):
        outcomes = Counter(json.loads(row["counts"]))
        if not outcomes or row["mode"] in ("reconcile", "repair"):
            continue
        cells = next(cells for cells in table_of(page) if cells[0].startswith(row["mapping"]))
        assert sum(first_number(cell) for cell in cells[2:]) == first_number(cells[1]) == sum(outcomes.values())
        assert f"= {row['extracted']:,} read" in shown


def table_of(page: str) -> list[list[str]]:
    """The cells of every row of a page's tables, as text."""
    rows = re.findall(r"<tr\b.*?</tr>", page, re.DOTALL)
    return [[text_of(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def lead_of(page: str) -> int:
    """The number in the sentence that sums a page up."""
    return first_number(text_of(page.split('class="lead"')[1].split("</p>")[0].split(">", 1)[1]))


def ids_of(page: str) -> set[str]:
    """The Salesforce Ids that stand in a page."""
    return set(re.findall(r"\b00[0-9A-Za-z]{16}\b", page))


def text_of(html: str) -> str:
    """What a person reads of a piece of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def first_number(text: str) -> int:
    """The first number in a text, 0 where there is none."""
    found = NUMBER.search(text)
    return 0 if found is None else int(found[0].replace(",", ""))
