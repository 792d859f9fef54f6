"""When failed writes are the records' own, and when Daktela takes nothing."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind, make_error
from salesforce_daktela.errors import ConfigurationError, TransportError
from salesforce_daktela.steps.decide.orders import Order
from salesforce_daktela.steps.decide.payload_rows import PayloadRow
from salesforce_daktela.steps.load.failures import FEW, FEW_RENAMED, MOST_FAILED, Failures
from salesforce_daktela.steps.load.writer import Written
from salesforce_daktela.sync.outcome import Outcome

TAKEN = None
BROKEN = make_error("answered 500", kind=ErrorKind.UNAVAILABLE, where="Daktela", status=500)
REFUSED = make_error("answered 400", kind=ErrorKind.VALIDATION, where="Daktela", status=400)
MISSING = make_error("answered 404", kind=ErrorKind.MISSING, where="Daktela", status=404)
UNCLEAR = make_error("answered 502", kind=ErrorKind.UNAVAILABLE, where="Daktela", status=502)

BLOCKED = make_error("answered 403", kind=ErrorKind.BLOCKED, where="Daktela", status=403)
LATER = make_error("answered 429", kind=ErrorKind.THROTTLED, where="Daktela", status=429)
RENAMED = make_error("another record x", kind=ErrorKind.RENAMED, where="Daktela", status=201)


def written(number: int, error: DaktelaError | None) -> Written:
    """What became of one update."""
    row = PayloadRow(
        id=f"{number:018d}", name="n", stamp=None, departed="", winner=None,
        became={}, payload="{}", references=(),
        problems=(), shortened=0, dropped=0,
    )  # fmt: skip
    order = Order(row=row, name="n", body={}, digest=b"", create=False, outcome=Outcome.UPDATED, known=None)
    return Written(order=order, record=None, error=error)


def failures(*errors: DaktelaError | None, writes: int = 0, told: Collection[int] = ()) -> Failures:
    """Results as they came, one after another."""
    made = Failures(writes=writes or len(errors), told={f"{number:018d}" for number in told})
    made.add([written(number, error) for number, error in enumerate(errors)])
    return made


def test_a_few_servers_errors_are_the_records_own() -> None:
    """Also as the last of a part."""
    found = failures(TAKEN, *[BROKEN] * FEW)
    found.end()
    assert {problem.code for outcome in found.rejects() for problem in outcome.problems} == {"daktela_failed"}


def test_more_of_them_with_nothing_taken_since_are_an_outage() -> None:
    """A refusal shows as well as a success that Daktela is there; a 404 does not."""
    with pytest.raises(TransportError, match=f"did not take {FEW + 1} records"):
        failures(TAKEN, *[BROKEN] * FEW, MISSING, BROKEN).end()
    for after in (TAKEN, REFUSED):
        failures(*[BROKEN] * (FEW + 1), after).end()


def test_an_outage_is_noticed_before_a_long_part_ends() -> None:
    """More tries would only wait."""
    failures(*[BROKEN] * MOST_FAILED).check()
    with pytest.raises(TransportError):
        failures(*[BROKEN] * (MOST_FAILED + 1)).check()
    with pytest.raises(TransportError):
        failures(*[UNCLEAR] * (MOST_FAILED + 1)).check()


def test_one_write_without_a_clear_answer_fails_the_part() -> None:
    """Nothing can be said of its record."""
    with pytest.raises(TransportError):
        failures(TAKEN, UNCLEAR, TAKEN).end()


def test_a_few_writes_without_an_answer_may_be_the_records_own() -> None:
    """Who excuses one makes it a reject; of more than a few none is suspected, and none that has to come later."""
    found = failures(TAKEN, UNCLEAR, LATER)
    assert found.suspects() == [f"{1:018d}"]
    found.excuse(found.suspects())
    with pytest.raises(TransportError, match="did not take 1 records"):
        found.end()
    assert {problem.code for outcome in found.rejects() for problem in outcome.problems} == {"daktela_unanswered"}
    assert failures(*[UNCLEAR] * (FEW + 1)).suspects() == []
    told = failures(*[UNCLEAR] * (FEW + 1), told=range(FEW + 1))
    told.end()
    assert len(list(told.rejects())) == FEW + 1


@pytest.mark.parametrize(("writes", "most"), [(40, FEW), (1_000, 100)])
def test_writes_that_a_firewall_blocks_are_the_records_own_while_daktela_takes_others(writes: int, most: int) -> None:
    """Also as the last of a part. Too many of them, or nothing else, may be a right that was lost."""
    for answered in (TAKEN, REFUSED):
        found = failures(answered, *[BLOCKED] * FEW)
        found.end()
        problems = [problem.code for outcome in found.rejects() for problem in outcome.problems]
        assert problems.count("daktela_blocked") == FEW
    mixed = [BLOCKED] * most
    failures(*mixed, TAKEN, writes=writes).end()
    for many in ([*mixed, BLOCKED, TAKEN], [TAKEN, *[BLOCKED] * (FEW + 1)], [BLOCKED]):
        with pytest.raises(ConfigurationError, match="a program before Daktela refused"):
            failures(*many, writes=writes).end()
    with pytest.raises(ConfigurationError):
        failures(*[BLOCKED] * (MOST_FAILED + 1)).check()
    failures(BLOCKED, told=[0]).end()


def test_a_blocked_write_among_no_others_is_suspected_like_one_without_an_answer() -> None:
    """Earlier tries tell whose fault it is."""
    assert failures(BLOCKED, TAKEN).suspects() == []
    found = failures(BLOCKED)
    found.excuse(found.suspects())
    found.end()
    assert len(list(found.rejects())) == 1


@pytest.mark.parametrize(("writes", "most"), [(40, FEW), (1_000, 100)])
def test_too_many_that_fail_twice_are_no_records_own(writes: int, most: int) -> None:
    """More than ten and more than a tenth of the part."""
    for count in (most, most + 1):
        found = failures(*[BROKEN] * count, TAKEN, writes=writes)
        assert len(found.once_more()) == count
        found.add([written(number, BROKEN) for number in range(count)])
        if count == most:
            found.end_again()
            assert len(list(found.rejects())) == count
        else:
            with pytest.raises(TransportError):
                found.end_again()


def test_a_few_records_stored_under_another_name_are_rejects_and_more_end_the_load() -> None:
    """Every try makes one more of them, so no try is repeated where Daktela takes no names."""
    few = failures(TAKEN, *[RENAMED] * FEW_RENAMED, TAKEN)
    few.check()
    few.end()
    problems = [problem for outcome in few.rejects() for problem in outcome.problems]
    assert {(problem.code, problem.field) for problem in problems} == {("daktela_refused", "name")}
    with pytest.raises(ConfigurationError, match="under names of its own"):
        failures(*[RENAMED] * (FEW_RENAMED + 1)).check()


def test_records_that_failed_on_an_earlier_run_say_nothing_of_today() -> None:
    """A part of nothing but hard cases is no outage."""
    found = failures(*[BROKEN] * 60, told=range(60))
    found.check()
    found.end()
    found.end_again()
    assert len(list(found.rejects())) == 60
