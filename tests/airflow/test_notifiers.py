"""Messages of runs: what is told of each, when, and how often."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.configuration import AIRFLOW_HOME

from salesforce_daktela.airflow import notifiers
from salesforce_daktela.airflow.channels import CHANNELS, Message, wanted
from salesforce_daktela.airflow.freshness import tell_late
from salesforce_daktela.airflow.notifiers import QuestionNotifier
from salesforce_daktela.airflow.operators.sync_operator import FAILURE
from salesforce_daktela.airflow.telling import Teller
from salesforce_daktela.steps.run import mapping_snapshot
from salesforce_daktela.sync.notices import NoticeKind, question
from sandbox.testing import Sandbox
from tests.airflow.stepping import SteppedRun, orders
from tests.airflow.test_dags import load_dags
from tests.airflow.test_metering import LOADING, Carry, carry
from tests.airflow.test_reconcile_dag import SCHEDULE, runner, sandbox
from tests.airflow.told import PAGES, Mails, end, mails, posts, spoil
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, rewrite

__all__ = ["carry", "mails", "posts", "runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]


def test_a_run_is_one_mail_with_links_and_without_a_value(
    mails: Mails, carry: Carry, sandbox: Sandbox, runner: Runner
) -> None:
    """To everybody who is named; the next run of the day that finds the same tells nothing."""
    spoil(sandbox, runner)
    end(carry())
    ((to, mail),) = mails
    assert to == ["ops@example.com", "crm@example.com"]
    assert mail["Subject"] == "Salesforce to Daktela, default: rejects"
    html = mail.get_body(("html",)).get_content()
    assert f'href="{PAGES}/syncs/default/rejects?mapping=contacts"' in html
    assert f"{PAGES}/syncs/default/runs/run-" in html
    assert "phone_invalid" in html
    assert not {"Tajná", "tajna@example.com", "abc"} & set(html.replace("<", " ").replace(">", " ").split())
    end(carry(mode="full"))
    assert len(mails) == 1


def test_what_no_channel_has_taken_is_told_by_the_next_run(
    mails: Mails, carry: Carry, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail server was away for a moment of the night; nobody would have heard of the outage before the next day."""
    refused = {"conn_type": "daktela", "host": sandbox.daktela_url, "password": "wrong"}
    monkeypatch.setenv("AIRFLOW_CONN_DAKTELA_DEFAULT", json.dumps(refused))
    away = {**json.loads(os.environ["AIRFLOW_CONN_SMTP_DEFAULT"]), "port": 9}
    with monkeypatch.context() as broken:
        broken.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(away))
        end(carry())
    assert mails == []
    end(carry())
    end(carry())
    assert [mail["Subject"] for _, mail in mails] == ["Salesforce to Daktela, default: failed"]


