"""Values of picklists that several objects have."""

from __future__ import annotations

LEAD_SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")
LANGUAGES = ("čeština", "slovenština", "angličtina", "němčina", "ukrajinština")
