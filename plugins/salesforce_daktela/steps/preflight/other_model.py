"""A mapping whose ledger entries are objects of another model of Daktela than the one that it names now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import MappingSpec
from salesforce_daktela.mapping.problems import MappingError, MappingProblem
from salesforce_daktela.sync.seen_schema import Side


def refuse_other_models(sync: str, mappings: Iterable[MappingSpec], ledger: Ledger) -> None:
    """Raise MappingError for mappings that name another model than the one of their entries.

    A run would look the known names up among objects of the new model, find none, and take every record for gone.
    """
    found = list(_problems(sync, mappings, ledger))
    if found:
        raise MappingError(found)


def other_model(sync: str, mapping: MappingSpec, ledger: Ledger) -> MappingProblem | None:
    """Return the same for one mapping, None where the model is that of its entries, or there are none."""
    seen = ledger.schemas.read(sync, mapping.name).get(Side.DAKTELA)
    if seen is None or seen.model == mapping.entity or not ledger.records.any_known(sync, mapping.name):
        return None
    return MappingProblem(
        position=mapping.position,
        path="daktela",
        what=f"the ledger remembers what this mapping has written into {seen.model}, and would look for it in "
        f"{mapping.entity}",
        advice=f"give the mapping another name if it is to write {mapping.entity} from now on: what it has written "
        f"stays in {seen.model}. If not, write {seen.model} again",
    )


def _problems(sync: str, mappings: Iterable[MappingSpec], ledger: Ledger) -> Iterator[MappingProblem]:
    for mapping in mappings:
        found = other_model(sync, mapping, ledger)
        if found is not None:
            yield found
