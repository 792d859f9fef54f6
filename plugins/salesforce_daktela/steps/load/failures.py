"""Distinguish records that Daktela refuses from an outage of Daktela: both answer with errors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from salesforce_daktela.errors import ConfigurationError, PipelineError, ThrottledError
from salesforce_daktela.steps.decide.orders import Order
from salesforce_daktela.steps.load.writer import Written
from salesforce_daktela.steps.run.unexpected_errors import reject
from salesforce_daktela.sync.outcome import NAME_REFUSED, Outcome, Problem, RecordOutcome

MOST_FAILED = 50
"""A part stops after so many writes without a clear answer, or refused by server errors with no success since."""

FEW = 10
"""So many records of a part may fail individually; more failures count as an outage."""

FEW_RENAMED = 3
"""So many creates of a part may be stored under another name, as where a deleted record still has its own; more of them
mean that this Daktela does not take names."""

SHARE = 0.1
"""The share of a part's writes that server errors may answer while others succeed."""

FAILED = Problem(code="daktela_failed", message="Daktela, or a program before it, answered 500")
UNANSWERED = Problem(code="daktela_unanswered", message="Daktela never answers when it is sent this record")
BLOCKED = Problem(code="daktela_blocked", message="A program before Daktela refuses this record")
TOLD = (FAILED.code, UNANSWERED.code, BLOCKED.code)
"""Codes of rejects that say nothing of Daktela's state today."""


@dataclass(slots=True, kw_only=True)
class Failures:
    """Failed writes of one part, in order of arrival; ``writes`` is the number of all writes.

    ``told`` are Ids that are rejects for a server error, a missing answer or a firewall: they do not indicate an outage
    now.
    """

    writes: int = 0
    told: set[str] = field(default_factory=set)
    refused: list[Written] = field(default_factory=list)
    missing: list[Written] = field(default_factory=list)
    broken: list[Written] = field(default_factory=list)
    renamed: list[Written] = field(default_factory=list)
    unanswered: list[Written] = field(default_factory=list)
    blocked: list[Written] = field(default_factory=list)
    unforeseen: list[RecordOutcome] = field(default_factory=list)
    _unclear: list[Written] = field(default_factory=list)
    _since: list[Written] = field(default_factory=list)
    _answered: bool = False

    def expect(self, writes: int, told: Iterable[str]) -> None:
        """So many more writes will come; ``told`` of their Ids are rejects because of such failures before."""
        self.writes += writes
        self.told.update(told)

    def add(self, chunk: Sequence[Written]) -> None:
        """Sort results into refusals of single records and failures that may be an outage."""
        for written in chunk:
            self._sort(written)

    def check(self) -> None:
        """Raises TransportError when Daktela does not answer or no longer accepts writes: more tries are useless.

        Raises ConfigurationError when it takes no names: each try would only make more records that nobody finds again.
        Raises it, too, when a program before Daktela lets no writes through.
        """
        if len(self.renamed) > FEW_RENAMED:
            raise _nameless(self.renamed)
        for failed in (self._unclear, self._since):
            if len(failed) > MOST_FAILED:
                raise stopped(failed)

    def suspects(self) -> list[str]:
        """Ids of writes without a clear answer, if they are few enough to be the records' own fault.

        Whoever is asked to come later has an answer.
        """
        found = [*self._unclear, *([] if self._answered else self._newly_blocked())]
        if len(found) > FEW:
            return []
        return [each.order.row.id for each in found if each.error and each.error.kind is not ErrorKind.THROTTLED]

    def excuse(self, ids: Collection[str]) -> None:
        """Take the missing answers to ``ids`` for faults of these records."""
        self.told.update(ids)
        self.unanswered += [written for written in self._unclear if written.order.row.id in ids]
        self._unclear = [written for written in self._unclear if written.order.row.id not in ids]

    def end(self) -> None:
        """Raises TransportError when writes had no clear answer, or when many failed with no success after them.

        Raises ConfigurationError when a program before Daktela refused all writes, or many.
        """
        for failed, most in ((self._unclear, 0), (self._newly_blocked(), self._most_blocked()), (self._since, FEW)):
            if len(failed) > most:
                raise stopped(failed)

    def once_more(self) -> list[Order]:
        """Remove and return the orders that got a server error, to send them again."""
        orders = [written.order for written in self.broken]
        self.broken.clear()
        return orders

    def end_again(self) -> None:
        """Raises TransportError when writes had no clear answer, or when too many failed twice to be single faults.

        Raises ConfigurationError as ``end`` does.
        """
        new = [written for written in self.broken if not self._is_told(written)]
        blocked = (self._newly_blocked(), self._most_blocked())
        for failed, most in ((self._unclear, 0), blocked, (new, max(FEW, SHARE * self.writes))):
            if len(failed) > most:
                raise stopped(failed)

    def rejects(self) -> Iterator[RecordOutcome]:
        """Outcomes of records that Daktela refused or could not store, or that failed in this program."""
        yield from self.unforeseen
        for written in (*self.refused, *self.renamed, *self.broken, *self.unanswered, *self.blocked):
            if written.error is not None:
                problems = problems_of(written.error)
                yield RecordOutcome(id=written.order.row.id, outcome=Outcome.REJECTED, problems=problems)

    def _sort(self, written: Written) -> None:
        error = written.error
        if written.problem is not None:
            self.unforeseen.append(reject(written.order.row.id, written.problem))
            return
        if error is None or error.kind in (ErrorKind.VALIDATION, ErrorKind.RENAMED):
            self._since.clear()
            self._answered = True
        if error is None:
            return
        if error.kind is ErrorKind.MISSING:
            self.missing.append(written)
        elif error.kind is ErrorKind.VALIDATION:
            self.refused.append(written)
        elif error.kind is ErrorKind.RENAMED:
            self.renamed.append(written)
        elif error.kind is ErrorKind.BLOCKED:
            self.blocked.append(written)
            self._count(written)
        elif error.status != 500:
            (self.unanswered if self._is_told(written) else self._unclear).append(written)
        else:
            self.broken.append(written)
            self._count(written)

    def _count(self, written: Written) -> None:
        if not self._is_told(written):
            self._since.append(written)

    def _newly_blocked(self) -> list[Written]:
        return [written for written in self.blocked if not self._is_told(written)]

    def _most_blocked(self) -> float:
        """How many writes may be blocked for their own sake: none where all are, which may be a right that was lost."""
        return max(FEW, SHARE * self.writes) if self._answered else 0

    def _is_told(self, written: Written) -> bool:
        return written.order.row.id in self.told


