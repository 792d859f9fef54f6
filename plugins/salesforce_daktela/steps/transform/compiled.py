"""The mapping as one run carries it out, compiled."""

from __future__ import annotations

from collections.abc import Mapping

from salesforce_daktela.mapping.engine.compiled_mapping import CompiledMapping, compile_mapping
from salesforce_daktela.mapping.model import MappingSpec
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.steps.preflight.drift import without
from salesforce_daktela.steps.run.facts import RunFacts


def compile_for_run(mapping: MappingSpec, facts: RunFacts, transforms: Mapping[str, Transform]) -> CompiledMapping:
    """Bind ``mapping`` to both systems as preflight has found them; ``transforms`` are the project's own."""
    found = facts.mappings[mapping.name]
    return compile_mapping(
        without(mapping, found.left_out),
        found.source,
        timezone=facts.timezone,
        target=found.target,
        instance_url=facts.instance_url,
        project_transforms=transforms,
    )
