"""Ways to those who are told: what each channel gets, what its connection may be, and what the log keeps to itself."""

from __future__ import annotations

import json
import logging
import os

import pytest

from salesforce_daktela.airflow.telling import Teller
from salesforce_daktela.sync.notices import Notice, NoticeKind
from sandbox.testing import Sandbox
from tests.airflow.posted import Posts
from tests.airflow.stepping import SteppedRun
from tests.airflow.test_metering import LOADING, Carry, carry
from tests.airflow.test_reconcile_dag import runner, sandbox
from tests.airflow.told import SECRET, Mails, end, mails, posts, spoil
from tests.scenarios.scenario_runner import Runner

__all__ = ["carry", "mails", "posts", "runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

ASKED = Notice(kind=NoticeKind.QUESTION, mapping="leads", text="waits for an answer", path="/answers")


@pytest.fixture
def untold(carry: Carry, sandbox: Sandbox, runner: Runner) -> SteppedRun:
    """A run that has rejected more than it may, before Airflow says that it is over."""
    spoil(sandbox, runner)
    return carry()


def amend(monkeypatch: pytest.MonkeyPatch, variable: str, **fields: str) -> None:
    """Change fields of a connection in the environment."""
    monkeypatch.setenv(variable, json.dumps({**json.loads(os.environ[variable]), **fields}))


def url_of_the_webhook() -> str:
    """Its address without a path: what stands in for Slack has the same."""
    return str(json.loads(os.environ["AIRFLOW_CONN_HOOK"])["host"]).removesuffix("/hook")


def test_slack_and_a_webhook_get_the_same(posts: Posts, untold: SteppedRun) -> None:
    """Slack as text, the webhook as data, with the headers that its connection has."""
    end(untold)
    (slack, hook) = posts
    assert slack[0] == f"/services/{SECRET}"
    assert slack[2]["text"].startswith("Salesforce to Daktela, default: rejects\n\ncontacts: 1 of ")
    assert (hook[0], hook[1]["Authorization"], hook[1]["X-Team"]) == ("/hook", "Bearer token", "crm")
    assert [notice["kind"] for notice in hook[2]["notices"]] == ["rejects"]
    assert (hook[2]["sync"], hook[2]["link"]) == ("default", "")


def test_a_channel_that_fails_keeps_the_message_from_no_other(
    mails: Mails,
    posts: Posts,
    untold: SteppedRun,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its address, which is a secret, stays out of the log."""
    amend(monkeypatch, "AIRFLOW_CONN_SLACK", host="http://127.0.0.1:9/services")
    end(untold)
    assert (len(mails), len(posts)) == (1, 1)
    assert "could not be sent by notify_slack_conn_id: ConnectionError" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("connection", "path"),
    [
        ("{url}/a/hook?sig=x%2By", "/a/hook?sig=x%2By"),
        ("http://:token@{host}/http", "/"),
        ('{{"conn_type": "http", "host": "{url}/a/hook", "schema": "https"}}', "/a/hook"),
    ],
)
def test_a_webhook_may_be_a_uri(posts: Posts, monkeypatch: pytest.MonkeyPatch, connection: str, path: str) -> None:
    """As the environment or a secrets backend has it: the path is where Airflow keeps a database's name."""
    url = url_of_the_webhook()
    monkeypatch.setenv("AIRFLOW_CONN_HOOK", connection.format(url=url, host=url.removeprefix("http://")))
    monkeypatch.delenv("AIRFLOW__SALESFORCE_DAKTELA__NOTIFY_SLACK_CONN_ID")
    assert Teller(sync="default", dag_id=LOADING, run_id="run-1").tell([ASKED])
    ((got, _, body),) = posts
    assert (got, body["notices"][0]["kind"]) == (path, "question")


def test_slack_may_be_a_uri(posts: Posts, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its address, and without."""
    token = SECRET.replace("/", "%2F")
    host = url_of_the_webhook().removeprefix("http://")
    monkeypatch.setenv("AIRFLOW_CONN_SLACK", f"slackwebhook://http://:{token}@{host}/services")
    monkeypatch.delenv("AIRFLOW__SALESFORCE_DAKTELA__NOTIFY_WEBHOOK_CONN_ID")
    assert Teller(sync="default", dag_id=LOADING, run_id="run-1").tell([ASKED])
    assert [path for path, _, _ in posts] == [f"/services/{SECRET}"]


@pytest.mark.usefixtures("posts")
def test_addresses_that_are_secrets_stay_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """The library underneath logs each request at the level DEBUG."""
    caplog.set_level(logging.DEBUG)
    assert Teller(sync="default", dag_id=LOADING, run_id="run-1").tell([ASKED])
    assert '"POST /... HTTP/1.1"' in caplog.text
    assert SECRET not in caplog.text
    assert "/hook" not in caplog.text


def test_a_redirect_is_a_message_that_was_not_sent(
    posts: Posts, untold: SteppedRun, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody behind it would get the message."""
    amend(monkeypatch, "AIRFLOW_CONN_HOOK", host=f"{url_of_the_webhook()}/moved")
    end(untold)
    assert [path for path, _, _ in posts] == [f"/services/{SECRET}", "/moved"]
    assert "could not be sent by notify_webhook_conn_id: HTTPError" in caplog.text
