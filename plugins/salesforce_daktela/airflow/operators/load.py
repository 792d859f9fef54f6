"""The task that writes to Daktela."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.operators.approve import APPROVE, CLEAR, answer_to
from salesforce_daktela.airflow.operators.parts_operator import PartsOperator, of_reading
from salesforce_daktela.airflow.operators.plan import PLAN
from salesforce_daktela.airflow.operators.sync_operator import PLANNED
from salesforce_daktela.airflow.releases import AirflowSkipException
from salesforce_daktela.errors import ConfigurationError

if TYPE_CHECKING:
    from airflow.sdk import Context

    from salesforce_daktela.airflow.task_run import TaskRun
    from salesforce_daktela.steps.load.loader import Loader


LOAD = "load"


class LoadOperator(PartsOperator):
    """Writes parts to Daktela, one outcome for each Id. Safe to repeat."""

    arrow_alone = True

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the parts' counts by outcome."""
        self.show_parts(context)
        run = self.task_run(context)
        if not run.request.writes:
            raise AirflowSkipException("this run only plans")
        ti = context["ti"]
        answer: Any = ti.xcom_pull(task_ids=f"{self.mapping}.{APPROVE}")
        if answer is not None and not answer["approved"]:
            raise AirflowSkipException(f"declined by {answer['by']}")
        reason = self.deferred(context, PLAN)
        if reason:
            raise AirflowSkipException(f"deferred: {reason}")
        reading = self.reading(context)
        self.parts = of_reading(self.parts, reading)
        if not self.parts:
            raise AirflowSkipException("nothing was read that this task could load")
        planned_by = f"{self.mapping}.{PLAN}"
        # Plans of an earlier release do not say of which reading they are.
        if ti.xcom_pull(task_ids=planned_by, key=PLANNED) not in (None, reading["extraction"]):
            raise ConfigurationError("its plan is of an earlier reading", where=planned_by, advice=CLEAR)
        agreed = answer_to(ti.xcom_pull(task_ids=planned_by), planned_by, answer)
        with self.deferring(context):
            return self._load(run, context, agreed)

    def _load(self, run: TaskRun, context: Context, answer: Mapping[str, Any]) -> dict[str, int]:
        from salesforce_daktela.staging.keys import PartRef

        steps = self.steps(run, self.parts[0])
        with steps.counting(LOAD) as counting:
            agreed, merges = bool(answer.get("gives_up")), answer.get("merges")
            loader = steps.loader(agreed=agreed, merges=merges, written=counting.written)
            counts = self._done(loader, context)
            for part in self.parts:
                if part["number"] not in counts:
                    counts[part["number"]] = loader.load(PartRef.from_dict(part["ref"]), part["number"]).counts()
        return dict(sum((Counter(each) for each in counts.values()), Counter[str]()))

    def _done(self, loader: Loader, context: Context) -> dict[int, Mapping[str, int]]:
        """Counts of the parts that an earlier try has loaded, by number; none after a clearing or for a single part."""
        if len(self.parts) == 1:
            return {}
        numbers = [part["number"] for part in self.parts]
        extraction = (self.sync, loader.run_id, self.mapping, loader.extraction)
        if not self.goes_on(context):
            loader.ledger.totals.forget_parts(*extraction, numbers)
            return {}
        return {
            found.part: found.counts for found in loader.ledger.totals.read_parts(*extraction) if found.part in numbers
        }
