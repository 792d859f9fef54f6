"""Makes the columns of each sObject, batch by batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.salesforce.ids import record_ids
from sandbox.salesforce.objects import account, campaign, choices, lead, opportunity, smlouva
from sandbox.salesforce.seed import awkward_values
from sandbox.salesforce.seed.draw import Column, Draw
from sandbox.salesforce.seed.people import person_columns
from sandbox.salesforce.seed.pools import DEPARTMENTS, DOMAINS, Pools
from sandbox.salesforce.seed.stamps import live

Columns = dict[str, Column]
LONG_EVERY = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The rest of the org, as far as a batch needs it: the number of rows of each sObject."""

    counts: dict[str, int]
    pools: Pools

    def lookup(self, draw: Draw, sobject: str, prefix: str, missing: float) -> Column:
        """Return the Id of a live record of ``sobject`` per row, None for a ``missing`` share."""
        drawn = live(draw.rng.integers(0, max(1, self.counts[sobject]), draw.count))
        return draw.with_gaps(record_ids(prefix, drawn + 1), missing)


def account_columns(draw: Draw, world: World) -> Columns:
    """Companies with a billing address, IČO and segments."""
    names = draw.pick(world.pools.companies)
    draw.overlay(names, every=23, offset=9, values=awkward_values.COMPANIES)
    revenue = draw.numbers(0, 5e8, missing=0.3)
    draw.overlay(revenue, every=31, offset=4, values=awkward_values.AMOUNTS)
    parents = world.lookup(draw, "Account", "001", 0.9)
    own = record_ids("001", draw.ordinals + 1)
    return {
        **_addresses(draw, world, "Billing"),
        "Name": names,
        "ParentId": [None if parent == me else parent for parent, me in zip(parents, own, strict=True)],
        "Type": draw.pick(account.TYPES, missing=0.2),
        "Industry": _choices(draw, account.INDUSTRIES, missing=0.2),
        "Rating": draw.pick(account.RATINGS, missing=0.5),
        "Phone": draw.pick(world.pools.phones, missing=0.2),
        "Website": [
            None if not number % 5 else f"https://www.{domain}/{number}"
            for number, domain in zip(draw.ordinals.tolist(), draw.pick(DOMAINS), strict=True)
        ],
        "AnnualRevenue": revenue,
        "NumberOfEmployees": draw.whole(0, 900, missing=0.4),
        "Description": _descriptions(draw),
        "ICO__c": [f"{number * 7919 % 100_000_000:08d}" for number in (draw.ordinals + 1).tolist()],
        "Segment__c": draw.pick((*account.SEGMENTS, "Klíčový;Veřejná správa", "Malý;Střední"), missing=0.5),
        "Platce_DPH__c": draw.flags(0.7),
    }


def contact_columns(draw: Draw, world: World) -> Columns:
    """People of those companies; every fifteenth belongs to none."""
    notes = draw.pick(awkward_values.RICH_TEXTS, missing=0.8)
    calls = draw.moments(missing=0.5)
    draw.overlay(calls, every=13, offset=2, values=awkward_values.EDGES)
    points = draw.numbers(0, 10_000, 2, missing=0.3)
    draw.overlay(points, every=37, offset=20, values=(0.0, -12.5, 0.1, 12345678.9))
    return {
        **_addresses(draw, world, "Mailing"),
        **person_columns(draw, world.pools),
        "AccountId": world.lookup(draw, "Account", "001", 1 / 15),
        "ReportsToId": world.lookup(draw, "Contact", "003", 0.95),
        "Department": draw.pick(DEPARTMENTS, missing=0.6),
        "LeadSource": _choices(draw, choices.LEAD_SOURCES, missing=0.5),
        "Birthdate": draw.days(-20_000, -6_600, missing=0.7),
        "Description": _descriptions(draw),
        "Jazyky__c": draw.pick(
            (*choices.LANGUAGES, "čeština;angličtina", "čeština;němčina;angličtina", "čeština;slovenština"), missing=0.4
        ),
        "VIP__c": draw.flags(0.05),
        "Body__c": points,
        "Poznamka__c": notes,
        "Cislo_zakaznika__c": draw.with_gaps([f"Z{number:08d}" for number in (draw.ordinals + 1).tolist()], 0.3),
        "Posledni_hovor__c": calls,
    }


