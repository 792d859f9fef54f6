"""A plan in words: its counts, and what the run costs on both sides."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.plan.sync_plan import SyncPlan
from salesforce_daktela.ui.runs.outcomes import OutcomeTable, show_outcomes
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A number with what it counts, and a remark that may be empty."""

    label: str
    value: str
    remark: str


def plan_table(plan: SyncPlan, spec: SyncSpec | None, words: Words) -> OutcomeTable:
    """Return the counts of a plan by mapping and outcome."""
    return show_outcomes([(found.mapping, found.counts) for found in plan.mappings], ways_of(spec), words)


def ways_of(spec: SyncSpec | None) -> dict[str, str]:
    """Where each mapping's records go."""
    return {} if spec is None else {each.name: f"{each.sobject} → {each.entity.value}" for each in spec.mappings}


def plan_numbers(plan: SyncPlan, words: Words) -> tuple[Fact, ...]:
    """Return what the run costs on both sides."""
    _ = words.gettext
    rate = _("at %(rate)s requests a second, as sync.yaml allows") % {"rate": words.number(plan.requests_per_second)}
    calls = plan.salesforce_calls
    return (
        Fact(
            label=_("Requests to Daktela"),
            value=_("about %(count)s") % {"count": words.number(plan.daktela_calls)},
            remark="",
        ),
        Fact(label=_("Time at this rate"), value=words.span(plan.seconds), remark=rate),
        Fact(
            label=_("Salesforce calls"),
            value=_("not known") if calls is None else _("about %(count)s") % {"count": words.number(calls)},
            remark=_("as many as this plan took to read the same"),
        ),
    )
