"""The settings of a sync that no step asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.mapping.language import grammar
from salesforce_daktela.mapping.language.loader import load_sync
from tests.attacks.sync_folders import RICH_SYNC
from tests.ui.conftest import Ask

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported

SCRIPT = {"Sec-Fetch-Dest": "empty"}
BY_HAND = """# ours
schedule: '*/15 * * * *'   # often
mappings: [contacts]
limits:
    workers: 4   # few
    lag:  5s
"""


def changed(text: str, **wanted: str) -> str:
    from salesforce_daktela.ui.settings.fields import with_fields

    return with_fields(text, {name.replace("__", "."): said for name, said in wanted.items()})


def test_every_key_has_a_field_here_or_on_a_step() -> None:
    """With its words; a key that is added to the language is missed."""
    from salesforce_daktela.ui.settings.fields import ELSEWHERE, PATHS
    from salesforce_daktela.ui.settings.words import about, label_of
    from salesforce_daktela.ui.wording import Language, words_in

    words = words_in(Language.ENGLISH)
    assert {path.split(".")[0] for path in PATHS} | set(ELSEWHERE) == set(grammar.SYNC.kinds)
    assert all(label_of(path, words) and all(about(path, words)) for path in PATHS)


def test_a_file_is_read_into_fields_and_back_without_a_change() -> None:
    """Whatever it says."""
    from salesforce_daktela.ui.settings.fields import read_fields

    for text in (RICH_SYNC, BY_HAND, "mappings: [a]\nlimits: {}\n"):
        fields = read_fields(text)
        assert changed(text, **{path.replace(".", "__"): said for path, said in fields.items()}) == text
    assert read_fields(RICH_SYNC)["approve.first_load"] == "true"
    assert read_fields(RICH_SYNC)["limits.reserve_api_calls"] == "20%"


@pytest.mark.parametrize(
    ("wanted", "old", "new"),
    [
        ({"limits__workers": "8"}, "workers: 4 ", "workers: 8 "),
        ({"schedule": "0 6 * * *"}, "'*/15 * * * *'", "'0 6 * * *'"),
        ({"limits__lag": ""}, "    lag:  5s\n", ""),
        ({"limits__overlap": "1h"}, "lag:  5s\n", "lag:  5s\n    overlap: 1h\n"),
        ({"limits__reserve_api_calls": "5000"}, "lag:  5s\n", "lag:  5s\n    reserve_api_calls: 5000\n"),
        ({"timezone": "Europe/Prague"}, "# often\n", "# often\ntimezone: Europe/Prague\n"),
        ({"approve__removals": "true"}, "  lag:  5s\n", "  lag:  5s\napprove: {removals: true}\n"),
        ({"limits__workers": "", "limits__lag": ""}, BY_HAND[BY_HAND.index("limits") :], ""),
    ],
)
def test_one_change_is_that_change(wanted: dict[str, str], old: str, new: str) -> None:
    """Remarks, quotes and blanks stay."""
    assert changed(BY_HAND, **wanted) == BY_HAND.replace(old, new)


def put(ask: Ask, version: int, **values: str) -> Any:
    body = {"version": version, "values": {name.replace("__", "."): said for name, said in values.items()}}
    return ask("/syncs/sales/settings", method="PUT", role="user", headers=SCRIPT, json=body)


def test_a_change_goes_into_the_draft(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """And is saved with it."""
    folder = add_sync("sales")
    assert 'value="*/15 * * * *"' in ask("/syncs/sales/settings", role="user").text
    reply = put(ask, 0, limits__workers="9", reconcile="never").json()
    assert (reply["version"], reply["unsaved"], reply["problems"]) == (1, True, {})
    saved = ask("/syncs/sales/save", method="POST", role="user", headers=SCRIPT, json={"version": 1})
    assert saved.status_code == 200
    spec = load_sync(folder)
    assert (spec.limits.workers, spec.reconcile) == (9, None)


def test_a_change_that_arrives_twice_is_kept_once(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """The page may not have heard the answer; a change of another window is refused."""
    add_sync("sales")
    kept, again = put(ask, 0, limits__workers="9"), put(ask, 0, limits__workers="9")
    assert again.json() == kept.json()
    assert put(ask, 0, limits__workers="10").status_code == 409


def test_a_problem_stands_at_its_field(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """In the loader's words; the value stays in the draft."""
    add_sync("sales")
    problems = put(ask, 0, timezone="Europe/Praha", limits__workers="many").json()["problems"]
    assert problems["timezone"].startswith("unknown time zone Europe/Praha")
    assert "expected a whole number" in problems["limits.workers"]
    page = ask("/syncs/sales/settings", role="user").text
    assert 'value="many"' in page
    assert "unknown time zone Europe/Praha" in page


def test_what_is_no_field_is_refused(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """Also keys that other steps write."""
    add_sync("sales")
    assert put(ask, 0, mappings="x").status_code == 422
    assert put(ask, 0, odd="x").status_code == 422
