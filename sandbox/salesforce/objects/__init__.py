"""The sObjects of the org, parents before children."""

from __future__ import annotations

from sandbox.salesforce.fields import SObject
from sandbox.salesforce.objects.account import ACCOUNT
from sandbox.salesforce.objects.campaign import CAMPAIGN, CAMPAIGN_MEMBER
from sandbox.salesforce.objects.contact import CONTACT
from sandbox.salesforce.objects.lead import LEAD
from sandbox.salesforce.objects.opportunity import OPPORTUNITY
from sandbox.salesforce.objects.smlouva import SMLOUVA
from sandbox.salesforce.objects.task import TASK
from sandbox.salesforce.objects.unusual import CASE_STATUS, UNUSUAL
from sandbox.salesforce.objects.user import ORGANIZATION, USER

SOBJECTS: tuple[SObject, ...] = (
    ORGANIZATION,
    USER,
    CASE_STATUS,
    ACCOUNT,
    CONTACT,
    LEAD,
    OPPORTUNITY,
    SMLOUVA,
    TASK,
    CAMPAIGN,
    CAMPAIGN_MEMBER,
    *UNUSUAL,
)
BY_NAME = {each.name.lower(): each for each in SOBJECTS}
QUERYABLE = tuple(each for each in SOBJECTS if each.queryable)
"""The sObjects with rows."""
