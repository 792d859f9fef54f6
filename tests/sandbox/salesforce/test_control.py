"""The sandbox's own endpoints, switched faults, and the page."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox.salesforce.switches import Switches
from tests.sandbox.salesforce.client import Caller


def control(caller: Caller, method: str, path: str, body: Any = None) -> requests.Response:
    """Call a control endpoint without a session."""
    url = f"{caller.url}/__sandbox__/{path}"
    found: requests.Response = caller.session.request(method, url, json=body, headers={"Authorization": ""}, timeout=20)
    return found


def test_a_record_lives_and_dies(caller: Caller) -> None:
    """Records are created, changed, read, deleted, undeleted and removed without a trace."""
    record = control(caller, "POST", "records/Lead", {"fields": {"LastName": "x", "Company": "y"}}).json()["id"]
    path = f"records/Lead/{record}"
    assert control(caller, "PATCH", path, {"fields": {"Title": "ředitel"}}).json()["Title"] == "ředitel"
    control(caller, "DELETE", path)
    assert control(caller, "GET", path).json()["IsDeleted"] == 1
    assert control(caller, "POST", f"{path}/undelete").json()["IsDeleted"] == 0
    control(caller, "DELETE", f"{path}?hard=true")
    assert control(caller, "GET", path).json() == {"error": f"there is no Lead {record}"}


def test_mutate_merge_formula_purge(caller: Caller) -> None:
    """The other acts answer with what they did."""
    assert len(control(caller, "POST", "mutate", {"object": "Opportunity", "count": 3}).json()["ids"]) == 3
    ids = [caller.org.records.create("Lead", {"LastName": "x", "Company": "y"}) for _ in range(2)]
    control(caller, "POST", f"records/Lead/{ids[0]}/merge", {"losers": [ids[1]]})
    assert control(caller, "GET", f"records/Lead/{ids[1]}").json()["MasterRecordId"] == ids[0]
    assert control(caller, "POST", "formula", {"field": "Contact.Skore__c", "factor": 1.5}).status_code == 200
    assert "removed" in control(caller, "POST", "purge", {"days": 3650}).json()


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("PATCH", "switches", {"page_row": 1}, "there is no switch 'page_row'; did you mean page_rows?"),
        ("PATCH", "switches", {"page_rows": 0}, "switch page_rows: 0 is outside 1 to 2000"),
        ("PATCH", "switches", {"page_rows": True}, "switch page_rows: expected int, got bool"),
        ("PATCH", "switches", {"fail_body": "pdf"}, "switch fail_body: 'pdf' is none of 'html', 'empty', 'json'"),
        ("PATCH", "switches", [1], "the body must be a JSON object"),
        ("POST", "mutate", {"object": "Contact"}, "the body lacks 'count'"),
        ("POST", "formula", {"field": "X", "factor": 1}, "there is no formula 'X'; known: Contact.Skore__c, "
         "Smlouva__c.Rocni_hodnota__c"),
    ],
)  # fmt: skip
def test_an_invalid_act_is_refused(caller: Caller, method: str, path: str, body: Any, message: str) -> None:
    """What makes no sense is refused with a 400 that says what is wrong."""
    reply = control(caller, method, path, body)
    assert (reply.status_code, reply.json()) == (400, {"error": message})


def test_switches_are_read_changed_and_reset(caller: Caller) -> None:
    """Switches show their settings, a reset brings the everyday ones back, the help tells each one's meaning."""
    assert control(caller, "PATCH", "switches", {"page_rows": 7}).json()["page_rows"] == 7
    assert control(caller, "DELETE", "switches").json()["page_rows"] == Switches().page_rows
    assert set(control(caller, "GET", "switches/help").json()) == set(control(caller, "GET", "switches").json())


def test_failures_count_down(caller: Caller) -> None:
    """So many requests fail as told, with an HTML page; the next is answered; control endpoints never fail."""
    control(caller, "PATCH", "switches", {"fail_next": 2, "fail_status": 503})
    replies = [caller.get("limits") for _ in range(3)]
    assert [each.status_code for each in replies] == [503, 503, 200]
    assert replies[0].text.startswith("<!DOCTYPE html>")


def test_a_connection_can_be_reset(caller: Caller) -> None:
    """The connection breaks before any answer."""
    caller.org.switch(reset_next=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        caller.get("limits")
    assert caller.get("limits").status_code == 200


def test_requests_are_recorded(caller: Caller) -> None:
    """Requests are listed with their status, the control endpoints' own are not."""
    control(caller, "DELETE", "requests")
    caller.get("limits")
    (entry,) = control(caller, "GET", "requests").json()
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/services/data/v60.0/limits", 200)


def test_all_sessions_can_be_ended(caller: Caller) -> None:
    """All sessions can be ended at once."""
    assert control(caller, "POST", "expire-tokens").json()["expired"] >= 1
    assert caller.get("limits").status_code == 401


def test_page_escapes_what_it_shows(caller: Caller) -> None:
    """The page lists objects with counts and rows, and no text of theirs becomes markup."""
    record = caller.org.records.create("Lead", {"LastName": "<script>alert(1)</script>", "Company": "y"})
    last = -(-caller.org.records.counts()["Lead"] // 50)
    text = control(caller, "GET", f"?object=Lead&page={last}").text
    caller.org.records.hard_delete("Lead", record)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text
    assert "Smlouva__c 25" in text


def test_a_request_head_that_is_too_long_is_refused(caller: Caller) -> None:
    """A request line and headers above 16,384 bytes are refused before anything is read."""
    caller.session.headers["X-Filler"] = "x" * 7_000
    reply = caller.session.get(f"{caller.url}/services/data/v60.0/query?q={'x' * 10_000}", timeout=20)
    del caller.session.headers["X-Filler"]
    assert reply.status_code == 414


def test_an_org_can_be_reset(caller: Caller) -> None:
    """With the records it had at first, or with others; whoever is signed in stays so."""
    caller.org.reset()
    first = caller.org.records.read("Contact")
    control(caller, "PATCH", "switches", {"page_rows": 7})
    caller.org.records.hard_delete("Contact", first[0]["Id"])
    assert control(caller, "POST", "reset", {"size": 9, "seed": 5}).json() == {"reset": True}
    assert caller.org.records.counts()["Contact"] == 9
    assert caller.org.switches == Switches()
    assert caller.get("sobjects").status_code == 200
    caller.org.reset(size="tiny", seed=1)
    assert caller.org.records.read("Contact") == first
    assert "expected tiny" in control(caller, "POST", "reset", {"size": "huge"}).json()["error"]
