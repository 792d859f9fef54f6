"""A mapping as OpenLineage's datasets: a Salesforce object, and the Daktela model that is made of it, column by column.

The provider ``openlineage`` is imported when it asks, so that nobody needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from salesforce_daktela.airflow.assets import loaded
from salesforce_daktela.mapping.lineage import Column, columns
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.steps.run.facts import RunFacts

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors.base import OperatorLineage
    from airflow.sdk import Asset
    from openlineage.client.event_v2 import Dataset
    from openlineage.client.facet_v2 import column_lineage_dataset


def lineage_of(done: tuple[SyncSpec, MappingSpec, RunFacts] | None) -> OperatorLineage[Any, Any]:
    """Return what one mapping's run has read and written, no datasets for a run that has not."""
    from airflow.providers.openlineage.extractors.base import OperatorLineage

    if done is None:
        return OperatorLineage()
    spec, mapping, facts = done
    read = _salesforce(mapping, facts)
    return OperatorLineage(inputs=[read], outputs=[_daktela(mapping, facts, read), of_asset(loaded(spec, mapping))])


def of_asset(asset: Asset, lineage_context: Any = None) -> Dataset:  # noqa: ARG001 Airflow passes it
    """Return the dataset of one of our assets: ``x-daktela://<sync>/<mapping>``.

    Airflow calls this for DAGs that are scheduled by it, too.
    """
    from openlineage.client.event_v2 import Dataset

    parts = urlsplit(asset.uri)
    return Dataset(namespace=f"{parts.scheme}://{parts.netloc}", name=parts.path.lstrip("/"))


def _salesforce(mapping: MappingSpec, facts: RunFacts) -> Dataset:
    from openlineage.client.event_v2 import Dataset

    host = urlsplit(facts.instance_url).netloc
    return Dataset(namespace=f"salesforce://{host}", name=mapping.sobject, facets={"schema": _schema(_read(mapping))})


def _daktela(mapping: MappingSpec, facts: RunFacts, read: Dataset) -> Dataset:
    """Daktela's address is that which preflight has reached; a run without a ledger has none."""
    from openlineage.client.event_v2 import Dataset
    from openlineage.client.facet_v2 import column_lineage_dataset

    host = "" if facts.memory is None else urlsplit(facts.memory.ends.instance).netloc
    made = columns(mapping)
    return Dataset(
        namespace=f"daktela://{host}",
        name=f"{facts.database}/{mapping.entity.value}",
        facets={
            "schema": _schema([column.target for column in made]),
            "columnLineage": column_lineage_dataset.ColumnLineageDatasetFacet(
                fields={column.target: _fields(column, read) for column in made if column.sources}
            ),
        },
    )


def _fields(column: Column, read: Dataset) -> column_lineage_dataset.Fields:
    from openlineage.client.facet_v2 import column_lineage_dataset

    how = column_lineage_dataset.Transformation(
        type="DIRECT",
        subtype="TRANSFORMATION" if column.steps else "IDENTITY",
        description=", ".join(column.steps),
        masking=False,
    )
    return column_lineage_dataset.Fields(
        inputFields=[
            column_lineage_dataset.InputField(
                namespace=read.namespace, name=read.name, field=path, transformations=[how]
            )
            for path in column.sources
        ]
    )


def _schema(names: list[str]) -> Any:
    from openlineage.client.facet_v2 import schema_dataset

    described = [schema_dataset.SchemaDatasetFacetFields(name=name) for name in names]
    return schema_dataset.SchemaDatasetFacet(fields=described)


def _read(mapping: MappingSpec) -> list[str]:
    return sorted({path for column in columns(mapping) for path in column.sources})
