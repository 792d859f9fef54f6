"""A connection that Airflow does not find: the same words for a task and for a person, and what differs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from salesforce_daktela.airflow.connections import found_by_a_task, found_for_a_person
from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.airflow.hooks.daktela import DaktelaHook
from salesforce_daktela.airflow.releases import AirflowNotFoundException
from salesforce_daktela.errors import ConfigurationError, PipelineError, TransportError
from salesforce_daktela.ui.wording import Language, words_in

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]


def said_to_a_task() -> PipelineError:
    with pytest.raises(TransportError) as told, found_by_a_task("daktela_north"):
        raise AirflowNotFoundException
    return told.value


def said_to_a_person() -> PipelineError:
    with pytest.raises(ConfigurationError) as told, found_for_a_person("daktela_north"):
        raise AirflowNotFoundException
    return told.value


def test_a_task_and_a_person_are_told_the_same_ways_to_fill_it_in() -> None:
    """A task tries again; a person is told at once, and what a terminal needs beside it."""
    task, person = said_to_a_task(), said_to_a_person()
    assert (task.where, task.what) == (person.where, person.what) == ("connection daktela_north", task.what)
    for way in ("under Admin, Connections", "on the page Connect", "AIRFLOW_CONN_DAKTELA_NORTH", "secrets backend"):
        assert way in task.advice
    assert person.advice.startswith(task.advice)
    assert "AIRFLOW_HOME" in person.advice.removeprefix(task.advice)


@pytest.mark.parametrize("said", [said_to_a_task, said_to_a_person])
def test_it_is_czech_on_a_czech_page(said: Callable[[], PipelineError]) -> None:
    """To the last word but names."""
    czech = words_in(Language.CZECH).sentence(str(said()))
    assert "AIRFLOW_CONN_DAKTELA_NORTH" in czech
    assert not any(word in czech for word in ("fill", "answers", "terminal needs"))


def test_the_ledgers_connection_is_named_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was named by the setting that names it, so that nobody saw which one to fill in."""
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__LEDGER_CONN_ID", "our_ledger")
    with pytest.raises(ConfigurationError, match=r"connection our_ledger: .*AIRFLOW_CONN_OUR_LEDGER"):
        AirflowEnvironment().ledger()


def test_a_hook_in_a_persons_hands_ends_as_a_mistake_of_the_settings() -> None:
    """The hook's own error says that a later try may succeed; nobody tries again here."""
    with pytest.raises(ConfigurationError), found_for_a_person("nowhere"):
        _ = DaktelaHook("nowhere").settings
