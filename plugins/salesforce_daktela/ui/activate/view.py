"""What the step Activate shows, in the words of one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.ui.activate.facts import ActivateFacts, Followed
from salesforce_daktela.ui.activate.report import ReportView, show_report
from salesforce_daktela.ui.runs.blocked import Blocked, show_blocked
from salesforce_daktela.ui.runs.facts import RunFacts
from salesforce_daktela.ui.runs.outcomes import OutcomeTable
from salesforce_daktela.ui.runs.plan_words import Fact, plan_numbers, plan_table
from salesforce_daktela.ui.runs.run_view import RunView, show_run
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What will happen when the sync is switched on. ``plans`` is whether the step Plan is offered to count it."""

    sentences: tuple[str, ...]
    plans: bool
    table: OutcomeTable | None
    numbers: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateView:
    """The page. ``promise`` is there while the sync is off; ``tone`` names the colour of its state.

    ``awaits_run`` is whether a run is about to appear. ``starts`` is whether somebody has to start runs by hand.
    ``missing`` and ``missing_start`` say which right the person lacks, ``held`` why the run under way does not go on.
    """

    dag_id: str
    blocked: Blocked | None
    active: bool
    tone: str
    state: str
    schedule: str
    next_run: str
    missing: str
    button: str
    promise: Promise | None
    awaits_run: bool
    starts: bool
    missing_start: str
    run: RunView | None
    run_title: str
    held: str
    latest: bool
    report: ReportView | None


def show_activate(facts: ActivateFacts, words: Words) -> ActivateView:
    """Return the page for what was read."""
    standing, _, followed = facts.standing, words.gettext, facts.followed
    dag, spec, run = standing.dag, standing.spec, None if followed is None else followed.run
    active = dag is not None and not dag.paused
    scheduled = spec is not None and spec.schedule is not None
    blocked = show_blocked(standing, words) if not active else None
    states = [report.state for report in followed.reports] if followed else []
    return ActivateView(
        dag_id=facts.dag_id,
        blocked=blocked,
        active=active,
        tone="active" if active else "paused",
        state=_("Active") if active else _("Paused"),
        schedule=_schedule(facts, words),
        next_run=_next_run(facts, words) if active else "",
        missing="" if facts.may_switch else _("Switching a sync on or off needs the right to edit its DAG."),
        button=_button(facts, words),
        promise=_promise(facts, words) if not active and blocked is None else None,
        awaits_run=active and scheduled and run is None and facts.may_read,
        starts=active and not scheduled and (run is None or run.ended),
        missing_start="" if facts.may_start else _("This needs the right to start runs of the sync's DAG."),
        run=None
        if run is None
        else show_run(run, _zone(facts), words, unwritten=next((state for state in states if state != "settled"), "")),
        run_title=_run_title(followed, words),
        held=_held(active, run, words),
        latest=followed is None or followed.latest,
        report=None if followed is None else show_report(followed, spec, words),
    )


def _run_title(followed: Followed | None, words: Words) -> str:
    _ = words.gettext
    return _("The latest run") if followed is None or followed.latest else _("An earlier run")


def _held(active: bool, run: RunFacts | None, words: Words) -> str:
    if active or run is None or run.ended:
        return ""
    return words.gettext(
        "The run stays where it is: Airflow begins no further task of a paused DAG. "
        "It goes on when the sync is activated."
    )


def _zone(facts: ActivateFacts) -> str:
    return (facts.standing.spec.timezone if facts.standing.spec else None) or "UTC"


def _schedule(facts: ActivateFacts, words: Words) -> str:
    _, spec = words.gettext, facts.standing.spec
    if spec is None:
        return ""
    if spec.schedule is None:
        return _("It has no schedule: each run is started by somebody.")
    return _("Its schedule is %(schedule)s on the clock of %(zone)s.") % {
        "schedule": spec.schedule,
        "zone": spec.timezone or "UTC",
    }


def _next_run(facts: ActivateFacts, words: Words) -> str:
    dag = facts.standing.dag
    if dag is None or dag.next_run is None:
        return ""
    return words.gettext("Next run: %(moment)s.") % {"moment": words.moment(dag.next_run, _zone(facts))}


def _button(facts: ActivateFacts, words: Words) -> str:
    _, spec = words.gettext, facts.standing.spec
    if spec is not None and spec.schedule is None:
        return _("Activate")
    if facts.followed is None:
        return _("Activate: the first load starts now")
    return _("Activate: the next run starts now")


def _promise(facts: ActivateFacts, words: Words) -> Promise:
    _, spec, plan = words.gettext, facts.standing.spec, facts.planned.plan
    counted = plan if facts.planned.current else None
    sentences = []
    if spec is not None and spec.schedule is None:
        sentences.append(_("Nothing starts by itself: the sync has no schedule. This page then offers to start a run."))
    elif facts.followed is None:
        sentences.append(_("The first run starts at once. It reads every record that the mappings name."))
    else:
        sentences.append(_("A run starts at once. It reads what has changed since the last one."))
    if facts.standing.unsaved:
        sentences.append(_("Your draft has changes that are not saved. The run takes what is saved."))
    if counted is None:
        sentences.append(_("There is no plan of these files, so it is not known how much will be written."))
    elif any(found.would_ask for found in counted.mappings):
        sentences.append(_("It asks first: before it writes, this page shows a question that somebody has to answer."))
    return Promise(
        sentences=tuple(sentences),
        plans=counted is None,
        table=None if counted is None else plan_table(counted, spec, words),
        numbers=() if counted is None else plan_numbers(counted, words),
    )
