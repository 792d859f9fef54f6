"""What people are told of a run."""

from __future__ import annotations

from typing import Any

import pytest

from salesforce_daktela.sync.notices import MANY_GONE, NoticeKind, failed_run, notices_of
from salesforce_daktela.sync.run_report import RunReport

NEW = "Nová hodnota"
DRIFT: dict[str, Any] = {
    "mapping": "contacts",
    "side": "salesforce",
    "field": "Industry",
    "kind": "values_added",
    "severity": "warning",
    "was": None,
    "now": NEW,
}


def report(**more: Any) -> dict[str, Any]:
    made = RunReport(
        sync="default", mapping="contacts", mode="incremental", **{"run_id": "run", "state": "settled", **more}
    )
    return made.to_dict()


def comparison(**more: Any) -> dict[str, Any]:
    plain = {
        "kind": "comparison",
        "run_id": "run",
        "mapping": "contacts",
        "drift": [],
        "deferred": "",
        "counts": {},
        "found": 0,
    }
    return {**plain, "state": "compared", **more}


def kinds(told: dict[str, Any]) -> list[str]:
    return [notice.kind for notice in notices_of(told)]


def test_a_quiet_run_tells_nothing() -> None:
    """Nor does a plan, nor a comparison that finds nothing, nor one whose findings are repaired."""
    assert kinds(report(outcomes={"created": 3, "rejected": 1, "gone": MANY_GONE - 1})) == []
    assert kinds(report(state="planned")) == []
    assert kinds(comparison()) == []
    assert kinds(comparison(state="repaired", found=3, counts={"missing": 3})) == []


def test_rejects_above_the_threshold_are_told_with_their_reasons_and_page() -> None:
    """Codes and names of fields, most frequent first."""
    reasons = ({"code": "phone_invalid", "field": "customFields.number", "count": 7},)
    failed = report(
        state="failed",
        failure="7 of 20 were rejected",
        extracted=20,
        outcomes={"rejected": 7, "created": 13},
        rejects=reasons,
    )
    (notice,) = notices_of(failed)
    assert (notice.kind, notice.path) == (NoticeKind.REJECTS, "/rejects?mapping=contacts")
    assert notice.text == "7 of 20 were rejected (7 phone_invalid customFields.number)"


def test_a_sum_that_is_wrong_is_a_failure_whatever_was_rejected() -> None:
    """Its cause is a task, not the records."""
    reasons = ({"code": "phone_invalid", "field": "", "count": 1},)
    wrong = report(
        state="failed", failure="20 extracted, 1 loaded", extracted=20, outcomes={"rejected": 1}, rejects=reasons
    )
    assert kinds(wrong) == [NoticeKind.FAILED]


def test_masses_that_are_gone_are_told_whether_the_run_gave_them_up_or_not() -> None:
    """A run that may not give them up unasked fails."""
    assert kinds(report(outcomes={"gone": MANY_GONE})) == [NoticeKind.GONE]
    stopped = report(state="failed", failure="300 are no longer in Daktela", notes={"vanished": 300})
    assert kinds(stopped) == [NoticeKind.GONE]


def test_a_deferred_run_names_its_limit() -> None:
    """So does a deferred comparison."""
    (notice,) = notices_of(report(state="deferred", deferred="1000 of 100000 daily calls remain"))
    assert (notice.kind, "1000 of 100000" in notice.text) == (NoticeKind.DEFERRED, True)
    assert kinds(comparison(state="deferred", deferred="no calls")) == [NoticeKind.DEFERRED]


def test_drift_names_fields_and_no_value_of_a_picklist() -> None:
    """What does not concern the mapping is not told."""
    (notice,) = notices_of(report(drift=(DRIFT,)))
    assert notice.text == "the schema has changed: Salesforce's field Industry (values added)"
    assert kinds(report(drift=({**DRIFT, "severity": "info"},))) == []


def test_differences_are_counted_by_kind() -> None:
    """The page of comparisons shows which."""
    (notice,) = notices_of(comparison(found=4, counts={"missing": 3, "left_over": 1, "right": 90}))
    assert notice.text == "both sides differ: 3 missing, 1 left over; a run with repair puts right what it can"
    assert notice.path == "/reconcile"


@pytest.mark.parametrize(("code", "kind"), [("daktela_refused", NoticeKind.REJECTS), ("vanished", NoticeKind.GONE)])
def test_a_repair_that_rejects_too_much_is_told_as_a_run_is(code: str, kind: NoticeKind) -> None:
    """With the reasons, and the page that lists the records."""
    (notice,) = notices_of(
        comparison(
            state="failed", failure="7 of 9 were rejected", found=9, rejects=({"code": code, "field": "", "count": 7},)
        )
    )
    assert (notice.kind, notice.text) == (kind, f"7 of 9 were rejected (7 {code})")
    assert notice.path == "/rejects?mapping=contacts"


def test_a_failed_run_without_a_report_is_told_once() -> None:
    """Not beside a notice that says why."""
    assert [notice.kind for notice in failed_run([])] == [NoticeKind.FAILED]
    told = list(notices_of(report(state="failed", failure="nothing was extracted")))
    assert list(failed_run(told, "the token is wrong")) == []


def test_another_reason_that_stops_a_run_before_it_reads_is_another_notice() -> None:
    """The same one with other counts is the same."""
    first, again, other = (
        next(failed_run([], why)) for why in ("2 fields are missing", "3 fields are missing", "the token is wrong")
    )
    assert first.key == again.key != other.key
    assert other.text == "nothing was read, preflight has failed: the token is wrong"


def test_rejects_of_another_run_other_drift_and_another_failure_are_others() -> None:
    """The same failure with other counts, moments or Ids is the same."""

    def key(**more: Any) -> str:
        (notice,) = notices_of(report(**more))
        return notice.key

    rejected = {
        "state": "failed",
        "failure": "1 of 9 was rejected",
        "extracted": 1,
        "outcomes": {"rejected": 1},
        "rejects": ({"code": "phone_invalid", "field": "", "count": 1},),
    }
    assert key(**rejected) != key(**rejected, run_id="another")
    assert key(drift=(DRIFT,)) != key(drift=({**DRIFT, "now": "another value"},))
    twice = (DRIFT, {**DRIFT, "field": "Phone"})
    assert key(drift=twice) == key(drift=twice[::-1])
    failed = key(state="failed", failure="20 extracted, 1 loaded at 10:15: contacts.load of 0031x00000AbCdE failed")
    assert failed == key(
        state="failed", failure="21 extracted, 2 loaded at 10:30: contacts.load of 0031x00000XyZaB failed"
    )
    assert failed != key(state="failed", failure="nothing was extracted")
