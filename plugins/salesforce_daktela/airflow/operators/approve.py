"""Ask in Airflow's UI before anything is written, when there is a reason to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator

from salesforce_daktela.airflow.triggers.earlier_answer import EarlierAnswerTrigger

if TYPE_CHECKING:
    from airflow.sdk import Context

APPROVE = "approve"
"""The task that asks when somebody has to agree."""

GO_ON = "Write it"
STOP = "Write nothing"


class ApproveOperator(HITLOperator):
    """Returns at once when the plan names no reason; else waits for an answer under Required Actions.

    ``plan`` is ``MappingPlan.to_dict()``. A task that waits holds no worker slot, and the sync's next runs wait behind
    it. An answer outlives the death of the process that was to take it; a task that is cleared asks anew.
    """

    template_fields: Sequence[str] = ("subject", "body", "plan")

    def __init__(self, *, mapping: str, plan: Any, **kwargs: Any) -> None:
        # The stock operator would take the other tasks' limit as the time somebody has to answer.
        kwargs["execution_timeout"] = None
        super().__init__(subject=f"{mapping}: write this?", body="", options=[GO_ON, STOP], **kwargs)
        self.plan = plan

    def execute(self, context: Context) -> dict[str, Any]:
        """Return ``approved``, who has answered when somebody had to, and whether that gives up what has vanished."""
        plan: Mapping[str, Any] = self.plan
        if not plan["reasons"]:
            return {"approved": True, "by": None, "gives_up": False}
        if self._may_be_answered(context):
            self.defer(trigger=EarlierAnswerTrigger(ti_id=str(context["ti"].id)), method_name="take_answer_or_ask")
        return self._ask(context)

    def take_answer_or_ask(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Go on from what was found out about the question of an earlier try."""
        return self.execute_complete(context, event) if event else self._ask(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Take the answer. Raises as the stock operator when it is none of the two."""
        answer = super().execute_complete(context, event)
        user = answer["responded_by_user"] or {}
        return {
            "approved": answer["chosen_options"] == [GO_ON],
            "by": user.get("name") or "somebody",
            "gives_up": bool(self.plan.get("vanished")),
        }

    def _ask(self, context: Context) -> dict[str, Any]:
        from salesforce_daktela.steps.plan.planner import MappingPlan

        self.body = MappingPlan.from_dict(self.plan).table()
        self.log.info("asking, because %s", "; ".join(self.plan["reasons"]))
        answered: dict[str, Any] = super().execute(context)
        return answered

    def _may_be_answered(self, context: Context) -> bool:
        """Whether an earlier try has asked. To ask again takes back the answer, and clearing is how one wants that.

        A task that was cleared is given more tries than its retries.
        """
        ti = context["ti"]
        return ti.try_number > 1 and ti.max_tries == self.retries