def lead_columns(draw: Draw, world: World) -> Columns:
    """People who are not customers yet; some were converted."""
    companies = draw.pick(world.pools.companies)
    draw.overlay(companies, every=23, offset=9, values=awkward_values.COMPANIES)
    statuses = draw.pick(lead.STATUSES)
    converted = [int(status == "Closed - Converted") for status in statuses]
    return {
        **_addresses(draw, world, ""),
        **person_columns(draw, world.pools),
        "Company": companies,
        "Status": statuses,
        "IsConverted": converted,
        "ConvertedDate": [day if yes else None for day, yes in zip(draw.days(0, 1_200), converted, strict=True)],
        "LeadSource": _choices(draw, choices.LEAD_SOURCES, missing=0.2),
        "Industry": draw.pick(account.INDUSTRIES, missing=0.4),
        "Rating": draw.pick(account.RATINGS, missing=0.6),
        "AnnualRevenue": draw.numbers(0, 1e8, missing=0.6),
        "NumberOfEmployees": draw.whole(0, 500, missing=0.5),
        "Description": _descriptions(draw),
    }


def opportunity_columns(draw: Draw, world: World) -> Columns:
    """Possible sales to those companies."""
    stages = draw.pick(opportunity.STAGES)
    amounts = draw.numbers(1_000, 2_000_000, 2, missing=0.1)
    draw.overlay(amounts, every=29, offset=6, values=awkward_values.AMOUNTS)
    closes = draw.days(0, 1_500)
    draw.overlay(closes, every=97, offset=12, values=awkward_values.DAYS)
    names = [f"{trade} {number}" for trade, number in zip(draw.pick(DEPARTMENTS), draw.ordinals.tolist(), strict=True)]
    draw.overlay(names, every=43, offset=21, values=("__", "N" * 120, 'Zakázka "léto", 2. část', "Obnova 😀", "=1+1"))
    return {
        "AccountId": world.lookup(draw, "Account", "001", 0.05),
        "ContactId": world.lookup(draw, "Contact", "003", 0.5),
        "Name": names,
        "StageName": stages,
        "IsClosed": [int(stage.startswith("Closed")) for stage in stages],
        "IsWon": [int(stage == "Closed Won") for stage in stages],
        "Amount": amounts,
        "Probability": draw.pick((0.0, 10.0, 20.0, 50.0, 75.0, 90.0, 100.0)),
        "CloseDate": closes,
        "Type": draw.pick(opportunity.TYPES, missing=0.3),
        "LeadSource": _choices(draw, choices.LEAD_SOURCES, missing=0.4),
        "NextStep": draw.pick(("Zavolat", "Poslat nabídku", "Schůzka\nv Praze"), missing=0.6),
        "Description": _descriptions(draw),
    }


def smlouva_columns(draw: Draw, world: World) -> Columns:
    """Contracts of companies and of their people."""
    payments = draw.numbers(0, 90_000, 2, missing=0.05)
    draw.overlay(payments, every=19, offset=3, values=awkward_values.AMOUNTS)
    ends = draw.days(1_000, 1_490, missing=0.4)
    draw.overlay(ends, every=47, offset=8, values=awkward_values.DAYS)
    signed = draw.moments(missing=0.3)
    draw.overlay(signed, every=11, offset=1, values=awkward_values.EDGES)
    numbers = (draw.ordinals + 1).tolist()
    states = draw.pick(smlouva.STATES, missing=0.05)
    draw.overlay(states, every=53, offset=15, values=("Zrušená (starý stav)", awkward_values.STRANGE_CHOICE))
    return {
        "Name": [f"S-{number:07d}" for number in numbers],
        "Ucet__c": world.lookup(draw, "Account", "001", 0.04),
        "Kontakt__c": world.lookup(draw, "Contact", "003", 0.2),
        "Kod__c": [f"SML-{2023 + number % 4}-{number:06d}" for number in numbers],
        "Stav__c": states,
        "Sluzby__c": draw.pick((*smlouva.SERVICES, "Telefonie;E-mail;SMS", "CRM;Telefonie"), missing=0.2),
        "Mesicni_platba__c": payments,
        "Pocet_licenci__c": draw.numbers(0, 300, missing=0.2),
        "Sleva__c": draw.numbers(0, 40, missing=0.6),
        "Koeficient__c": draw.numbers(-1, 1, 6, missing=0.4),
        "Platnost_od__c": draw.days(0, 1_000),
        "Platnost_do__c": ends,
        "Podepsano__c": signed,
        "Automaticke_prodlouzeni__c": draw.flags(0.5),
        "Fakturacni_email__c": draw.with_gaps([f"Faktury{number}@labe.example" for number in numbers], 0.3),
        "Dispecink__c": draw.pick(world.pools.phones, missing=0.5),
        "Podminky__c": _descriptions(draw),
        "Shrnuti__c": draw.pick(awkward_values.RICH_TEXTS, missing=0.7),
    }


