"""The task that maps rows to payloads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.operators.parts_operator import PartsOperator
from salesforce_daktela.airflow.settings import open_staging

if TYPE_CHECKING:
    from airflow.sdk import Context

    from salesforce_daktela.mapping.engine.compiled_mapping import CompiledMapping
    from salesforce_daktela.staging.keys import PartKey


class TransformOperator(PartsOperator):
    """Maps parts of rows to parts of payloads, one to one; touches neither system."""

    arrow_alone = True

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Return the parts of payloads."""
        self.show_parts(context)
        if all(part["kind"] == "payloads" for part in self.parts):
            return [dict(part) for part in self.parts]
        from salesforce_daktela.steps.transform.compiled import compile_for_run

        run = self.task_run(context)
        compiled = compile_for_run(run.spec.mapping(self.mapping), run.facts(), run.transforms)
        if not self.goes_on(context):
            self._discard(run.run_id)
        return [
            dict(part) if part["kind"] == "payloads" else self._transform(part, run.run_id, compiled)
            for part in self.parts
        ]

    def _transform(self, part: Mapping[str, Any], run_id: str, compiled: CompiledMapping) -> dict[str, Any]:
        from salesforce_daktela.staging.keys import PartRef
        from salesforce_daktela.steps.transform.part import transform_part

        staging, key = open_staging(), self._key(part, run_id)
        done = staging.find_part(key) if len(self.parts) > 1 else None
        payloads = done or transform_part(staging, PartRef.from_dict(part["ref"]), key, compiled)
        return {**part, "kind": "payloads", "ref": payloads.to_dict()}

    def _discard(self, run_id: str) -> None:
        """Delete the parts of tries before a clearing, so that a retry finds only parts that were made after it."""
        staging = open_staging()
        for part in self.parts if len(self.parts) > 1 else ():
            if part["kind"] == "rows":
                staging.delete_file(self._key(part, run_id).path)

    def _key(self, part: Mapping[str, Any], run_id: str) -> PartKey:
        from salesforce_daktela.staging.keys import PartKey

        return PartKey(
            sync=self.sync,
            run=run_id,
            mapping=self.mapping,
            extraction=part["extraction"],
            kind="payloads",
            number=part["number"],
        )
