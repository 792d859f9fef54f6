"""Refused records: remembered apart from the watermark, tried again with growing pauses."""

from datetime import timedelta

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import OpenReason, RejectEntry
from salesforce_daktela.ledger.waiting.backoff import next_try
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from tests.ledger.examples import MAPPING, START, SYNC, at, id_of


def rejected(number: int = 1, *problems: Problem) -> RecordOutcome:
    """A refusal of one record."""
    return RecordOutcome(id=id_of(number), outcome=Outcome.REJECTED, problems=problems)


PHONE = Problem(code="phone_invalid", field="customFields.number")
TITLE = Problem(code="required_empty", field="title")


@pytest.mark.parametrize(
    ("attempts", "pause"),
    [
        (1, timedelta(minutes=15)),
        (2, timedelta(minutes=30)),
        (3, timedelta(hours=1)),
        (7, timedelta(hours=16)),
        (8, timedelta(days=1)),
        (5000, timedelta(days=1)),
    ],
)
def test_pauses_double_up_to_a_day(attempts: int, pause: timedelta) -> None:
    """A record that nobody mends costs one call a day."""
    assert next_try(attempts, START, PHONE) == START + pause


@pytest.mark.parametrize("attempts", [1, 9])
def test_a_name_that_daktela_does_not_take_is_tried_once_a_month(attempts: int) -> None:
    """Where Daktela has stored the record under another name, each try makes one more object."""
    assert next_try(attempts, START, Problem(code="daktela_refused", field="name")) == START + timedelta(days=30)
    assert next_try(1, START, Problem(code="daktela_refused", field="title")) == START + timedelta(minutes=15)


def test_a_reject_keeps_its_first_problem(ledger: Ledger) -> None:
    """Code and field, for the report and for whoever mends it."""
    ledger.rejects.save(SYNC, MAPPING, "run-1", [rejected(1, PHONE, TITLE)], START)
    assert ledger.rejects.read(SYNC, MAPPING) == [
        RejectEntry(
            id=id_of(1),
            code="phone_invalid",
            field="customFields.number",
            attempts=1,
            first_seen=START,
            last_seen=START,
            next_try=at(15),
        )
    ]


def test_rejects_of_earlier_runs_are_told_from_new_ones(ledger: Ledger) -> None:
    """Also when the task is repeated; one that was mended in between is new."""
    one, two = rejected(1, PHONE), rejected(2, PHONE)
    assert ledger.rejects.save(SYNC, MAPPING, "run-1", [one], START) == 0
    assert ledger.rejects.save(SYNC, MAPPING, "run-1", [one], START) == 0
    assert ledger.rejects.save(SYNC, MAPPING, "run-2", [one, two], at(20)) == 1
    assert ledger.rejects.save(SYNC, MAPPING, "run-2", [one, two], at(20)) == 1
    ledger.rejects.close(SYNC, MAPPING, [one.id], at(30))
    assert ledger.rejects.save(SYNC, MAPPING, "run-3", [one], at(40)) == 0


def test_each_run_is_one_more_attempt(ledger: Ledger) -> None:
    """The pause grows from run to run, and the latest reason counts."""
    ledger.rejects.save(SYNC, MAPPING, "run-1", [rejected(1, PHONE)], START)
    ledger.rejects.save(SYNC, MAPPING, "run-2", [rejected(1, TITLE)], at(20))
    found = ledger.rejects.read(SYNC, MAPPING)[0]
    assert (found.attempts, found.code, found.first_seen, found.next_try) == (2, "required_empty", START, at(50))


def test_a_repeated_task_is_no_further_attempt(ledger: Ledger) -> None:
    """A load that is tried three times has refused its records once."""
    for minute in range(3):
        ledger.rejects.save(SYNC, MAPPING, "run-1", [rejected(1, PHONE)], at(minute))
    found = ledger.rejects.read(SYNC, MAPPING)[0]
    assert (found.attempts, found.last_seen, found.next_try) == (1, at(2), at(17))


@pytest.mark.parametrize(("minute", "due"), [(14.9, []), (15, [id_of(1)]), (99, [id_of(1)])])
def test_a_reject_is_due_when_its_pause_is_over(ledger: Ledger, minute: float, due: list[str]) -> None:
    """Until then no run asks for it."""
    ledger.rejects.save(SYNC, MAPPING, "run-1", [rejected(1, PHONE)], START)
    assert [found.id for found in ledger.rejects.read(SYNC, MAPPING, due_at=at(minute))] == due


