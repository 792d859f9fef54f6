"""The task that compares both sides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.operators.parts_operator import of_reading
from salesforce_daktela.airflow.operators.reconcile_operator import COMPARE, ReconcileOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

PLAN = "plan"
"""XCom key of the repair's plan, which approve reads."""


class CompareOperator(ReconcileOperator):
    """Compares everything that both sides hold, and checks each difference again; changes nothing."""

    template_fields: Sequence[str] = ("parts",)

    def __init__(self, *, parts: Any, **kwargs: Any) -> None:
        super().__init__(trigger_rule="none_failed", **kwargs)
        self.parts = parts

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the comparison."""
        from salesforce_daktela.staging.store import PartRef

        run, ti = self.task_run(context), context["ti"]
        names = run.parents(self.mapping)
        found: dict[str, Any] = {name: ti.xcom_pull(task_ids=f"{name}.{COMPARE}") for name in names}
        parents = {name: PartRef.from_dict(parent["findings"]) for name, parent in found.items() if parent}
        made = of_reading(chain.from_iterable(self.parts or ()), self.reading(context))
        parts = [PartRef.from_dict(part["ref"]) for part in made]
        with self.deferring(context):
            comparison = self.reconciler(run, context).compare(parts, parents)
        plan = comparison.plan().to_dict()
        ti.xcom_push(key=PLAN, value=plan if run.request.writes else {**plan, "reasons": []})
        return comparison.to_dict()
