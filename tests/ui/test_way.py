"""The steps as every page of a sync shows them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.conftest import Ask

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported

STEPS = ("connect", "authorize", "database", "objects", "map", "preview", "save", "plan", "activate")


def test_the_steps_lead_from_one_to_the_next() -> None:
    """Those that have a page."""
    from salesforce_daktela.ui.rights import Rights
    from salesforce_daktela.ui.way import Step, show_way
    from salesforce_daktela.ui.wording import Language, words_in

    rights = Rights(read=True, edit=True, connections=True, run=True)
    ready = (Step.CONNECT, Step.MAP, Step.SAVE)
    way = show_way("sales", Step.MAP, rights, words_in(Language.CZECH), ready=ready)
    assert [(step.number, step.step) for step in way.steps] == [(1, Step.CONNECT), (2, Step.MAP), (3, Step.SAVE)]
    assert way.before is not None
    assert way.before.step is Step.CONNECT
    assert way.after is not None
    assert way.after.label == "Uložení"
    assert way.current.step is Step.MAP
    first = show_way("sales", Step.CONNECT, rights, words_in(Language.ENGLISH), ready=ready)
    assert first.before is None


def test_a_step_that_a_person_may_not_take_says_which_right_is_missing() -> None:
    """It is shown all the same, and nothing else leads there."""
    from salesforce_daktela.ui.rights import Rights
    from salesforce_daktela.ui.way import Step, show_way
    from salesforce_daktela.ui.wording import Language, words_in

    words, looking = words_in(Language.ENGLISH), {Step.PLAN, Step.ACTIVATE}
    for rights, step, right, closed in (
        (Rights(read=True, edit=False, connections=True, run=True), Step.MAP, "edit the sync's DAG", {*Step} - looking),
        (Rights(read=True, edit=True, connections=False, run=True), Step.AUTHORIZE, "edit conn", {Step.AUTHORIZE}),
        (Rights(read=False, edit=True, connections=True, run=True), Step.PLAN, "read the sync's DAG", looking),
        (Rights(read=True, edit=True, connections=True, run=False), Step.PLAN, "", set()),
    ):
        way = show_way("sales", step, rights, words, ready=tuple(Step))
        assert right in way.current.missing
        assert {each.step for each in way.steps if each.missing} == closed
        assert {each.step for each in way.steps if not way.leads_to(each.step)} == closed


@pytest.mark.parametrize("role", ["viewer", "user", "op", "admin"])
def test_a_step_leads_exactly_to_a_page_that_opens(role: str, ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """The navigation and the routes agree for every step and every kind of user."""
    add_sync("sales")
    opens = {step: ask(f"/syncs/sales/{step}", role=role) for step in STEPS}
    shown = next(page.text for page in opens.values() if page.status_code == 200)
    linked = {step for step in STEPS if f'<a class="step" href="/salesforce-daktela/syncs/sales/{step}"' in shown}
    assert linked == {step for step, page in opens.items() if page.status_code in (200, 303, 307)}
    assert {page.status_code for step, page in opens.items() if step not in linked} <= {403}


def test_what_stands_in_the_way_leads_only_where_the_person_may_go(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """Who may look at a plan and not edit is told what is wrong, without a link that would be refused."""
    (add_sync("sales") / "contacts.yaml").write_text("salesforce: 1\n")
    for role, links in (("viewer", 0), ("user", 1)):
        page = ask("/syncs/sales/plan", role=role).text
        assert "Its files have mistakes" in page
        assert page.count(">Go to Map</a>") == links
