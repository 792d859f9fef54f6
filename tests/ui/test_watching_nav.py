"""The pages that watch a sync, as each of them lists them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from tests.ui.conftest import Ask
from tests.ui.watched import remember

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported


def test_the_pages_of_a_sync_lead_to_each_other() -> None:
    """Those that exist, and the one that is open."""
    from salesforce_daktela.ui.rights import Rights
    from salesforce_daktela.ui.watching.nav import Watching, show_watch
    from salesforce_daktela.ui.wording import Language, words_in

    rights = Rights(read=True, edit=True, connections=False, run=True)
    ready = (Watching.STATUS, Watching.REJECTS)
    watch = show_watch("sales", Watching.PARKED, rights, words_in(Language.CZECH), ready=ready)
    assert [link.page for link in watch.links] == [Watching.STATUS, Watching.REJECTS, Watching.PARKED]
    assert watch.current.label == "Čeká"
    assert watch.sets_up


def test_values_of_records_are_for_those_who_may_edit() -> None:
    """Others see the page named, with the right that it needs."""
    from salesforce_daktela.ui.rights import Rights
    from salesforce_daktela.ui.watching.nav import Watching, show_watch
    from salesforce_daktela.ui.wording import Language, words_in

    rights = Rights(read=True, edit=False, connections=False, run=True)
    watch = show_watch("sales", Watching.RUNS, rights, words_in(Language.ENGLISH), ready=tuple(Watching))
    assert [link.page for link in watch.links if link.missing] == [Watching.RECORD]
    assert "edit the sync's DAG" in watch.links[list(Watching).index(Watching.RECORD)].missing
    assert not watch.sets_up
    assert set(watch.ready) == set(Watching) - {Watching.RECORD}


@pytest.mark.parametrize("role", ["viewer", "user", "op", "admin"])
def test_a_page_leads_exactly_to_pages_that_open(
    role: str, ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger
) -> None:
    """The navigation, the Ids of records in a list, and the routes agree."""
    from salesforce_daktela.ui.watching.nav import Watching

    add_sync("sales")
    remember(ledger, "sales", runs=1, rejected=8, parked=2)
    opens = {page for page in Watching if ask(f"/syncs/sales/{page}", role=role).status_code == 200}
    for name in ("rejects", "parked"):
        shown = ask(f"/syncs/sales/{name}", role=role).text
        address = "/salesforce-daktela/syncs/sales/"
        assert {page for page in Watching if f'<a class="step" href="{address}{page}"' in shown} == opens
        assert (f'href="{address}record?q=' in shown) == (Watching.RECORD in opens)
