"""Whether a DAG was made from given files, over Airflow's database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

MARK = "0123456789abcdef"
PROBLEMS = "team/salesforce_to_daktela_problems.py"
TEXT = f"""Traceback (most recent call last):
  File "/opt/airflow/dags/{PROBLEMS}", line 9, in <module>
salesforce_daktela.errors.ConfigurationError: mappings of the Airflow DAGs:
mappings/sales/contacts.yaml:8: fields.frstname: contacts have no field frstname
mappings/presales/contacts.yaml:1: daktela: missing
"""


@pytest.fixture
def session(server: FastAPI) -> Iterator[Any]:  # noqa: ARG001 its database
    """Airflow's database with an active bundle and no DAG, whatever other tests have left; afterwards as it was."""
    from airflow.models.dag import DagModel
    from airflow.models.dagbag import DagPriorityParsingRequest
    from airflow.models.dagbundle import DagBundleModel
    from airflow.models.errors import ParseImportError
    from airflow.utils.session import create_session
    from sqlalchemy import delete, text

    with create_session() as opened:
        # What refers to a DAG would have to go first; none of this is committed.
        opened.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table in (DagPriorityParsingRequest, ParseImportError, DagModel):
            opened.execute(delete(table))
        bundle = opened.merge(DagBundleModel(name="dags-folder"))
        bundle.active = True
        opened.flush()
        yield opened
        opened.rollback()


def add_dag(session: Any, *, description: str | None, file: str | None = "salesforce_to_daktela.py") -> None:
    from airflow.models.dag import DagModel

    dag = DagModel(dag_id="salesforce_to_daktela__sales", bundle_name="dags-folder", is_paused=True, is_stale=False)
    dag.max_active_tasks, dag.has_task_concurrency_limits = 16, False
    dag.description, dag.relative_fileloc = description, file
    session.add(dag)
    session.flush()


def add_error(session: Any, text: str = TEXT, file: str = PROBLEMS) -> None:
    from airflow.models.errors import ParseImportError

    session.add(ParseImportError(filename=file, bundle_name="dags-folder", stacktrace=text))
    session.flush()


def asked(session: Any) -> set[str]:
    from airflow.models.dagbag import DagPriorityParsingRequest
    from sqlalchemy import select

    return set(session.scalars(select(DagPriorityParsingRequest.relative_fileloc)))


def test_a_dag_tells_its_files(session: Any) -> None:
    """By the end of its description."""
    from salesforce_daktela.ui.deployment import State, read_deployment

    assert read_deployment(session, "sales").state(MARK) is State.NONE
    add_dag(session, description=f"Salesforce to Daktela, CRM database files 0, files {MARK}")
    found = read_deployment(session, "sales")
    assert (found.state(MARK), found.state("f" * 16), found.paused) == (State.DEPLOYED, State.WAITING, True)
    assert read_deployment(session, "other").state(MARK) is State.NONE


def test_import_errors_are_those_of_this_sync(session: Any) -> None:
    """Their lines, not Airflow's own around them."""
    from salesforce_daktela.ui.deployment import State, read_deployment

    add_error(session)
    found = read_deployment(session, "sales")
    assert found.refused == ("mappings/sales/contacts.yaml:8: fields.frstname: contacts have no field frstname",)
    assert found.state(MARK) is State.BROKEN
    assert read_deployment(session, "service").refused == ()


def test_a_sync_named_like_the_folder_of_all_is_not_refused_for_another_one_s_files(session: Any) -> None:
    """The lines of its own files are those that name it as the folder of the file."""
    from salesforce_daktela.ui.deployment import read_deployment

    add_error(session, f"{TEXT}mappings/mappings/leads.yaml:2: key: missing\n")
    assert read_deployment(session, "mappings").refused == ("mappings/mappings/leads.yaml:2: key: missing",)


def test_both_files_are_read_again_where_our_dags_come_from(session: Any) -> None:
    """Asking twice asks once."""
    from salesforce_daktela.ui.deployment import ask_to_parse

    add_dag(session, description=None, file="team/salesforce_to_daktela.py")
    for _ in range(2):
        ask_to_parse(session)
        session.flush()
    assert asked(session) == {"team/salesforce_to_daktela.py", PROBLEMS}


def test_files_of_other_names_are_known_by_what_they_say(session: Any) -> None:
    """As those of one line in somebody's own DAG folder; no file is asked for that may not exist."""
    from salesforce_daktela.ui.deployment import State, ask_to_parse, read_deployment

    add_dag(session, description=None, file="crm/all_syncs.py")
    add_error(session, file="crm/mistakes.py")
    assert read_deployment(session, "sales").state(MARK) is State.BROKEN
    ask_to_parse(session)
    session.flush()
    assert asked(session) == {"crm/all_syncs.py", "crm/mistakes.py"}


def test_without_a_dag_the_errors_tell_where_the_files_are(session: Any) -> None:
    """An empty mappings folder is such an error."""
    from salesforce_daktela.ui.deployment import ask_to_parse

    add_error(session, "no sync in /opt/airflow/include/mappings")
    ask_to_parse(session)
    session.flush()
    assert asked(session) == {"team/salesforce_to_daktela.py", PROBLEMS}


def test_a_file_that_has_made_no_dag_is_known_by_its_import(
    session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder of this machine. Before the first sync is saved, Airflow knows only of the list of mistakes."""
    from salesforce_daktela.ui.deployment import ask_to_parse

    local = "airflow.dag_processing.bundles.local.LocalDagBundle"
    bundles = [{"name": "dags-folder", "classpath": local, "kwargs": {"path": str(tmp_path), "refresh_interval": 5}}]
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", json.dumps(bundles))
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "all_syncs.py").write_text("from salesforce_daktela.airflow import dags\n")
    (tmp_path / "crm" / "mistakes.py").write_text("from salesforce_daktela.airflow import dag_problems\n")
    (tmp_path / "other.py").write_text("from airflow.sdk import dag\n")
    add_error(session, file="crm/mistakes.py")
    ask_to_parse(session)
    session.flush()
    assert asked(session) == {"crm/all_syncs.py", "crm/mistakes.py"}


def test_without_either_they_are_looked_for_at_the_top(session: Any) -> None:
    """Of each active bundle."""
    from salesforce_daktela.ui.deployment import ask_to_parse

    ask_to_parse(session)
    session.flush()
    assert asked(session) == {"salesforce_to_daktela.py", "salesforce_to_daktela_problems.py"}
