"""Reports of runs, and the traffic that they tell of, as the ledger keeps them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.sync.run_report import RunReport
from salesforce_daktela.sync.traffic import Sent, Traffic
from tests.ledger.examples import MAPPING, START, SYNC, at, id_of
from tests.ledger.runs.test_totals import RUN

REPORT = RunReport(sync=SYNC, run_id=RUN.run_id, mapping=MAPPING, mode="incremental", state="settled", extracted=3)
LOADED = Traffic(sent=Sent(calls=10, throttled=1, retries=2), began=START, ended=START + timedelta(seconds=5))


def test_a_report_reads_back_as_it_was(ledger: Ledger) -> None:
    """Pages, terminal and asset event show the same dict."""
    ledger.totals.save_run(RUN, REPORT.to_dict())
    assert ledger.reports.read(SYNC, RUN.run_id) == [REPORT.to_dict()]
    assert ledger.reports.of_mapping(SYNC, RUN.run_id, MAPPING) == REPORT.to_dict()
    assert ledger.reports.of_mapping(SYNC, RUN.run_id, "other") is None
    assert ledger.totals.of_runs(SYNC, [RUN.run_id, "another"]) == [RUN]


def test_a_run_of_an_earlier_release_has_the_report_of_its_totals(ledger: Ledger) -> None:
    """It has every field that others have; what was not kept is empty."""
    ledger.totals.save_run(RUN)
    (report,) = ledger.reports.read(SYNC, RUN.run_id)
    assert report.keys() == REPORT.to_dict().keys()
    assert (report["extracted"], report["outcomes"], report["daktela"]) == (3, RUN.counts, None)


def test_the_latest_reports_come_first(ledger: Ledger) -> None:
    """As many as were asked for, of the modes that were named."""
    for number, mode in enumerate(("reconcile", "incremental", "repair", "incremental")):
        report = replace(REPORT, run_id=f"run-{number}", mode=mode)
        ledger.totals.save_run(replace(RUN, run_id=report.run_id, mode=mode, finished=at(number)), report.to_dict())
    assert [each["run_id"] for each in ledger.reports.latest(SYNC, 2)] == ["run-3", "run-2"]
    compared = ledger.reports.latest(SYNC, 9, modes=("reconcile", "repair"))
    assert [each["run_id"] for each in compared] == ["run-2", "run-0"]


def test_a_forgotten_record_is_taken_out_of_the_reports(ledger: Ledger) -> None:
    """The report keeps its counts and the other records."""
    ids = [id_of(1), id_of(2)]
    named = replace(REPORT, rejected=tuple({"id": id_, "code": "phone_invalid"} for id_ in ids), not_found=tuple(ids))
    ledger.totals.save_run(RUN, named.to_dict())
    assert ledger.erasure.forget(SYNC, id_of(1)) == {(MAPPING, "runs naming it"): 1}
    kept = replace(named, rejected=named.rejected[1:], not_found=named.not_found[1:])
    assert ledger.reports.read(SYNC, RUN.run_id) == [kept.to_dict()]
    assert ledger.erasure.forget(SYNC, id_of(1)) == {}


@pytest.mark.parametrize("whose", ["id", "name", "heir", "heir_name"])
def test_a_forgotten_record_is_taken_out_of_the_pairs_that_a_plan_would_merge(ledger: Ledger, whose: str) -> None:
    """Whichever of the two it is, and also where only the name of its object holds the Id."""
    pair = {"id": id_of(2), "name": "adopted", "heir": id_of(3), "heir_name": "found"}
    named = {**pair, whose: id_of(1) if whose in ("id", "heir") else f"sf_contact_{id_of(1)}"}
    ledger.totals.save_run(RUN, replace(REPORT, plan={"removals": 2, "merges": [named, pair]}).to_dict())
    assert ledger.erasure.forget(SYNC, id_of(1)) == {(MAPPING, "runs naming it"): 1}
    (kept,) = ledger.reports.read(SYNC, RUN.run_id)
    assert kept["plan"] == {"removals": 2, "merges": [pair]}
    assert ledger.erasure.forget(SYNC, id_of(1)) == {}


def test_the_traffic_of_tasks_and_tries_adds_up(ledger: Ledger) -> None:
    """From the first request of the first task to the last one's end."""
    later = Traffic(
        sent=Sent(calls=5, retries=1), began=START + timedelta(seconds=2), ended=START + timedelta(minutes=1)
    )
    for step, traffic in (("load", LOADED), ("load", later), ("plan", later)):
        ledger.traffic.add(SYNC, "run-1", MAPPING, step, traffic)
    assert ledger.traffic.read(SYNC, "run-1", MAPPING) == {
        "load": Traffic(sent=Sent(calls=15, throttled=1, retries=3), began=START, ended=later.ended),
        "plan": later,
    }
    assert ledger.traffic.read(SYNC, "run-2", MAPPING) == {}