def problems_of(error: DaktelaError) -> tuple[Problem, ...]:
    """The problems of a refusal: the fields that it names, and one problem for any other failure."""
    if error.kind is ErrorKind.RENAMED:
        return (NAME_REFUSED,)
    if error.kind is ErrorKind.BLOCKED:
        return (BLOCKED,)
    if error.kind is not ErrorKind.VALIDATION:
        return (FAILED if error.status == 500 else UNANSWERED,)
    problems = tuple(Problem(code="daktela_refused", field=found.path) for found in error.fields)
    return problems or (Problem(code="daktela_refused"),)


def _nameless(renamed: Sequence[Written]) -> ConfigurationError:
    return ConfigurationError(
        f"Daktela stored {len(renamed)} new records under names of its own: {renamed[0].error}",
        where=f"from record {renamed[0].order.row.id} on",
        advice="the log names the others; ask Daktela's support why it does not take the names that it is sent",
    )


def stopped(failed: Sequence[Written]) -> PipelineError:
    """The error for failures that do not belong to single records, with the longest pause that Daktela asked for."""
    first = failed[0].error
    if all(each.error is not None and each.error.kind is ErrorKind.BLOCKED for each in failed):
        return locked_out(len(failed), first, failed[0].order.row.id)
    return ThrottledError(
        f"Daktela did not take {len(failed)} records: {first}",
        where=f"from record {failed[0].order.row.id} on",
        advice="what was accepted is remembered; the next try goes on from there",
        retry_after=max((each.error.retry_after or 0.0 for each in failed if each.error is not None), default=0.0)
        or None,
    )


def locked_out(count: int, failure: DaktelaError | None, first: str) -> ConfigurationError:
    """The error for writes that a program before Daktela does not let through."""
    return ConfigurationError(
        f"a program before Daktela refused {count} records: {failure}",
        where=f"from record {first} on",
        advice="if it refuses all, check the rights of the token's user and the address that requests come from",
    )
