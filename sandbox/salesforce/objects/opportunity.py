"""Opportunity: possible sales."""

from __future__ import annotations

from sandbox.salesforce.fields import (
    SObject,
    area,
    boolean,
    currency,
    date,
    double,
    integer,
    moment,
    percent,
    picklist,
    reference,
    system_fields,
    text,
)
from sandbox.salesforce.objects.choices import LEAD_SOURCES

STAGES = (
    "Prospecting", "Qualification", "Needs Analysis", "Value Proposition", "Proposal/Price Quote",
    "Negotiation/Review", "Closed Won", "Closed Lost",
)  # fmt: skip
TYPES = ("Existing Customer - Upgrade", "Existing Customer - Replacement", "New Customer")
FORECASTS = ("Omitted", "Pipeline", "BestCase", "Forecast", "Closed")

OPPORTUNITY = SObject(
    name="Opportunity",
    label="Opportunity",
    plural="Opportunities",
    key_prefix="006",
    fields=(
        *system_fields("Opportunity"),
        reference("AccountId", "Account ID", "Account"),
        boolean("IsPrivate", "Private"),
        text("Name", "Name", 120, name_field=True, nillable=False),
        area("Description", "Description"),
        picklist("StageName", "Stage", STAGES, nillable=False),
        currency("Amount", "Amount"),
        percent("Probability", "Probability (%)"),
        currency("ExpectedRevenue", "Expected Amount", sql='{t}."Amount" * {t}."Probability" / 100.0', writable=False),
        double("TotalOpportunityQuantity", "Quantity", 18, 2),
        date("CloseDate", "Close Date", nillable=False),
        picklist("Type", "Opportunity Type", TYPES),
        text("NextStep", "Next Step", 255),
        picklist("LeadSource", "Lead Source", LEAD_SOURCES),
        boolean("IsClosed", "Closed", writable=False),
        boolean("IsWon", "Won", writable=False),
        picklist("ForecastCategory", "Forecast Category", FORECASTS, writable=False),
        picklist("ForecastCategoryName", "Forecast Category", FORECASTS),
        boolean("HasOpportunityLineItem", "Has Line Item", writable=False),
        reference("ContactId", "Contact ID", "Contact"),
        integer("FiscalYear", "Fiscal Year"),
        integer("FiscalQuarter", "Fiscal Quarter"),
        date("LastActivityDate", "Last Activity", writable=False),
        moment("LastViewedDate", "Last Viewed Date", writable=False),
        moment("LastReferencedDate", "Last Referenced Date", writable=False),
    ),
)
