"""The sum that decides whether a run may settle."""

import pytest

from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from salesforce_daktela.sync.totals import Tally, judge


def test_a_tally_refuses_a_second_outcome_for_one_id() -> None:
    """Exactly one outcome for each Id: two would hide a row that has none."""
    tally = Tally()
    tally.add(RecordOutcome(id="003A", outcome=Outcome.CREATED))
    with pytest.raises(ValueError, match="record 003A already has the outcome created"):
        tally.add(RecordOutcome(id="003A", outcome=Outcome.UPDATED))


def test_a_tally_counts_by_outcome() -> None:
    """Outcomes that no record had are left out."""
    tally = Tally()
    tally.add(RecordOutcome(id="1", outcome=Outcome.CREATED))
    tally.add(RecordOutcome(id="2", outcome=Outcome.REJECTED, problems=(Problem(code="phone_invalid"),)))
    assert tally.counts() == {"created": 1, "rejected": 1}
    assert [outcome.id for outcome in tally.rejects()] == ["2"]


def test_a_missing_outcome_fails_the_run_and_holds_the_watermark() -> None:
    """A row without an outcome must be read again."""
    verdict = judge(3, {"created": 2}, reject_above=0.01)
    assert verdict.failure == (
        "3 extracted, 2 loaded: load did not finish; run this mapping again, nothing is written twice"
    )
    assert not verdict.moves_watermark


@pytest.mark.parametrize(
    ("tasks", "told"),
    [
        (["contacts.transform [1]"], "5 extracted, none loaded: contacts.transform [1] failed; "),
        ([f"contacts.load [{n}]" for n in range(7)], "contacts.load [3], contacts.load [4] and 2 others failed; "),
    ],
)
def test_the_tasks_that_failed_are_named_and_they_alone_are_to_be_cleared(tasks: list[str], told: str) -> None:
    """A load that never ran needs no clearing of its own: it follows the task that failed."""
    failure = judge(5, {}, reject_above=0.01, failed_tasks=lambda: tasks).failure
    assert told in failure
    assert failure.endswith("clear what failed with everything after it, nothing is written twice")


def test_tasks_are_not_asked_about_when_the_sum_is_right() -> None:
    """A quiet run costs Airflow no question more."""

    def asked() -> list[str]:
        raise AssertionError

    assert judge(1, {"created": 1}, reject_above=0.0, failed_tasks=asked).failure == ""


def test_too_many_rejects_fail_the_run_after_the_good_rows_are_loaded() -> None:
    """Rejects are remembered apart from the watermark, so it moves all the same."""
    verdict = judge(100, {"created": 98, "rejected": 2}, reject_above=0.01)
    assert verdict.failure.startswith("2 of 100 records were rejected, more than the 1.00%")
    assert verdict.moves_watermark


def test_rejects_up_to_the_threshold_are_green() -> None:
    """The threshold itself is still allowed."""
    assert judge(100, {"created": 99, "rejected": 1}, reject_above=0.01).failure == ""
    assert judge(100, {"created": 71, "rejected": 29}, reject_above=29 / 100).failure == ""


def test_records_that_are_tried_again_do_not_count() -> None:
    """An earlier run has told of them: a quiet run that reads nothing else stays green."""
    assert judge(30, {"rejected": 30}, reject_above=0.0, again=30).failure == ""
    verdict = judge(130, {"created": 98, "rejected": 32}, reject_above=0.01, again=30)
    assert verdict.failure.startswith(
        "2 of 100 records were rejected, more than the 1.00% that reject_above allows, "
        "beside 30 that earlier runs have rejected already; all others are loaded"
    )


@pytest.mark.parametrize(
    ("extracted", "rejected", "red"), [(1, 1, False), (19, 4, False), (20, 1, True), (5, 5, True), (19, 5, True)]
)
def test_a_share_of_few_records_says_nothing(extracted: int, rejected: int, red: bool) -> None:
    """It is judged from five new rejects or twenty records on."""
    counts = {"updated": extracted - rejected, "rejected": rejected}
    assert bool(judge(extracted, counts, reject_above=0.01).failure) is red


def test_no_reject_at_all_means_not_even_one() -> None:
    """Whoever writes 0% is told of the first one, however quiet the run."""
    assert judge(1, {"rejected": 1}, reject_above=0.0).failure.startswith("1 of 1 records were rejected")


def test_an_empty_run_is_green() -> None:
    """Nothing changed, nothing to account for."""
    assert judge(0, {}, reject_above=0.0).failure == ""


def test_deferred_records_hold_the_watermark() -> None:
    """They were not attempted, so their window has to be read again."""
    assert not judge(1, {"deferred": 1}, reject_above=0.0).moves_watermark
