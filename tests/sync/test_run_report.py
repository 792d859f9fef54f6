"""The report of a run as plain data."""

from datetime import UTC, datetime, timedelta

from salesforce_daktela.sync.run_report import RunReport, stored_differently, traffic_dict
from salesforce_daktela.sync.traffic import Sent, Traffic

START = datetime(2026, 3, 29, tzinfo=UTC)


def traffic(calls: int, seconds: float) -> Traffic:
    return Traffic(sent=Sent(calls=calls), began=START, ended=START + timedelta(seconds=seconds))


def test_the_rate_is_that_of_the_step_that_sent_most() -> None:
    """Hours may pass between a plan and the load that waited for an answer."""
    steps = {"plan": traffic(3, 1), "load": traffic(40, 10)}
    assert traffic_dict(steps) == {"calls": 43, "throttled": 0, "retries": 0, "rate": 4.0}
    assert traffic_dict({}) is None


def test_a_quick_request_is_no_high_rate() -> None:
    """The time is taken as a second at least."""
    assert traffic(1, 0.02).rate == 1.0


def test_what_daktela_stores_differently_is_told_by_field() -> None:
    """A field's path may have dots; other notes are none of these."""
    notes = {"stored_differently.customFields.a.changed": 2, "stored_differently.title.cut": 5, "shortened": 9}
    assert stored_differently(notes) == [
        {"field": "title", "how": "cut", "count": 5},
        {"field": "customFields.a", "how": "changed", "count": 2},
    ]


def test_a_plan_is_told_without_the_addresses_of_its_values() -> None:
    """Samples are staged files with values before and after."""
    plan = {"mapping": "contacts", "counts": {"created": 1}, "sample": {"path": "x"}, "planned": None}
    report = RunReport(sync="crm", run_id="run", mapping="contacts", mode="incremental", plan=plan)
    assert report.to_dict()["plan"] == {"counts": {"created": 1}}
