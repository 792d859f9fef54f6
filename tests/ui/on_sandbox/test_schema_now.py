"""Both schemas read right now, and agreed to."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from salesforce_daktela.steps.preflight.schema_lock import LOCK, read_lock
from salesforce_daktela.sync.seen_schema import Side
from tests.ui.on_sandbox.conftest import BASE, Fetch

PAGE = f"{BASE}/schema"


def shown(fetch: Fetch) -> tuple[str, dict[str, str]]:
    """The piece of the page, and what its button sends."""
    reply = fetch(f"{PAGE}/now", method="POST", json={})
    assert reply.status_code == 200, reply.text
    found = re.search(r'id="agree" data-seen="(\w*)" data-text="(\w+)"', reply.text)
    return reply.text, {} if found is None else {"seen": found[1], "text": found[2]}


def test_what_is_shown_is_agreed_to(fetch: Fetch, sales: Path) -> None:
    """From nothing, and then again after the file has been changed by hand; what is agreed is not offered again."""
    piece, agreed = shown(fetch)
    assert "mappings/sales/schema.lock.json" in piece
    assert fetch(f"{PAGE}/agree", method="POST", json=agreed).json() == {"saved": LOCK}
    assert set(read_lock(sales)) == {"accounts", "contacts", "leads", "opportunities"}
    assert set(read_lock(sales)["contacts"]) == set(Side)
    piece, none = shown(fetch)
    assert "says exactly this already" in piece
    assert none == {}
    old = json.loads((sales / LOCK).read_text())
    old["mappings"]["contacts"]["salesforce"]["fields"]["Title"]["length"] = 999
    (sales / LOCK).write_text(json.dumps(old))
    piece, agreed = shown(fetch)
    assert "has been shortened: it was string, 999 characters" in piece
    assert ">To look at<" in piece
    assert fetch(f"{PAGE}/agree", method="POST", json=agreed).status_code == 200


def test_what_was_not_shown_is_not_agreed_to(fetch: Fetch, sales: Path) -> None:
    """Another file, or another schema."""
    _, agreed = shown(fetch)
    assert fetch(f"{PAGE}/agree", method="POST", json={**agreed, "text": "0" * 64}).status_code == 409
    (sales / LOCK).write_text("theirs")
    reply = fetch(f"{PAGE}/agree", method="POST", json=agreed)
    assert reply.status_code == 409
    assert "read both systems again" in reply.json()["detail"]
    assert (sales / LOCK).read_text() == "theirs"


def test_a_folder_that_cannot_be_written_gets_a_patch(
    fetch: Fetch, sales: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the whole file. Such a folder comes through a link, as git-sync makes it."""
    (tmp_path / ".hidden").mkdir()
    sales.parent.rename(tmp_path / ".hidden" / "mappings")
    (tmp_path / "linked").symlink_to(tmp_path / ".hidden")
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER", str(tmp_path / "linked" / "mappings"))
    piece, agreed = shown(fetch)
    assert agreed == {}
    assert "cannot be written from here" in piece
    patch, whole = fetch(f"{PAGE}/lock.patch"), fetch(f"{PAGE}/lock")
    assert patch.text.startswith("--- /dev/null")
    assert json.loads(whole.text)["version"] == 1
    assert LOCK in whole.headers["Content-Disposition"]


@pytest.mark.usefixtures("sales")
def test_a_viewer_agrees_to_nothing(fetch: Fetch) -> None:
    """Nor has both systems read."""
    for path in ("now", "agree"):
        reply = fetch(f"{PAGE}/{path}", method="POST", role="viewer", json={"seen": "", "text": ""})
        assert reply.status_code == 403
