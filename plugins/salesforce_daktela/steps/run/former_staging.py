"""Places where runs have left parts before ``staging_path`` named another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.staging.store import SETTING, PartStore

OpenPlace = Callable[[str], PartStore]
"""Opens the parts below a URL."""


def former_stores(ledger: Ledger, here: str, open_place: OpenPlace) -> Iterator[PartStore]:
    """Yield the parts of each place other than ``here``, the present one. Raises ConfigurationError as ``reached``."""
    for place in ledger.staging_places.besides(here):
        yield reached(place, open_place)


def reached(place: str, open_place: OpenPlace) -> PartStore:
    """Return the parts of a place that has answered. Raises ConfigurationError when it does not."""
    try:
        store = open_place(place)
        store.filesystem.exists(store.base)
    except Exception as exc:
        # Each storage has errors of its own: its connection was deleted, its bucket, its provider, or its key.
        raise ConfigurationError(
            f"parts may be left in {place}, where runs had them before, and it does not answer ({type(exc).__name__})",
            where=SETTING,
            advice="make it answer once more, so that they are deleted; or delete them there yourself: a month after "
            "its last run it is not asked any more",
        ) from exc
    return store
