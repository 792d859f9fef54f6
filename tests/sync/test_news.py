"""Which notices are sent now, and which wait."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from salesforce_daktela.sync.news import MOST_WAITING, Memory, after_sending, due, receive
from salesforce_daktela.sync.notices import Notice, NoticeKind, question

DRIFT = Notice(kind=NoticeKind.DRIFT, mapping="contacts", text="Industry has changed", about="Industry")
OTHER = Notice(kind=NoticeKind.DRIFT, mapping="contacts", text="Phone has changed", about="Phone")
ASKED = question("leads", ["3 removals"])


@dataclass
class Day:
    """Runs of one sync, a quarter of an hour apart, and what is told of them."""

    now: datetime = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
    memory: Memory = field(default_factory=Memory)
    runs: int = 0

    def run(self, *notices: Notice, taken: bool = True, after: timedelta = timedelta(minutes=15)) -> list[str]:
        """The texts that a run sends, which a channel takes or not. The memory lies in the ledger meanwhile."""
        self.now += after
        self.runs += 1
        run = f"run-{self.runs}"
        self.memory = receive(self.memory, notices, self.now, dag="dag", run=run, source="dag", ended=True)
        return self.send(taken=taken)

    def ask(self, *, taken: bool) -> list[str]:
        """The same of a task that asks within the next run."""
        self.memory = receive(self.memory, [ASKED], self.now, dag="dag", run=f"run-{self.runs + 1}")
        return self.send(taken=taken)

    def send(self, *, taken: bool) -> list[str]:
        sent = due(self.memory, self.now)
        if taken:
            self.memory = after_sending(self.memory, sent, self.now)
        self.memory = Memory.from_dict(json.loads(json.dumps(self.memory.to_dict())))
        return [each.text for each in sent]


def rejects(run: int) -> Notice:
    return Notice(kind=NoticeKind.REJECTS, mapping="contacts", text=f"run {run} rejects", about=str(run))


def told(day: Day, *runs: Sequence[Notice]) -> list[list[str]]:
    return [day.run(*notices) for notices in runs]


def test_what_stays_is_told_once_a_day_and_what_comes_back_is_news() -> None:
    """A run every minute would tell the same drift a thousand times a day."""
    day = Day()
    assert told(day, [DRIFT], [DRIFT], [], [], [DRIFT]) == [[DRIFT.text], [], [], [], [DRIFT.text]]
    assert day.run(DRIFT, after=timedelta(days=1)) == [DRIFT.text]


def test_what_is_new_of_the_same_kind_is_told_within_the_hour() -> None:
    """Other drift is not the same drift; each mapping and kind has its own hour."""
    day = Day()
    assert told(day, [DRIFT], [OTHER, ASKED]) == [[DRIFT.text], [ASKED.text]]
    assert told(day, [OTHER], [], []) == [[], [], [OTHER.text]]


def test_a_run_each_minute_with_new_rejects_is_one_message_an_hour() -> None:
    """It names the latest runs and counts those before."""
    day = Day()
    sent = [day.run(rejects(number), after=timedelta(minutes=1)) for number in range(1440)]
    messages = [texts for texts in sent if texts]
    assert len(messages) == 24
    assert messages[0] == ["run 0 rejects"]
    assert messages[1] == [
        f"run 56 rejects; {60 - MOST_WAITING} more before that",
        *(f"run {n} rejects" for n in range(57, 61)),
    ]


def test_what_no_channel_has_taken_is_sent_again_for_a_day() -> None:
    """New rejects are found by one run only."""
    day = Day()
    assert day.run(rejects(1), taken=False) == ["run 1 rejects"]
    assert day.run(taken=False) == ["run 1 rejects"]
    assert told(day, [], []) == [["run 1 rejects"], []]
    assert day.run(rejects(2), taken=False, after=timedelta(hours=1)) == ["run 2 rejects"]
    assert day.run(after=timedelta(days=1)) == []


def test_the_same_that_no_channel_has_taken_waits_once() -> None:
    """With its latest text."""
    day = Day()
    assert day.run(DRIFT, taken=False) == [DRIFT.text]
    assert day.run(DRIFT) == [DRIFT.text]


@pytest.mark.parametrize("taken", [True, False])
def test_a_question_waits_for_no_hour_and_is_out_of_date_when_its_run_is_over(taken: bool) -> None:
    """Somebody has answered it."""
    day = Day()
    day.run()
    assert day.ask(taken=False) == [ASKED.text]
    assert day.send(taken=taken) == [ASKED.text]
    assert day.run() == []
    assert day.ask(taken=True) == [ASKED.text]
