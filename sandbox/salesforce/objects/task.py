"""Task: an activity that concerns a contact or a lead, and an account or a deal."""

from __future__ import annotations

from sandbox.salesforce.fields import SObject, area, boolean, date, picklist, reference, system_fields, text

TASK = SObject(
    name="Task",
    label="Task",
    plural="Tasks",
    key_prefix="00T",
    fields=(
        *system_fields("Activity"),
        reference("WhoId", "Name ID", "Contact", "Lead"),
        reference("WhatId", "Related To ID", "Account", "Opportunity"),
        text("Subject", "Subject", 255),
        date("ActivityDate", "Due Date Only"),
        picklist("Status", "Status", ("Not Started", "In Progress", "Completed")),
        picklist("Priority", "Priority", ("High", "Normal", "Low")),
        boolean("IsClosed", "Closed"),
        area("Description", "Description"),
    ),
)
