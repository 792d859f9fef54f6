"""Names of parents that a repair would create or add to the ledger, for comparing children without a repair."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.staging.scratch import open_scratch
from salesforce_daktela.staging.store import PartRef, PartStore
from salesforce_daktela.steps.decide.reference_columns import NameLookup
from salesforce_daktela.sync.findings import FindingKind

TABLES = "CREATE TABLE parents (mapping TEXT, id TEXT, PRIMARY KEY (mapping, id)) WITHOUT ROWID"
TO_COME = (FindingKind.MISSING.value, FindingKind.UNREMEMBERED.value)


@contextlib.contextmanager
def expected_parents(spec: SyncSpec, store: PartStore, findings: Mapping[str, PartRef]) -> Iterator[NameLookup]:
    """Yield a lookup of parents' names in ``findings``, which are parts by mapping. A repair needs none."""
    specs = {mapping.name: mapping for mapping in spec.mappings}
    with open_scratch(TABLES) as scratch:
        for name, part in findings.items():
            for batch in store.iter_batches(part):
                rows = [(name, row["id"]) for row in batch.to_pylist() if row["kind"] in TO_COME]
                scratch.run("INSERT OR IGNORE INTO parents VALUES (?, ?)", rows)

        def names(to: str, ids: Sequence[str]) -> Mapping[str, str]:
            found = scratch.among("SELECT mapping, id FROM parents WHERE id IN", ids)
            return {id_: specs[to].own_name(id_) for mapping, id_ in found if mapping == to}

        yield names
