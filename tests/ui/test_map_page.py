"""The step Map: its page, before any script runs."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

from salesforce_daktela.ui.map_page.view import mappings_of, show_map
from salesforce_daktela.ui.map_page.words import texts_of
from salesforce_daktela.ui.wording import Language, words_in
from tests.ui.conftest import Ask

AddSync = Callable[[str], Path]


def test_the_first_mapping_is_the_one_that_runs_first(ask: Ask, add_sync: AddSync) -> None:
    """The address of the step leads there, below Airflow's own path."""
    add_sync("sales")
    found = ask("/syncs/sales/map", role="user")
    assert found.status_code == 303
    assert found.headers["location"] == "/salesforce-daktela/syncs/sales/map/accounts"


def test_a_page_names_every_mapping_and_carries_the_texts(ask: Ask, add_sync: AddSync) -> None:
    """In the language of the page."""
    add_sync("sales")
    page = ask("/syncs/sales/map/contacts", role="user", headers={"Accept-Language": "cs"}).text
    for name in ("accounts", "contacts", "leads", "opportunities"):
        assert f"/syncs/sales/map/{name}" in page
    (texts,) = re.findall(r'data-words="([^"]*)"', page)
    assert json.loads(html.unescape(texts)) == texts_of(words_in(Language.CZECH))


def test_a_sync_without_mappings_leads_to_the_objects(ask: Ask) -> None:
    """A new one has none."""
    page = ask("/syncs/fresh/map", role="user").text
    assert "There is nothing to map yet" in page
    assert 'href="/salesforce-daktela/syncs/fresh/objects"' in page
    assert "map/page.js" not in page


def test_a_mapping_that_the_draft_does_not_have_is_not_found(ask: Ask, add_sync: AddSync) -> None:
    """Also one whose name is that of another file."""
    add_sync("sales")
    assert ask("/syncs/sales/map/nothing", role="user").status_code == 404
    assert ask("/syncs/sales/map/sync", role="user").status_code == 404


def test_mappings_come_in_the_order_of_the_sync_file_then_those_it_does_not_list() -> None:
    """Listed ones without a file are not offered; a broken list is no reason to show none."""
    texts = {"sync.yaml": "mappings: [leads, gone, contacts]\n", "contacts.yaml": "", "leads.yaml": "", "a.yaml": ""}
    assert mappings_of(texts) == ("leads", "contacts", "a")
    assert mappings_of({**texts, "sync.yaml": "mappings: ["}) == ("a", "contacts", "leads")


def test_the_browser_learns_of_every_script_at_once() -> None:
    """Else it would find them one behind the other."""
    view = show_map("a", {"a.yaml": ""}, words_in(Language.ENGLISH))
    assert {"map/page.js", "map/combobox.js", "vendor/lit-html/directives/live.js"} <= set(view.scripts)
