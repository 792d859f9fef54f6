"""Which window a run reads, and about how many rows that will be."""

from __future__ import annotations

import logging
from datetime import datetime

from salesforce_daktela.salesforce.query import rest
from salesforce_daktela.salesforce.query.soql import fits_rest
from salesforce_daktela.steps.extract.reading import Reading
from salesforce_daktela.steps.run.fingerprint import still_holds, why_not
from salesforce_daktela.sync.window import Window
from salesforce_daktela.sync.window_plan import plan_window

log = logging.getLogger(__name__)


def choose_window(reading: Reading) -> Window | None:
    """The window of the run, None when it names records. Raises ConfigurationError for one in the future."""
    limits, now = reading.spec.limits, reading.run_facts.now
    watermark = _trusted_watermark(reading)
    return plan_window(reading.request, watermark=watermark, now=now, overlap=limits.overlap, lag=limits.lag)


def count_rows(reading: Reading, window: Window) -> int:
    """Ask Salesforce how many rows a window has; more than REST should read when it cannot tell in time."""
    soql = reading.count_soql(window)
    if not fits_rest(soql, reading.salesforce.longest_query):
        log.info("the filter is too long to be counted by REST: taken as a large window")
        return reading.spec.limits.bulk_above + 1
    try:
        return rest.count(reading.salesforce, soql)
    except rest.QueryTimeoutError:
        log.warning("counting took Salesforce too long: taken as a large window")
        return reading.spec.limits.bulk_above + 1


def _trusted_watermark(reading: Reading) -> datetime | None:
    """The watermark, or None when every record has to be read: after a change of the mapping, and on schedule."""
    name = reading.mapping.name
    if _due_for_reread(reading):
        log.info("%s: fields and filters that move no change stamp are due, so this run reads every record", name)
        return None
    known = reading.ledger.watermarks.fingerprint(*reading.scope)
    if known is None or still_holds(known, reading.fingerprint):
        return reading.ledger.watermarks.read(*reading.scope)
    if reading.request.reads_on:
        log.info("%s: this run reads every record, because %s", name, why_not(known, reading.fingerprint))
    return None


def _due_for_reread(reading: Reading) -> bool:
    """Formulas, roll-ups and parents' fields change without a new stamp on the record, and so may a filter's result."""
    pause, fields = reading.mapping.reread, reading.schema.fields.values()
    if not reading.request.reads_on or pause is None:
        return False
    if not reading.facts.filter_moves and not any(found.calculated or "." in found.path for found in fields):
        return False
    if reading.ledger.watermarks.read(*reading.scope) is None:
        return False
    last = reading.ledger.watermarks.reread_at(*reading.scope)
    return last is None or reading.run_facts.now - last >= pause
