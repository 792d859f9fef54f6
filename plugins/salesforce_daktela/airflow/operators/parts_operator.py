"""A task that is mapped over batches of parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.operators.sync_operator import SyncOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

PART_LABEL = "{{ part_label }}"
"""The map index template of tasks that are mapped over parts."""


class PartsOperator(SyncOperator):
    """A task that is mapped over batches of parts and holds one part at a time.

    ``show_parts`` fills the label that ``PART_LABEL`` shows.
    """

    template_fields: Sequence[str] = ("parts",)

    def __init__(self, *, parts: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parts = parts

    def show_parts(self, context: Context) -> None:
        """Show the parts, not a bare number, in Airflow's UI."""
        rows = sum(part["ref"]["rows"] for part in self.parts)
        first, last = (self.parts[at]["number"] + 1 for at in (0, -1))
        labels: Any = context
        labels["part_label"] = (
            f"part {first}, {rows} rows" if first == last else f"parts {first} to {last}, {rows} rows"
        )

    def goes_on(self, context: Context) -> bool:
        """Whether an earlier try has failed since the task was begun or cleared: what it has done need not be repeated.

        Clearing a task gives it all its retries anew, and it then does everything anew.
        """
        ti: Any = context["ti"]
        return bool(ti.try_number + self.retries > ti.max_tries + 1)
