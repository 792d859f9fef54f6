"""Common columns of contacts and leads: names that agree in gender, e-mails made of them, phones."""

from __future__ import annotations

from sandbox.salesforce.seed import awkward_values
from sandbox.salesforce.seed.draw import Column, Draw
from sandbox.salesforce.seed.pools import DOMAINS, TITLES, Pools, ascii_name, pool

UNMAPPABLE_EVERY = 400
"""Three of this many people cannot be mapped, because of one e-mail and two phones: less than 1 %."""


def person_columns(draw: Draw, pools: Pools) -> dict[str, Column]:
    """Return names, e-mail, phones and title of a batch of people."""
    first, last, mails = _names(draw, pools)
    phones = draw.pick(pools.phones, missing=0.15)
    columns = {
        "FirstName": first,
        "LastName": last,
        "Email": mails,
        "Salutation": draw.pick(("Mr.", "Ms.", "Dr."), missing=0.7),
        "Phone": phones,
        "MobilePhone": draw.pick(pools.phones, missing=0.4),
        "Title": draw.pick(TITLES, missing=0.3),
        "DoNotCall": draw.flags(0.03),
        "HasOptedOutOfEmail": draw.flags(0.08),
    }
    draw.overlay(columns["FirstName"], every=29, offset=11, values=(None, "Jiří  Karel", "J.", "ŽOFIE", "émile"))
    draw.overlay(columns["LastName"], every=41, offset=17, values=awkward_values.LAST_NAMES)
    draw.overlay(columns["Email"], every=37, offset=5, values=awkward_values.ODD_EMAILS)
    draw.overlay(columns["Email"], every=UNMAPPABLE_EVERY, offset=113, values=awkward_values.BAD_EMAILS)
    draw.overlay(columns["Phone"], every=UNMAPPABLE_EVERY, offset=213, values=awkward_values.BAD_PHONES)
    draw.overlay(columns["MobilePhone"], every=UNMAPPABLE_EVERY, offset=313, values=awkward_values.BAD_PHONES)
    return columns


def _names(draw: Draw, pools: Pools) -> tuple[Column, Column, Column]:
    women = draw.flags(0.5)
    firsts = [draw.pick(each) for each in pools.first_names]
    lasts = [draw.pick(each) for each in pools.last_names]
    first = [pair[woman] for woman, *pair in zip(women, *firsts, strict=True)]
    last = [pair[woman] for woman, *pair in zip(women, *lasts, strict=True)]
    plain = {name: ascii_name(name) for name in {*first, *last}}
    mails: Column = [
        f"{plain[given]}.{plain[family]}{number}@{domain}"
        for given, family, number, domain in zip(
            first, last, draw.ordinals.tolist(), draw.pick(pool(DOMAINS)), strict=True
        )
    ]
    return first, last, draw.with_gaps(mails, 0.12)
