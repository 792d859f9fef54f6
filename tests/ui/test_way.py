"""The steps as every page of a sync shows them."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported


def test_the_steps_lead_from_one_to_the_next() -> None:
    """Those that have a page."""
    from salesforce_daktela.ui.rights import Rights
    from salesforce_daktela.ui.way import Step, show_way
    from salesforce_daktela.ui.wording import Language, words_in

    rights = Rights(edit=True, connections=True, run=True)
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
    """It is shown all the same."""
    from salesforce_daktela.ui.rights import Rights
    from salesforce_daktela.ui.way import Step, show_way
    from salesforce_daktela.ui.wording import Language, words_in

    words = words_in(Language.ENGLISH)
    for rights, step, right in (
        (Rights(edit=False, connections=True, run=True), Step.MAP, "edit the sync's DAG"),
        (Rights(edit=True, connections=False, run=True), Step.AUTHORIZE, "edit connections"),
        (Rights(edit=True, connections=True, run=False), Step.PLAN, "start runs"),
    ):
        way = show_way("sales", step, rights, words, ready=tuple(Step))
        assert right in way.current.missing
        if rights.edit:
            assert [each.step for each in way.steps if each.missing] == [step]
