"""Smlouva__c: the company's own object for contracts, with a field of every type that an admin can create."""

from __future__ import annotations

from sandbox.salesforce.fields import (
    SObject,
    area,
    boolean,
    currency,
    date,
    double,
    email,
    moment,
    multipicklist,
    percent,
    phone,
    picklist,
    reference,
    system_fields,
    text,
    url,
)

STATES = ("Návrh", "K podpisu", "Platná", "Vypovězená", "Ukončená")
SERVICES = ("Telefonie", "E-mail", "SMS", "Chat; web", "Chatbot", "CRM")
YEARLY = (
    "{t}.\"Mesicni_platba__c\" * 12.0 * (SELECT factor FROM formula_factor WHERE field = 'Smlouva__c.Rocni_hodnota__c')"
)
INDUSTRY = '(SELECT a."Industry" FROM "Account" a WHERE a."Id" = {t}."Ucet__c")'

SMLOUVA = SObject(
    name="Smlouva__c",
    label="Smlouva",
    plural="Smlouvy",
    key_prefix="a0B",
    fields=(
        *system_fields("Record", owner=("Group", "User")),
        text("Name", "Číslo smlouvy", 80, name_field=True, auto_number=True, nillable=False, writable=False),
        date("LastActivityDate", "Last Activity Date", writable=False),
        moment("LastViewedDate", "Last Viewed Date", writable=False),
        moment("LastReferencedDate", "Last Referenced Date", writable=False),
        reference("Ucet__c", "Účet", "Account"),
        reference("Kontakt__c", "Kontakt", "Contact"),
        text("Kod__c", "Kód", 40, external_id=True),
        picklist("Stav__c", "Stav", STATES, inactive=("Zrušená (starý stav)",), restricted=True),
        multipicklist("Sluzby__c", "Služby", SERVICES),
        currency("Mesicni_platba__c", "Měsíční platba"),
        double("Pocet_licenci__c", "Počet licencí", 8),
        percent("Sleva__c", "Sleva"),
        double("Koeficient__c", "Koeficient", 18, 6),
        date("Platnost_od__c", "Platnost od"),
        date("Platnost_do__c", "Platnost do"),
        moment("Podepsano__c", "Podepsáno"),
        boolean("Automaticke_prodlouzeni__c", "Automatické prodloužení"),
        email("Fakturacni_email__c", "Fakturační e-mail"),
        phone("Dispecink__c", "Dispečink"),
        url("Dokument__c", "Dokument"),
        currency("Rocni_hodnota__c", "Roční hodnota", sql=YEARLY, formula="Mesicni_platba__c * 12", writable=False),
        text("Obor__c", "Obor", 1300, sql=INDUSTRY, formula="TEXT(Ucet__r.Industry)", writable=False),
        area("Podminky__c", "Podmínky", 131_072),
        area("Shrnuti__c", "Shrnutí", 32_768, html=True),
    ),
)
