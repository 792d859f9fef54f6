"""A task that is mapped over batches of parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.operators.sync_operator import SyncOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

PART_LABEL = "{{ part_label }}"
"""The map index template of tasks that are mapped over parts."""


def of_reading(parts: Iterable[Mapping[str, Any]], reading: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return those of ``parts`` that this reading has made.

    When a cleared run has fewer batches than before, Airflow keeps the results of the mapped tasks that it removes. It
    hands them to the tasks after them all the same.
    """
    return [part for part in parts if part["extraction"] == reading.get("extraction")]


class PartsOperator(SyncOperator):
    """A task that is mapped over batches of parts and holds one part at a time.

    ``show_parts`` fills the label that ``PART_LABEL`` shows.
    """

    template_fields: Sequence[str] = ("parts",)

    def __init__(self, *, parts: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parts = parts

    def show_parts(self, context: Context) -> None:
        """Have Airflow's UI show the parts instead of the map index."""
        labels: Any = context
        if not self.parts:
            labels["part_label"] = "no part"
            return
        rows = sum(part["ref"]["rows"] for part in self.parts)
        first, last = (self.parts[at]["number"] + 1 for at in (0, -1))
        labels["part_label"] = (
            f"part {first}, {rows} rows" if first == last else f"parts {first} to {last}, {rows} rows"
        )

    def goes_on(self, context: Context) -> bool:
        """Whether this try goes on where a failed one stopped: what that one has done is not repeated.

        The first try after a clearing does everything again. Clearing gives a task all its retries again.
        """
        ti: Any = context["ti"]
        return bool(ti.try_number + self.retries > ti.max_tries + 1)
