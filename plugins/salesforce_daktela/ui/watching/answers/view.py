"""What the page of answers shows, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from salesforce_daktela.airflow.operators.approve import GO_ON, STOP
from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.steps.plan.mapping_plan import MappingPlan
from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.ui.runs.outcomes import OutcomeTable, show_outcomes
from salesforce_daktela.ui.runs.plan_words import ways_of
from salesforce_daktela.ui.syncs.facts import LastRun
from salesforce_daktela.ui.syncs.run_words import run_label
from salesforce_daktela.ui.watching.answers.facts import Answered, AnswersFacts, Asked, Change, Samples
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A button: ``option`` is what Airflow takes, ``label`` what the person reads."""

    option: str
    label: str
    primary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One field of a sampled record. ``first`` is whether the row begins a record, ``rows`` how many it has."""

    id: str
    first: bool
    rows: int
    path: str
    before: str = field(repr=False)
    after: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. ``missing`` says which right the person lacks to answer, ``reasons`` why the run asks,
    ``pairs`` the objects that it would merge.

    ``note`` is about the samples, and may be empty; ``warning`` is what agreeing gives up, mostly empty.
    """

    dag_id: str
    run_id: str
    task_id: str
    title: str
    since: str
    reasons: tuple[str, ...]
    pairs: tuple[str, ...]
    warning: str
    table: OutcomeTable | None
    requests: str
    fields: tuple[tuple[str, str], ...]
    changes: tuple[ChangeRow, ...]
    note: str
    choices: tuple[Choice, ...]
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer that was given, and what has become of the run: a colour and words."""

    dag_id: str
    run_id: str
    mapping: str
    at: str
    by: str
    chosen: str
    tone: str
    run: str
    ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The run that the page follows until it ends."""

    dag_id: str
    run_id: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersView:
    """The page. ``missing`` says which right the person lacks to see questions."""

    missing: str
    questions: tuple[Question, ...]
    answers: tuple[Answer, ...]
    followed: Followed | None


def show_answers(facts: AnswersFacts, words: Words) -> AnswersView:
    """Return the page for what was read."""
    going_on = [answer for answer in facts.answered if answer.run_state in ("running", "queued")]
    return AnswersView(
        missing="" if facts.may_see else words.gettext("Questions need the right to read what the DAG's tasks ask."),
        questions=tuple(_question(asked, facts, words) for asked in facts.asked),
        answers=tuple(_answer(answer, facts.now, words) for answer in facts.answered),
        followed=_followed(facts.asked, going_on),
    )


def _followed(asked: tuple[Asked, ...], going_on: list[Answered]) -> Followed | None:
    if going_on:
        return Followed(dag_id=going_on[0].dag_id, run_id=going_on[0].run_id, state=going_on[0].run_state)
    return Followed(dag_id=asked[0].dag_id, run_id=asked[0].run_id, state="running") if asked else None


def _question(asked: Asked, facts: AnswersFacts, words: Words) -> Question:
    _, plan = words.gettext, asked.plan
    named = {"mapping": one_line(asked.mapping)}
    title = _("%(mapping)s: repair this?") if asked.repairs else _("%(mapping)s: write this?")
    counts = {} if plan is None else plan.counts or {Outcome.REMOVED.value: plan.removals}
    return Question(
        dag_id=asked.dag_id,
        run_id=asked.run_id,
        task_id=asked.task_id,
        title=title % named,
        since=words.ago(asked.since, facts.now),
        reasons=() if plan is None else tuple(one_line(reason) for reason in plan.reasons),
        pairs=() if plan is None else tuple(plan.pairs()),
        warning=_warning(asked, words),
        table=None if plan is None else show_outcomes([(asked.mapping, counts)], ways_of(facts.spec), words),
        requests="" if plan is None or not plan.counts else words.number(plan.daktela_calls),
        fields=() if plan is None else _fields(plan.changed_fields, words),
        changes=_changes(asked.changes),
        note=_note(asked, words),
        choices=_choices(asked.options, words),
        missing="" if asked.may_answer else _("An answer needs the right to change what the DAG's tasks ask."),
    )


def _warning(asked: Asked, words: Words) -> str:
    told = [] if asked.plan is None else [_given_up(asked.plan, words), _merged(asked.plan, words)]
    return " ".join(filter(None, told))


def _merged(plan: MappingPlan, words: Words) -> str:
    if not plan.merges:
        return ""
    return words.ngettext(
        "Agreeing merges %(count)s pair of objects in Daktela. Nothing can undo that.",
        "Agreeing merges %(count)s pairs of objects in Daktela. Nothing can undo that.",
        len(plan.merges),
    ) % {"count": words.number(len(plan.merges))}


def _given_up(plan: MappingPlan, words: Words) -> str:
    if not plan.vanished:
        return ""
    return words.ngettext(
        "Agreeing gives up %(count)s record that is no longer in Daktela.",
        "Agreeing gives up %(count)s records that are no longer in Daktela.",
        plan.vanished,
    ) % {"count": words.number(plan.vanished)}


def _note(asked: Asked, words: Words) -> str:
    _ = words.gettext
    if asked.plan is None:
        return _("The plan of this question cannot be read here. Airflow shows it under Required Actions.")
    said: Mapping[Samples, str] = {
        Samples.READ: "",
        Samples.NONE: _("This plan has counted only: it has no records before and after."),
        Samples.HIDDEN: _("Values of records are shown to those who may edit the DAG."),
        Samples.LOST: _("The records before and after are not within reach of Airflow's API server, or deleted."),
    }
    return said[asked.samples]


def _fields(changed: Mapping[str, int], words: Words) -> tuple[tuple[str, str], ...]:
    ordered = sorted(changed.items(), key=lambda each: (-each[1], each[0]))
    return tuple((one_line(path), words.number(count)) for path, count in ordered)


def _changes(changes: tuple[Change, ...]) -> tuple[ChangeRow, ...]:
    rows, before = [], ""
    for change in changes:
        same = sum(1 for each in changes if each.id == change.id)
        rows.append(
            ChangeRow(
                id=one_line(change.id),
                first=change.id != before,
                rows=same,
                path=one_line(change.path),
                before=change.before or "",
                after=change.after or "",
            )
        )
        before = change.id
    return tuple(rows)


def _choices(options: tuple[str, ...], words: Words) -> tuple[Choice, ...]:
    labels = _labels(words)
    return tuple(
        Choice(option=option, label=labels.get(option, one_line(option)), primary=option == GO_ON) for option in options
    )


def _labels(words: Words) -> dict[str, str]:
    return {GO_ON: words.gettext("Write it"), STOP: words.gettext("Write nothing")}


def _answer(answer: Answered, now: datetime, words: Words) -> Answer:
    _ = words.gettext
    labels = _labels(words)
    tone, run = run_label(LastRun(run_id=answer.run_id, state=answer.run_state, at=answer.at), words)
    return Answer(
        dag_id=answer.dag_id,
        run_id=answer.run_id,
        mapping=one_line(answer.mapping),
        at=words.ago(answer.at, now),
        by=one_line(answer.by) or _("nobody: its time was over"),
        chosen=", ".join(labels.get(option, one_line(option)) for option in answer.chosen),
        tone=tone,
        run=run,
        ours=not answer.repairs,
    )
