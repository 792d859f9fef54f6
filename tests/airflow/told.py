"""Those who are told of runs: a mail server, and what stands in for Slack and a webhook."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from sandbox.server import reserve_port
from sandbox.testing import Sandbox
from tests.airflow.posted import Posts, listening
from tests.airflow.stepping import SteppedRun
from tests.airflow.test_metering import earlier
from tests.scenarios.scenario_runner import Runner, rewrite

BASE = "https://airflow.example/team"
PAGES = f"{BASE}/plugin/daktela/team/salesforce-daktela"
SECRET = "T000/B000/geheim"
Mails = list[Any]


class Mailbox:
    """Takes every mail."""

    def __init__(self) -> None:
        self.mails: Mails = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        self.mails.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 OK"


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mails]:
    """A mail server that Airflow's settings name, and the mails that it has taken."""
    box = Mailbox()
    with reserve_port() as bound:
        port = bound.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    extra = {"disable_ssl": True, "disable_tls": True, "from_email": "airflow@example.com"}
    smtp = {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(smtp))
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__NOTIFY_EMAIL", "ops@example.com, crm@example.com")
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", BASE)
    yield box.mails
    controller.stop()


@pytest.fixture
def posts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Posts]:
    """A server that settings name as Slack and as a webhook, and what was posted to it."""
    with listening() as (url, got):
        slack = {"conn_type": "slackwebhook", "host": f"{url}/services", "password": SECRET}
        hook = {
            "conn_type": "http",
            "host": f"{url}/hook",
            "password": "token",
            "extra": {"headers": {"X-Team": "crm"}},
        }
        monkeypatch.setenv("AIRFLOW_CONN_SLACK", json.dumps(slack))
        monkeypatch.setenv("AIRFLOW_CONN_HOOK", json.dumps(hook))
        monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__NOTIFY_SLACK_CONN_ID", "slack")
        monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__NOTIFY_WEBHOOK_CONN_ID", "hook")
        yield got


def end(run: SteppedRun) -> None:
    """Do what Airflow does when a run has ended."""
    dag: Any = run.dag
    callback = dag.on_failure_callback if "failed" in run.states.values() else dag.on_success_callback
    callback({"dag": dag, "run_id": run.run_id, "reason": "task_failure"})


def spoil(sandbox: Sandbox, runner: Runner) -> str:
    """Let the next run reject more than it may."""
    rewrite(runner.folder / "contacts.yaml", "unique], on_error: drop", "unique]")
    rewrite(runner.folder / "contacts.yaml", "reject_above: 1%", "reject_above: 0%")
    wrong = {"LastName": "Tajná", "Email": "tajna@example.com", "Phone": "abc"}
    return str(sandbox.salesforce.records.create("Contact", wrong, at=earlier()))