@pytest.mark.parametrize(
    ("setting", "told"), [("Rejects, failure", {"rejects"}), ("failure", set(NoticeKind)), ("", set(NoticeKind))]
)
def test_a_misspelt_kind_is_named_in_the_log_and_silences_nobody(
    setting: str, told: set[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where no kind is right, all are told."""
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__NOTIFY_ON", setting)
    assert wanted() == told
    assert ("notify_on: there is no failure; choose from rejects, failed" in caplog.text) == ("failure" in setting)


def test_an_outage_and_a_deferred_run_are_told(
    mails: Mails, carry: Carry, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that could not begin has no report; the message says why all the same."""
    refused = {"conn_type": "daktela", "host": sandbox.daktela_url, "password": "wrong"}
    with monkeypatch.context() as broken:
        broken.setenv("AIRFLOW_CONN_DAKTELA_DEFAULT", json.dumps(refused))
        end(carry())
    sandbox.salesforce.switch(quota_remaining=15_000)
    end(carry())
    assert [mail["Subject"].rpartition(" ")[2] for _, mail in mails] == ["failed", "deferred"]
    failed = mails[0][1].get_body(("html",)).get_content().replace("\n", " ")
    assert "preflight has failed: Daktela GET whoim: answered 401" in failed


@pytest.mark.parametrize("conn_id", ["salesforce_default", "daktela_default", "ledger"])
@pytest.mark.usefixtures("unmarked")
def test_a_connection_that_airflow_does_not_find_is_named(
    mails: Mails, carry: Carry, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], conn_id: str
) -> None:
    """On the page, and in the message if there is a ledger to keep it. It is tried again: Airflow says the same where a
    secrets backend is away. No log speaks of a Bulk job that was never begun.
    """
    monkeypatch.delenv(f"AIRFLOW_CONN_{conn_id.upper()}")
    run = carry()
    told = run.left["preflight", FAILURE]
    assert (told["kind"], told["where"]) == ("TransportError", f"connection {conn_id}")
    assert told["what"] == "Airflow has no such connection"
    end(run)
    ((_, mail),) = mails
    told_why = f"connection {conn_id}: Airflow has no such connection" in read(mail)
    assert told_why == (conn_id != "ledger")
    assert "Bulk job" not in capsys.readouterr().out


def read(mail: Any) -> str:
    """The text of a mail."""
    return str(mail.get_body(("html",)).get_content()).replace("\n", " ")


def test_why_a_run_was_stopped_is_not_told_of_it_after_a_try_that_went_on(
    mails: Mails, runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody mends the connection and clears the run, and then something else fails."""
    refused = {"conn_type": "daktela", "host": sandbox.daktela_url, "password": "wrong"}
    dag: Any = load_dags(monkeypatch, runner.folder.parent).dags[LOADING]
    run = SteppedRun(dag, "run-1", {"mappings": ["contacts"]})
    with monkeypatch.context() as broken:
        broken.setenv("AIRFLOW_CONN_DAKTELA_DEFAULT", json.dumps(refused))
        run.carry_out(["preflight"])
    run.clear_all()
    run.carry_out(["preflight"])
    assert run.states == {"preflight": "success"}
    dag.on_failure_callback({"dag": dag, "run_id": "run-1", "reason": "timed_out"})
    ((_, mail),) = mails
    assert "its page says which task" in mail.get_body(("html",)).get_content().replace("\n", " ")


def test_why_a_cleared_run_was_stopped_is_told_and_not_why_it_had_failed_before(
    mails: Mails, runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first try has told the same that day, so nothing of the second one would be news."""
    dag: Any = load_dags(monkeypatch, runner.folder.parent).dags[LOADING]
    run = SteppedRun(dag, "run-1", {"mappings": ["contacts"], "mode": "full"})
    run.carry_out(["preflight", "contacts.extract"])
    run.states["contacts.load"] = "failed"
    run.carry_out(["contacts.settle"])
    dag.on_failure_callback({"dag": dag, "run_id": "run-1", "reason": "task_failure"})
    refused = {"conn_type": "daktela", "host": sandbox.daktela_url, "password": "wrong"}
    monkeypatch.setenv("AIRFLOW_CONN_DAKTELA_DEFAULT", json.dumps(refused))
    run.clear_all()
    run.carry_out(["preflight"])
    dag.on_failure_callback({"dag": dag, "run_id": "run-1", "reason": "task_failure"})
    (_, first), (_, second) = mails
    assert "extracted, none loaded" in read(first)
    assert "nothing was read, preflight has failed" in read(second)
    assert "none loaded" not in read(second)


@pytest.mark.parametrize("dag", [LOADING, "reconcile__default"])
def test_a_run_that_its_first_task_defers_is_told_with_the_moment_when_it_goes_on(
    mails: Mails, carry: Carry, sandbox: Sandbox, runner: Runner, dag: str
) -> None:
    """Salesforce refuses the first question; the ledger keeps a report of each mapping, by which the pages tell it."""
    rewrite(runner.folder / "sync.yaml", SCHEDULE, 'schedule: "*/15 * * * *"\nreconcile: "0 4 * * *"')
    sandbox.salesforce.switch(quota_remaining=0)
    run = carry(dag)
    assert set(run.states.values()) == {"skipped"}
    (report,) = runner.ledger.reports.read("default", run.kept)
    assert (report["mapping"], report["state"]) == ("contacts", "deferred")
    assert "TotalRequests Limit exceeded" in report["deferred"]
    end(run)
    ((_, mail),) = mails
    assert mail["Subject"] == "Salesforce to Daktela, default: deferred"
    told = mail.get_body(("html",)).get_content().replace("\n", " ")
    assert "TotalRequests Limit exceeded" in told
    assert re.search(r"the next scheduled run tries again, at \d{4}-\d\d-\d\dT\d\d:\d\d:00\+00:00", told)


def test_a_deferred_run_that_no_schedule_repeats_has_to_be_started_again(
    mails: Mails, carry: Carry, sandbox: Sandbox
) -> None:
    """A full reading is nobody's but his who has asked for it."""
    sandbox.salesforce.switch(quota_remaining=15_000)
    end(carry(mode="full"))
    ((_, mail),) = mails
    assert "start this run again when it can go on" in mail.get_body(("html",)).get_content().replace("\n", " ")


def test_differences_are_told_by_the_comparing_dag(
    mails: Mails, carry: Carry, sandbox: Sandbox, runner: Runner
) -> None:
    """With the page of comparisons."""
    entries = runner.ledger.records.read("default", "contacts", [row["Id"] for row in alive(sandbox, "Contact")])
    own = next(id_ for id_, entry in entries.items() if not entry.adopted)
    sandbox.daktela.edit("contacts", f"sf_contact_{own}", {"lastname": "Jiná"})
    end(carry("reconcile__default"))
    ((_, mail),) = mails
    html = mail.get_body(("html",)).get_content()
    assert f'href="{PAGES}/syncs/default/reconcile"' in html
    assert "1 different" in html


def test_a_question_is_told_when_it_is_asked(mails: Mails, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the task that asks, with the page that answers it."""
    dag = load_dags(monkeypatch, runner.folder.parent).dags[LOADING]
    task: Any = dag.get_task("leads.approve")
    (notifier,) = task.notifiers
    assert isinstance(notifier, QuestionNotifier)
    asking = SimpleNamespace(mapping=task.mapping, plan={"reasons": ["3 records would be deleted"]})
    ask: Callable[[Any], None] = notifier.notify
    ask({"dag": dag, "task": asking, "run_id": "run-1"})
    ((_, mail),) = mails
    html = mail.get_body(("html",)).get_content()
    assert "leads: waits for an answer before it writes, because 3 records would be deleted" in html
    assert f"{PAGES}/syncs/default/answers" in html


def test_a_question_that_could_not_be_sent_is_sent_again_while_it_waits(
    mails: Mails, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No run would begin meanwhile. First by the task that asks, then by whoever tells anything of the sync."""
    monkeypatch.setattr(notifiers, "PAUSES", (0.0,))
    dag: Any = load_dags(monkeypatch, runner.folder.parent).dags[LOADING]
    away = {**json.loads(os.environ["AIRFLOW_CONN_SMTP_DEFAULT"]), "port": 9}
    task = SimpleNamespace(mapping="leads", plan={"reasons": ["3 records would be deleted"]})
    with monkeypatch.context() as broken:
        broken.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(away))
        dag.get_task("leads.approve").notifiers[0].notify({"dag": dag, "task": task, "run_id": "run-1"})
    assert mails == []
    asyncio.run(tell_late(sync="default", within=3600.0))
    asyncio.run(tell_late(sync="default", within=3600.0))
    ((_, mail),) = mails
    html = mail.get_body(("html",)).get_content().replace("\n", " ")
    assert "3 records would be deleted (run run-1)" in html


def test_new_rejects_that_could_not_be_sent_are_told_by_the_next_run(
    mails: Mails, carry: Carry, sandbox: Sandbox, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which does not find them any more."""
    spoil(sandbox, runner)
    away = {**json.loads(os.environ["AIRFLOW_CONN_SMTP_DEFAULT"]), "port": 9}
    with monkeypatch.context() as broken:
        broken.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(away))
        first = carry()
        end(first)
    end(carry())
    ((_, mail),) = mails
    assert f"(run {first.run_id})" in mail.get_body(("html",)).get_content().replace("\n", " ")


@pytest.mark.parametrize("same_run", [True, False])
def test_drift_is_told_when_the_task_that_has_found_it_is_tried_again(
    mails: Mails, runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, same_run: bool
) -> None:
    """It dies when it has saved the schemas; no difference is left for its next try, or for the next run."""
    sandbox.salesforce.switch(altered_fields=["Contact.LastName length=40"])
    dag: Any = load_dags(monkeypatch, runner.folder.parent).dags[LOADING]
    run = SteppedRun(dag, "run-1", {"mappings": ["contacts"]})
    with monkeypatch.context() as dying:
        dying.setattr(mapping_snapshot, "save_snapshot", died)
        run.carry_out(["preflight"])
    assert run.states == {"preflight": "failed"}
    again = run if same_run else SteppedRun(dag, "run-2", {"mappings": ["contacts"]})
    again.carry_out(next(orders(dag, count=2, seed=0)))
    end(again)
    ((_, mail),) = mails
    assert mail["Subject"] == "Salesforce to Daktela, default: drift"
    last = SteppedRun(dag, "run-3", {"mappings": ["contacts"]})
    last.carry_out(next(orders(dag, count=2, seed=0)))
    assert last.left["contacts.settle", "report"]["drift"] == []


@pytest.fixture
def unmarked() -> Iterator[None]:
    """What is told without a ledger is told again by the next test."""
    yield
    for marker in (Path(AIRFLOW_HOME) / "salesforce_daktela").glob("told-*"):
        marker.unlink()


@pytest.fixture
def no_ledger(runner: Runner, unmarked: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """A ledger in place of that of ``runner`` that cannot be opened."""
    ledger = {"conn_type": "sqlite", "host": str(runner.folder.parents[1] / "nowhere" / "ledger.db")}
    monkeypatch.setenv("AIRFLOW_CONN_LEDGER", json.dumps(ledger))


def failed_callback(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    dag: Any = load_dags(monkeypatch, runner.folder.parent).dags[LOADING]
    return lambda: dag.on_failure_callback({"dag": dag, "run_id": "run-1", "reason": "task_failure"})


@pytest.mark.usefixtures("no_ledger")
def test_a_run_that_fails_because_the_ledger_is_away_is_told_once_an_hour(
    mails: Mails, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else could be told of it, and nothing can be remembered of it. A missed deadline is told, too."""
    fail = failed_callback(runner, monkeypatch)
    fail()
    fail()
    ((_, mail),) = mails
    assert mail["Subject"] == "Salesforce to Daktela, default: failed"
    assert "the ledger does not answer" in mail.get_body(("html",)).get_content().replace("\n", " ")
    for marker in (Path(AIRFLOW_HOME) / "salesforce_daktela").glob("told-*"):
        os.utime(marker, (0, 0))
    fail()
    asyncio.run(tell_late(sync="default", within=3600.0))
    assert [each["Subject"].rpartition(" ")[2] for _, each in mails] == ["failed", "failed", "late"]


@pytest.mark.usefixtures("no_ledger")
def test_a_run_that_fails_while_the_ledger_has_no_tables_is_told(
    mails: Mails, runner: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Preflight makes them, unless it fails before."""
    (tmp_path / "nowhere").mkdir()
    failed_callback(runner, monkeypatch)()
    ((_, mail),) = mails
    assert "the ledger has no tables" in mail.get_body(("html",)).get_content().replace("\n", " ")


@pytest.mark.usefixtures("no_ledger")
def test_a_question_is_told_without_the_ledger(mails: Mails, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody waits for it."""
    dag: Any = load_dags(monkeypatch, runner.folder.parent).dags[LOADING]
    task = SimpleNamespace(mapping="leads", plan={"reasons": ["3 records would be deleted"]})
    dag.get_task("leads.approve").notifiers[0].notify({"dag": dag, "task": task, "run_id": "run-1"})
    assert len(mails) == 1


def died(*_: Any) -> None:
    raise ConnectionError("the ledger is away")


def test_what_another_process_leaves_while_a_message_is_sent_is_kept(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two tasks ask at once, and the channel takes only the first question; nobody would have heard of the second."""
    tellers = [Teller(sync="default", dag_id=LOADING, run_id=run) for run in ("run-1", "run-2")]
    told: list[str] = []

    def take(_: str, message: Message) -> None:
        told.extend(line.mapping for line in message.lines)
        if told == ["accounts"]:
            assert not tellers[1].tell_news(runner.ledger, [question("leads", ["it is the first load"])])
        elif len(told) == 3:
            raise ConnectionError

    monkeypatch.setitem(CHANNELS, "notify_email", take)
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__NOTIFY_EMAIL", "ops@example.com")
    assert tellers[0].tell_news(runner.ledger, [question("accounts", ["it is the first load"])])
    assert tellers[1].tell_news(runner.ledger, [])
    assert told == ["accounts", "accounts", "leads", "leads"]


def test_only_what_notify_on_names_is_told(
    mails: Mails, carry: Carry, sandbox: Sandbox, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything without it."""
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__NOTIFY_ON", "deferred, question")
    spoil(sandbox, runner)
    end(carry())
    assert mails == []


def test_where_nobody_is_to_be_told_dags_have_no_callbacks(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the end of a run costs the DAG processor nothing."""
    dag: Any = load_dags(monkeypatch, runner.folder.parent).dags[LOADING]
    assert (dag.on_success_callback, dag.on_failure_callback) == (None, None)
    assert dag.get_task("leads.approve").notifiers == []


@pytest.mark.heavy
def test_airflow_itself_calls_the_notifier(
    mails: Mails, runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the end of a real run of the DAG."""
    spoil(sandbox, runner)
    dag = load_dags(monkeypatch, runner.folder.parent).dags[LOADING]
    run = dag.test(run_conf={"mappings": ["contacts"]})
    assert str(run.state) == "failed"
    assert [mail["Subject"] for _, mail in mails] == ["Salesforce to Daktela, default: rejects"]
