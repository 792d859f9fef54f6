"""The pools of custom fields, and the forms that show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """One field of the pool. ``items`` are value -> title; ``forms`` are models, or ``model/database-or-type``."""

    name: str
    title: str
    type: str = "TEXT"
    multiple: bool = False
    pattern: str = ""
    items: Mapping[str, str] | None = None
    forms: tuple[str, ...] = ()


_INDUSTRIES = {
    "bank": "Bankovnictví",
    "technology": "Technologie",
    "energy": "Energetika",
    "healthcare": "Zdravotnictví",
    "manufacturing": "Výroba",
    "retail": "Obchod",
    "education": "Vzdělávání",
    "other": "Jiné",
}
_LANGUAGES = {"cs": "Čeština", "sk": "Slovenština", "en": "Angličtina", "de": "Němčina", "pl": "Polština"}
_SOURCES = {
    "web": "Web",
    "phone": "Telefonická poptávka",
    "partner": "Partner",
    "purchased_list": "Zakoupený seznam",
    "event": "Akce",
    "other": "Jiné",
}
_PEOPLE = ("contacts", "accounts")
_EVERYWHERE = ("contacts", "accounts", "crmRecords")

POOL: tuple[CustomField, ...] = (
    CustomField(name="number", title="Telefon", type="PHONE", multiple=True, forms=_PEOPLE),
    CustomField(name="address", title="Adresa", type="ADDRESS", forms=_PEOPLE),
    CustomField(name="email", title="Email", type="EMAIL", multiple=True, forms=_PEOPLE),
    CustomField(name="note", title="Poznámka", type="TEXTAREA", forms=_EVERYWHERE),
    CustomField(name="salesforce_url", title="Odkaz do Salesforce", type="URL", forms=_EVERYWHERE),
    CustomField(name="salesforce_removed", title="Smazáno v Salesforce", type="CHECKBOX", forms=_EVERYWHERE),
    CustomField(name="industry", title="Odvětví", type="SELECTBOX", items=_INDUSTRIES, forms=_PEOPLE),
    CustomField(name="job_title", title="Pracovní pozice", forms=("contacts",)),
    CustomField(name="department", title="Oddělení", forms=("contacts",)),
    CustomField(
        name="languages",
        title="Jazyky",
        type="MULTISELECTBOX",
        multiple=True,
        items=_LANGUAGES,
        forms=("contacts",),
    ),
    CustomField(name="birthday", title="Datum narození", type="DATE", forms=("contacts",)),
    CustomField(name="last_activity", title="Poslední aktivita", type="DATETIME", forms=_PEOPLE),
    CustomField(name="best_time", title="Kdy volat", type="TIME", forms=("contacts/sales",)),
    CustomField(name="vip", title="VIP", type="CHECKBOX", forms=_PEOPLE),
    CustomField(
        name="salutation", title="Oslovení", type="RADIO", items={"mr": "Pan", "ms": "Paní"}, forms=("contacts",)
    ),
    CustomField(name="website", title="Web", type="URL", forms=("accounts",)),
    CustomField(name="ico", title="IČO", pattern=r"\d{8}", forms=("accounts",)),
    CustomField(name="annual_revenue", title="Roční obrat", forms=("accounts",)),
    CustomField(name="employees", title="Počet zaměstnanců", forms=("accounts",)),
    CustomField(
        name="rating",
        title="Hodnocení",
        type="SELECTBOX",
        items={"hot": "Horký", "warm": "Vlažný", "cold": "Studený"},
        forms=("accounts",),
    ),
    CustomField(name="support_level", title="Úroveň podpory", forms=("contacts/support", "accounts/support")),
    CustomField(name="amount", title="Částka", forms=("crmRecords",)),
    CustomField(name="currency", title="Měna", forms=("crmRecords",)),
    CustomField(name="close_date", title="Datum uzavření", type="DATE", forms=("crmRecords",)),
    CustomField(name="probability", title="Pravděpodobnost", forms=("crmRecords",)),
    CustomField(name="lead_source", title="Zdroj", type="SELECTBOX", items=_SOURCES, forms=("contacts", "crmRecords")),
    CustomField(name="contract_number", title="Číslo smlouvy", forms=("crmRecords/smlouva",)),
    CustomField(name="details", title="Podrobnosti", type="HTML", forms=_EVERYWHERE),
    CustomField(name="complaint_code", title="Kód reklamace"),
)
_LISTS = ("campaignsRecords",)
CAMPAIGN_POOL: tuple[CustomField, ...] = (
    CustomField(name="number", title="Volané číslo", type="PHONE", multiple=True, forms=_LISTS),
    CustomField(name="customer", title="Zákazník", forms=_LISTS),
    CustomField(name="company", title="Firma", forms=_LISTS),
    CustomField(name="campaign", title="Kampaň", forms=_LISTS),
    CustomField(name="salesforce_url", title="Odkaz do Salesforce", type="URL", forms=_LISTS),
    CustomField(name="member_status", title="Stav v kampani", forms=_LISTS),
    CustomField(
        name="offer",
        title="Nabídka",
        type="SELECTBOX",
        items={"renewal": "Prodloužení", "upgrade": "Rozšíření"},
        forms=("campaignsRecords/renewals",),
    ),
)
"""Fields of campaign records have a pool of their own: names that both have are different fields."""
POOLS: Mapping[str, tuple[CustomField, ...]] = {"formCrmFields": POOL, "formFields": CAMPAIGN_POOL}


def form(model: str, place: str, *, removed: str = "") -> dict[str, CustomField]:
    """Return the custom fields on the form of one model in one database, or of one type of CRM record.

    The field called ``removed`` is left out.
    """
    pool = CAMPAIGN_POOL if model in _LISTS else POOL
    placed = [field for field in pool if model in field.forms or f"{model}/{place}" in field.forms]
    return {field.name: field for field in placed if field.name != removed}


def scheme_entry(field: CustomField, *, full: bool) -> dict[str, object]:
    """Return the field as in ``_sys.cfScheme``: ``full`` is the layout of 2026, else it is that of 2022."""
    entry: dict[str, object] = {"type": field.type, "title": field.title, "hidden": False, "readonly": False}
    if full:
        entry |= {"readonly_in_activity": False, "readonly_in_update": False}
        entry |= {"multiple": field.multiple, "show_in_incoming": False}
        if field.items is not None:
            entry["items"] = [{"name": value, "title": title, "value": value} for value, title in field.items.items()]
    return entry
