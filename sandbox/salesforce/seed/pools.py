"""Tables of Czech names, companies, streets and phones from faker's lists, from which rows are combined."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from faker.providers.address.cs_CZ import Provider as Address
from faker.providers.company.cs_CZ import Provider as Company
from faker.providers.person.cs_CZ import Provider as Person
from numpy.typing import NDArray

TRADES = (
    "Stavby", "Doprava", "Elektro", "Pekárna", "Strojírny", "Reality", "Servis", "Logistika", "Software", "Zahrady",
    "Sklárna", "Pivovar", "Lékárna", "Tiskárna", "Nábytek", "Vinařství",
)  # fmt: skip
TITLES = (
    "jednatel", "jednatelka", "ředitel", "obchodní ředitelka", "nákupčí", "asistentka", "vedoucí IT", "účetní",
    "vedoucí skladu", "recepční", "technik", "majitel", "CEO & Founder",
)  # fmt: skip
DEPARTMENTS = ("Obchod", "Nákup", "IT", "Účtárna", "Vedení", "Podpora", "Sklad", "Marketing")
DOMAINS = ("labe.example", "sazava.example", "berounka.example", "otava.example", "morava.example", "seznam.example")
PHONE_FORMS = (
    "{0}{1}{2}", "{0} {1} {2}", "+420{0}{1}{2}", "+420 {0} {1} {2}", "00420 {0} {1} {2}", "00420{0}{1}{2}",
    "{0}-{1}-{2}", "{0}/{1}{2}", "(+420) {0} {1} {2}", " {0} {1}{2} ", "+420-{0}-{1}-{2}", "tel. {0} {1} {2}",
)  # fmt: skip
PHONE_PREFIXES = (602, 603, 604, 605, 606, 608, 720, 724, 731, 737, 775, 777, 222, 541)
PHONES = 4096

Pool = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """Parallel tables: a first name, its form without accents, and whether it is a woman's name."""

    first_names: tuple[Pool, Pool]
    last_names: tuple[Pool, Pool]
    companies: Pool
    streets: Pool
    cities: Pool
    postcodes: Pool
    phones: Pool


def pool(values: Iterable[Any]) -> Pool:
    """Return ``values`` as an array of objects with a None at the end, for the index -1."""
    listed = [*values, None]
    made = np.empty(len(listed), dtype=object)
    made[:] = listed
    return made


def ascii_name(name: str) -> str:
    """Return ``name`` as it appears in an e-mail address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "".join(char for char in plain if char.isalnum())


@cache
def czech_pools() -> Pools:
    """Return the tables, made once per process; they do not depend on the seed."""
    rng = np.random.default_rng(20240229)
    surnames = [tuple(Person.last_names_male), tuple(Person.last_names_female)]
    companies = [
        f"{trade} {name} {suffix}"
        for name in surnames[0]
        for trade, suffix in zip(rng.choice(TRADES, 6), rng.choice(tuple(Company.company_suffixes), 6), strict=True)
    ]
    streets = [f"{name} {number}" for name in Address.streets for number in rng.integers(1, 2400, 3)]
    return Pools(
        first_names=(pool(Person.first_names_male), pool(Person.first_names_female)),
        last_names=(pool(surnames[0]), pool(surnames[1])),
        companies=pool(companies),
        streets=pool(streets),
        cities=pool(Address.cities),
        postcodes=pool(f"{number // 100} {number % 100:02d}" for number in rng.integers(10000, 79999, 500)),
        phones=pool(_phones(rng)),
    )


def _phones(rng: np.random.Generator) -> list[str]:
    prefixes = rng.choice(PHONE_PREFIXES, PHONES)
    middles, lasts = rng.integers(100, 1000, PHONES), rng.integers(100, 1000, PHONES)
    forms = rng.integers(0, len(PHONE_FORMS), PHONES)
    return [
        PHONE_FORMS[form].format(prefix, middle, last)
        for prefix, middle, last, form in zip(prefixes, middles, lasts, forms, strict=True)
    ]
