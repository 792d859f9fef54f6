"""What a call or a message would find in Daktela: numbers and addresses counted by their salted hashes. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_GROUPS = 100
MOST_IDS = 20
"""Shared numbers and addresses that are listed, the most shared first; Ids that are listed of each finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """One live record of a mapping that writes ``model``. ``numbers`` and ``addresses`` are hashes of distinct values.

    ``undialled`` is whether it has a number that nobody can dial; ``account`` is its account's Id, empty without one.
    """

    mapping: str
    model: str
    id: str
    numbers: tuple[bytes, ...] = field(repr=False)
    addresses: tuple[bytes, ...] = field(repr=False)
    undialled: bool = False
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """How many records a finding has, and the Ids of the first of them."""

    records: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingReadiness:
    """The live records of one mapping. ``unreachable`` have neither a number that can be dialled nor an address."""

    mapping: str
    model: str
    records: int
    with_number: int
    with_address: int
    undialled: Listed
    unreachable: Listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A number or an address of several records of one model. ``ids`` are the first of them, with their mappings."""

    kind: str
    model: str
    records: int
    ids: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """``recognised`` is, by model, the share of calls that lead to one record, None where there is no record.

    ``shared`` lists the most shared values; ``shared_numbers`` and ``shared_addresses`` count all of them.
    ``accounts_alone`` are accounts that no contact belongs to.
    """

    mappings: tuple[MappingReadiness, ...]
    recognised: Mapping[str, float | None]
    shared: tuple[Shared, ...]
    shared_numbers: int
    shared_addresses: int
    accounts_alone: Listed

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


@dataclass(slots=True)
class ReadinessCount:
    """Counts records one by one; ``report`` tells what they come to. It keeps hashes and Ids of all of them."""

    _records: list[Reachable] = field(default_factory=list, repr=False)

    def add(self, found: Iterable[Reachable]) -> None:
        """Count more records."""
        self._records += found

    def report(self, mappings: Mapping[str, str]) -> Readiness:
        """Return the counts. ``mappings`` are the names of those that were read, with the models that they write."""
        numbers, addresses = (_carriers(self._records, kind) for kind in ("number", "address"))
        groups = [*_shared("number", numbers), *_shared("address", addresses)]
        groups.sort(key=lambda group: (-group.records, group.ids))
        kinds = Counter(group.kind for group in groups)
        models = dict.fromkeys(mappings.values())
        return Readiness(
            mappings=tuple(_of_mapping(name, model, self._records) for name, model in mappings.items()),
            recognised={model: _recognised(model, self._records, numbers) for model in models},
            shared=tuple(groups[:MOST_GROUPS]),
            shared_numbers=kinds["number"],
            shared_addresses=kinds["address"],
            accounts_alone=_alone(self._records),
        )


Carriers = Mapping[tuple[str, bytes], list[Reachable]]
"""The records of each value, by model and hash."""


def _carriers(records: Iterable[Reachable], kind: str) -> Carriers:
    found: dict[tuple[str, bytes], list[Reachable]] = defaultdict(list)
    for record in records:
        for value in record.numbers if kind == "number" else record.addresses:
            found[record.model, value].append(record)
    return found


def _shared(kind: str, carriers: Carriers) -> list[Shared]:
    return [
        Shared(
            kind=kind,
            model=model,
            records=len(records),
            ids=tuple(sorted((record.mapping, record.id) for record in records)[:MOST_IDS]),
        )
        for (model, _), records in carriers.items()
        if len(records) > 1
    ]


def _of_mapping(name: str, model: str, records: Iterable[Reachable]) -> MappingReadiness:
    own = [record for record in records if record.mapping == name]
    return MappingReadiness(
        mapping=name,
        model=model,
        records=len(own),
        with_number=sum(bool(record.numbers) for record in own),
        with_address=sum(bool(record.addresses) for record in own),
        undialled=_listed(record.id for record in own if record.undialled),
        unreachable=_listed(record.id for record in own if not record.numbers and not record.addresses),
    )


def _recognised(model: str, records: Iterable[Reachable], numbers: Carriers) -> float | None:
    """The share of calls that find one record, if each record of the model calls once, from one of its numbers.

    A number that cannot be dialled finds nothing, and so does a caller without any.
    """
    shares = [_share(record, numbers) for record in records if record.model == model]
    return sum(shares) / len(shares) if shares else None


def _share(record: Reachable, numbers: Carriers) -> float:
    all_of_them = len(record.numbers) + record.undialled
    alone = sum(len(numbers[record.model, value]) == 1 for value in record.numbers)
    return alone / all_of_them if all_of_them else 0.0


def _alone(records: Iterable[Reachable]) -> Listed:
    held = list(records)
    with_contacts = {record.account for record in held if record.model == "contacts"}
    return _listed(record.id for record in held if record.model == "accounts" and record.id not in with_contacts)


def _listed(ids: Iterable[str]) -> Listed:
    found = sorted(ids)
    return Listed(records=len(found), ids=tuple(found[:MOST_IDS]))
