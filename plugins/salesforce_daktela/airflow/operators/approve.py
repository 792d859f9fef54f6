"""Ask in Airflow's UI before anything is written, when the plan gives a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator

from salesforce_daktela.airflow.notifiers import question_notifiers
from salesforce_daktela.airflow.page_links import AnswersLink, RunLink, answers_path, page_link
from salesforce_daktela.airflow.releases import AirflowFailException
from salesforce_daktela.airflow.triggers.earlier_answer import EarlierAnswerTrigger
from salesforce_daktela.errors import ConfigurationError

if TYPE_CHECKING:
    from airflow.sdk import Context

APPROVE = "approve"
"""Id of the task that asks for approval."""

GO_ON = "Write it"
STOP = "Write nothing"
CLEAR = "clear this task with everything after it"


def answer_to(plan: Mapping[str, Any] | None, planned_by: str, answer: Any) -> Mapping[str, Any]:
    """Return what approve has returned for the plan of the task ``planned_by``; empty when it was not asked.

    Raises ConfigurationError where somebody has marked one of the two as done, or has cleared the first one alone: then
    nobody has agreed to this plan.
    """
    if plan is None:
        raise ConfigurationError("there is no plan, so nobody has agreed to it", where=planned_by, advice=CLEAR)
    asked = f"{planned_by.rpartition('.')[0]}.{APPROVE}"
    if answer is None and plan["reasons"]:
        raise ConfigurationError("nobody has answered its question", where=asked, advice=CLEAR)
    # An answer that an earlier release has kept does not say to what it was given.
    if answer is not None and list(answer.get("reasons", plan["reasons"])) != list(plan["reasons"]):
        raise ConfigurationError("its answer was given to another plan", where=asked, advice=CLEAR)
    return answer or {}


class ApproveOperator(HITLOperator):
    """Returns at once when the plan names no reason; otherwise waits for an answer under Required Actions.

    ``plan`` is ``MappingPlan.to_dict()``. A waiting task holds no worker slot, and the sync's next runs wait for it.
    The answer stays valid when the process that should take it dies. A task that is cleared asks again.
    """

    template_fields: Sequence[str] = ("subject", "body", "plan")
    operator_extra_links = (*HITLOperator.operator_extra_links, RunLink(), AnswersLink())

    def __init__(self, *, mapping: str, plan: Any, **kwargs: Any) -> None:
        # The stock operator would use the time limit of the tasks as the time limit for an answer.
        kwargs["execution_timeout"] = None
        super().__init__(
            subject=f"{mapping}: write this?",
            body="",
            options=[GO_ON, STOP],
            notifiers=question_notifiers(),
            **kwargs,
        )
        self.mapping = mapping
        self.plan = plan

    def execute(self, context: Context) -> dict[str, Any]:
        """Return ``approved``, ``by`` (who answered, None when nobody was asked), ``reasons``, ``gives_up``,
        ``merges``.

        ``reasons`` are those of the plan that the answer is about. ``gives_up`` says whether the records that have
        vanished from Daktela are given up. ``merges`` names the heir of each converted record whose object is to be
        merged.
        """
        plan: Mapping[str, Any] | None = self.plan
        if plan is None:
            raise AirflowFailException(f"{self.mapping}: there is no plan to agree to: clear the task before this one")
        if not plan["reasons"]:
            return {"approved": True, "by": None, "reasons": [], "gives_up": False, "merges": {}}
        if self._may_be_answered(context):
            self.defer(trigger=EarlierAnswerTrigger(ti_id=str(context["ti"].id)), method_name="take_answer_or_ask")
        return self._ask(context)

    def take_answer_or_ask(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Take the answer to an earlier try's question; ask when ``event`` holds none."""
        return self.execute_complete(context, event) if event else self._ask(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Take the answer. Raises as the stock operator does when it is neither of the two options."""
        answer = super().execute_complete(context, event)
        user = answer["responded_by_user"] or {}
        return {
            "approved": answer["chosen_options"] == [GO_ON],
            "by": user.get("name") or "somebody",
            "reasons": list(self.plan["reasons"]),
            "gives_up": bool(self.plan.get("vanished")),
            "merges": {pair["id"]: pair["heir"] for pair in self.plan.get("merges", ())},
        }

    def _ask(self, context: Context) -> dict[str, Any]:
        from salesforce_daktela.steps.plan.planner import MappingPlan

        page = page_link(answers_path(self.dag_id))
        self.body = f"{MappingPlan.from_dict(self.plan).table()}\n\n[The plan with sampled records]({page})"
        self.log.info("asking, because %s", "; ".join(self.plan["reasons"]))
        answered: dict[str, Any] = super().execute(context)
        return answered

    def _may_be_answered(self, context: Context) -> bool:
        """Whether an earlier try has asked, and its answer still counts. Asking again would remove the answer.

        Somebody who clears the task wants that. Airflow gives a cleared task more tries than its retries.
        """
        ti = context["ti"]
        return ti.try_number > 1 and ti.max_tries == self.retries
