"""Tell records that Daktela cannot take from a Daktela that takes nothing: both answer with errors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from salesforce_daktela.errors import TransportError
from salesforce_daktela.steps.decide.orders import Order
from salesforce_daktela.steps.load.writer import Written
from salesforce_daktela.steps.run.unexpected_errors import reject
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome

MOST_FAILED = 50
"""Writes without a clear answer, or refused by a server's error with nothing taken since, after which a part stops."""

FEW = 10
"""So many records of a part may fail on their own; more of them are looked at as an outage."""

SHARE = 0.1
"""Of a part's writes that may be answered by a server's error although others are taken."""

FAILED = Problem(code="daktela_failed", message="Daktela answered 500 to this record")


@dataclass(slots=True, kw_only=True)
class Failures:
    """Failed writes of one part, in the order in which they came; ``writes`` is how many there are in all.

    ``told`` are Ids that failed with a server's error on an earlier run already: they say nothing about today.
    """

    writes: int
    told: Collection[str] = ()
    refused: list[Written] = field(default_factory=list)
    missing: list[Written] = field(default_factory=list)
    broken: list[Written] = field(default_factory=list)
    unforeseen: list[RecordOutcome] = field(default_factory=list)
    _unclear: list[Written] = field(default_factory=list)
    _since: list[Written] = field(default_factory=list)

    def add(self, chunk: Sequence[Written]) -> None:
        """Sort results into those that say something about their record and those that do not."""
        for written in chunk:
            self._sort(written)

    def check(self) -> None:
        """Raises TransportError when Daktela is not there, or has stopped taking writes: more tries would only wait."""
        for failed in (self._unclear, self._since):
            if len(failed) > MOST_FAILED:
                raise unavailable(failed)

    def end(self) -> None:
        """Raises TransportError when writes had no clear answer, or when many failed with nothing taken after them."""
        for failed, most in ((self._unclear, 0), (self._since, FEW)):
            if len(failed) > most:
                raise unavailable(failed)

    def once_more(self) -> list[Order]:
        """Take out the orders that a server's error has answered, to send them again."""
        orders = [written.order for written in self.broken]
        self.broken.clear()
        return orders

    def end_again(self) -> None:
        """Raises TransportError when writes had no clear answer, or when too many failed twice to be at fault each."""
        new = [written for written in self.broken if written.order.row.id not in self.told]
        for failed, most in ((self._unclear, 0), (new, max(FEW, SHARE * self.writes))):
            if len(failed) > most:
                raise unavailable(failed)

    def rejects(self) -> Iterator[RecordOutcome]:
        """The outcomes of records that Daktela refused, or could not take, or that failed on our side."""
        yield from self.unforeseen
        for written in (*self.refused, *self.broken):
            if written.error is not None:
                problems = problems_of(written.error)
                yield RecordOutcome(id=written.order.row.id, outcome=Outcome.REJECTED, problems=problems)

    def _sort(self, written: Written) -> None:
        error = written.error
        if written.problem is not None:
            self.unforeseen.append(reject(written.order.row.id, written.problem))
            return
        if error is None or error.kind is ErrorKind.VALIDATION:
            self._since.clear()
        if error is None:
            return
        if error.kind is ErrorKind.MISSING:
            self.missing.append(written)
        elif error.kind is ErrorKind.VALIDATION:
            self.refused.append(written)
        elif error.status != 500:
            self._unclear.append(written)
        else:
            self.broken.append(written)
            if written.order.row.id not in self.told:
                self._since.append(written)


def problems_of(error: DaktelaError) -> tuple[Problem, ...]:
    """What a refusal says of a record: the fields that it names, nothing more when it is a server's error."""
    if error.kind is not ErrorKind.VALIDATION:
        return (FAILED,)
    problems = tuple(Problem(code="daktela_refused", field=found.path) for found in error.fields)
    return problems or (Problem(code="daktela_refused"),)


def unavailable(failed: Sequence[Written]) -> TransportError:
    """The error for records of which none could be judged on its own."""
    first = failed[0].error
    return TransportError(
        f"Daktela did not take {len(failed)} records: {first}",
        where=f"from record {failed[0].order.row.id} on",
        advice="what was accepted is remembered; the next try goes on from there",
    )