def campaign_columns(draw: Draw, _: World) -> Columns:
    """Campaigns by phone and by other ways."""
    return {
        "Name": [f"Kampaň {number}" for number in (draw.ordinals + 1).tolist()],
        "Type": draw.pick(campaign.TYPES),
        "Status": draw.pick(campaign.STATUSES),
        "StartDate": draw.days(1_000, 1_200),
        "EndDate": draw.days(1_200, 1_490),
        "IsActive": [int(number % 3 != 2) for number in draw.ordinals.tolist()],
        "Description": _descriptions(draw),
    }


def member_columns(draw: Draw, world: World) -> Columns:
    """Contacts and leads in these campaigns: two of three members are contacts."""
    contacts = world.lookup(draw, "Contact", "003", 0.0)
    leads = world.lookup(draw, "Lead", "00Q", 0.0)
    ordinals = draw.ordinals.tolist()
    responded = draw.flags(0.2)
    return {
        "CampaignId": record_ids("701", draw.ordinals % max(1, world.counts["Campaign"]) + 1),
        "ContactId": [each if number % 3 else None for number, each in zip(ordinals, contacts, strict=True)],
        "LeadId": [None if number % 3 else each for number, each in zip(ordinals, leads, strict=True)],
        "Status": [campaign.MEMBER_STATUSES[each] for each in responded],
        "HasResponded": responded,
        "FirstRespondedDate": [
            day if each else None for day, each in zip(draw.days(1_000, 1_200), responded, strict=True)
        ],
    }


GENERATORS: dict[str, Callable[[Draw, World], Columns]] = {
    "Account": account_columns,
    "Contact": contact_columns,
    "Lead": lead_columns,
    "Opportunity": opportunity_columns,
    "Smlouva__c": smlouva_columns,
    "Campaign": campaign_columns,
    "CampaignMember": member_columns,
}


def _addresses(draw: Draw, world: World, prefix: str) -> Columns:
    pools = world.pools
    return {
        f"{prefix}Street": draw.pick(pools.streets, missing=0.2),
        f"{prefix}City": draw.pick(pools.cities, missing=0.1),
        f"{prefix}PostalCode": draw.pick(pools.postcodes, missing=0.2),
        f"{prefix}Country": draw.pick(("Česko", "Czech Republic", "CZ", "Slovensko"), missing=0.3),
    }


def _descriptions(draw: Draw) -> Column:
    column: Column = [None] * draw.count
    draw.overlay(column, every=7, offset=3, values=awkward_values.TEXTS)
    draw.overlay(column, every=211, offset=60, values=(awkward_values.LONG_TEXT * 30,))
    draw.overlay(column, every=LONG_EVERY, offset=42, values=((awkward_values.LONG_TEXT * 600)[:32_000],))
    return column


def _choices(draw: Draw, values: tuple[str, ...], *, missing: float) -> Column:
    column = draw.pick(values, missing=missing)
    draw.overlay(column, every=83, offset=33, values=(awkward_values.STRANGE_CHOICE,))
    return column
