"""What the handlers of one application share."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.salesforce.cursors import Cursors
from sandbox.salesforce.jobs import Jobs
from sandbox.salesforce.org import Org
from sandbox.salesforce.sessions import Sessions

JOURNAL_LENGTH = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """``base_url`` is the org's own address without a trailing slash; ``journal`` the latest requests, oldest first."""

    org: Org
    base_url: str
    sessions: Sessions
    cursors: Cursors
    jobs: Jobs
    journal: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=JOURNAL_LENGTH))


SITE = web.AppKey("site", Site)