def test_a_record_that_is_right_is_no_reject(ledger: Ledger) -> None:
    """Closing names records of all kinds; the open ones among them are closed."""
    ledger.rejects.save(SYNC, MAPPING, "run-1", [rejected(1, PHONE), rejected(2, PHONE)], START)
    ledger.rejects.close(SYNC, MAPPING, [id_of(2), id_of(3)], at(1))
    assert [found.id for found in ledger.rejects.read(SYNC, MAPPING)] == [id_of(1)]


def test_a_record_refused_anew_starts_anew(ledger: Ledger) -> None:
    """What was mended once has no history of attempts."""
    ledger.rejects.save(SYNC, MAPPING, "run-1", [rejected(1, PHONE)], START)
    ledger.rejects.close(SYNC, MAPPING, [id_of(1)], at(1))
    ledger.rejects.save(SYNC, MAPPING, "run-2", [rejected(1, TITLE)], at(2))
    found = ledger.rejects.read(SYNC, MAPPING)[0]
    assert (found.attempts, found.first_seen) == (1, at(2))


def test_a_refusal_without_a_reason_is_still_kept(ledger: Ledger) -> None:
    """No record is lost for want of an explanation."""
    ledger.rejects.save(SYNC, MAPPING, "run-1", [rejected(1)], START)
    assert ledger.rejects.read(SYNC, MAPPING)[0].code == "unexplained"


def test_a_record_refused_twice_in_one_batch_is_one_reject(ledger: Ledger) -> None:
    """The last reason stays."""
    ledger.rejects.save(SYNC, MAPPING, "run-1", [rejected(1, PHONE), rejected(1, TITLE)], START)
    assert [(found.attempts, found.code) for found in ledger.rejects.read(SYNC, MAPPING)] == [(1, "required_empty")]


def test_rejects_of_another_mapping_are_not_seen(ledger: Ledger) -> None:
    """Nor closed."""
    ledger.rejects.save(SYNC, "accounts", "run-1", [rejected(1, PHONE)], START)
    ledger.rejects.close(SYNC, MAPPING, [id_of(1)], START)
    assert ledger.rejects.read(SYNC, MAPPING) == []
    assert len(ledger.rejects.read(SYNC, "accounts")) == 1


def test_nothing_rejected_is_nothing_to_do(ledger: Ledger) -> None:
    """A run without rejects writes nothing."""
    ledger.rejects.save(SYNC, MAPPING, "run-1", [], START)
    ledger.rejects.close(SYNC, MAPPING, [], START)
    assert ledger.rejects.read(SYNC, MAPPING) == []


def test_thousands_of_rejects_are_no_special_case(ledger: Ledger) -> None:
    """A mapping that is all wrong is remembered whole."""
    outcomes = [rejected(number, PHONE) for number in range(3000)]
    ledger.rejects.save(SYNC, MAPPING, "run-1", outcomes, START)
    ledger.rejects.save(SYNC, MAPPING, "run-2", outcomes, START)
    assert {found.attempts for found in ledger.rejects.read(SYNC, MAPPING)} == {2}
    ledger.rejects.close(SYNC, MAPPING, [outcome.id for outcome in outcomes], START)
    assert ledger.rejects.read(SYNC, MAPPING) == []


def test_open_rejects_are_counted_by_reason(ledger: Ledger) -> None:
    """Of all mappings of one sync, most frequent first, with the age of the oldest; closed ones do not count."""
    ledger.rejects.save(SYNC, MAPPING, "run-1", [rejected(1, PHONE), rejected(2, PHONE), rejected(3, TITLE)], START)
    ledger.rejects.save(SYNC, MAPPING, "run-2", [rejected(1, PHONE), rejected(4, TITLE)], at(60))
    ledger.rejects.save(SYNC, "leads", "run-2", [rejected(5, PHONE)], at(60))
    ledger.rejects.save("another", MAPPING, "run-2", [rejected(6, PHONE)], at(60))
    ledger.rejects.close(SYNC, MAPPING, [id_of(3)], at(90))
    assert ledger.rejects.reasons(SYNC) == [
        OpenReason(mapping=MAPPING, code="phone_invalid", field="customFields.number", count=2, since=START),
        OpenReason(mapping=MAPPING, code="required_empty", field="title", count=1, since=at(60)),
        OpenReason(mapping="leads", code="phone_invalid", field="customFields.number", count=1, since=at(60)),
    ]
