"""What the step Plan shows, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.airflow.dag_ids import PLANNING
from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.steps.plan.sync_plan import SyncPlan
from salesforce_daktela.ui.runs.blocked import Blocked, show_blocked
from salesforce_daktela.ui.runs.facts import SyncStanding
from salesforce_daktela.ui.runs.outcomes import OutcomeTable
from salesforce_daktela.ui.runs.plan_words import Fact, plan_numbers, plan_table
from salesforce_daktela.ui.runs.planned import Planned
from salesforce_daktela.ui.runs.run_view import RunView, show_run
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureView:
    """Why there is no plan: a code, what happened and where, what to do. Each line is one sentence of the product."""

    title: str
    code: str
    what: tuple[str, ...]
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """The page. ``missing`` says which right the person lacks to start a plan; ``notes`` are remarks on the result.

    ``questions`` are what a run would ask before it writes.
    """

    dag_id: str
    blocked: Blocked | None
    missing: str
    button: str
    run: RunView | None
    notes: tuple[str, ...]
    table: OutcomeTable | None
    numbers: tuple[Fact, ...]
    questions: tuple[str, ...]
    failure: FailureView | None


def show_plan(standing: SyncStanding, planned: Planned, words: Words) -> PlanView:
    """Return the page for what was read."""
    plan, spec = planned.plan, standing.spec
    zone = (spec.timezone if spec else None) or "UTC"
    return PlanView(
        dag_id=planned.dag_id,
        blocked=show_blocked(standing, words) or _without_dag(standing, words),
        missing=_missing(planned, words),
        button=words.gettext("Plan the next run") if planned.run is None else words.gettext("Plan again"),
        run=None if planned.run is None else show_run(planned.run, zone, words),
        notes=_notes(standing, planned, words),
        table=None if plan is None else plan_table(plan, spec, words),
        numbers=() if plan is None else plan_numbers(plan, words),
        questions=() if plan is None else _questions(plan),
        failure=_failure(planned, words),
    )


def _without_dag(standing: SyncStanding, words: Words) -> Blocked | None:
    if standing.plans:
        return None
    _ = words.gettext
    return Blocked(
        title=_("Waiting for deployment"),
        advice=_("Airflow has no DAG %(dag)s yet. This page goes on by itself as soon as it has.")
        % {"dag": PLANNING + standing.name},
        step="",
        step_label="",
        waits_for=PLANNING + standing.name,
    )


def _missing(planned: Planned, words: Words) -> str:
    _ = words.gettext
    if not planned.may_start:
        return _("A plan needs the right to start runs of the DAG %(dag)s.") % {"dag": planned.dag_id}
    if not planned.may_read:
        return _("To see a plan you need the right to read runs and XComs of the DAG %(dag)s.") % {
            "dag": planned.dag_id
        }
    return ""


def _notes(standing: SyncStanding, planned: Planned, words: Words) -> tuple[str, ...]:
    _ = words.gettext
    notes = []
    if standing.stuck:
        notes.append(
            _("The DAG %(dag)s is paused, so its runs stay in the queue. Switch it on in Airflow.")
            % {"dag": planned.dag_id}
        )
    if standing.unsaved:
        notes.append(_("Your draft has changes that are not saved. A plan is made of what is saved."))
    if planned.plan is not None and not planned.current:
        notes.append(_("The files have changed since this plan was made. Plan again before you rely on it."))
    rejected = sum(found.counts.get("rejected", 0) for found in planned.plan.mappings) if planned.plan else 0
    if rejected:
        notes.append(
            words.ngettext(
                "%(count)s record would be rejected: the run loads all others, and its report says why.",
                "%(count)s records would be rejected: the run loads all others, and its report says why.",
                rejected,
            )
            % {"count": words.number(rejected)}
        )
    return tuple(notes)


def _questions(plan: SyncPlan) -> tuple[str, ...]:
    return tuple(one_line(f"{found.mapping}: {reason}") for found in plan.mappings for reason in found.would_ask)


def _failure(planned: Planned, words: Words) -> FailureView | None:
    if planned.run is None or not planned.run.ended or planned.plan is not None:
        return None
    _ = words.gettext
    told: Mapping[str, Any] | None = planned.failure
    if told is None:
        return FailureView(
            title=_("There is no plan"),
            code="",
            what=(),
            advice=_("The run ended without saying why. Its log in Airflow has the reason; planning again may help."),
        )
    deferred = told.get("kind") == "QuotaError"
    what = ": ".join(str(told[name]) for name in ("where", "what") if told.get(name))
    return FailureView(
        title=_("A limit is used up") if deferred else _("There is no plan"),
        code=one_line(str(told.get("kind", ""))),
        what=tuple(one_line(line) for line in what.splitlines() if line.strip()),
        advice=one_line(str(told.get("advice", ""))),
    )
