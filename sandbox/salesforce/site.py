"""The state that the handlers of one application share."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.salesforce.cursors import Cursors
from sandbox.salesforce.jobs import Jobs
from sandbox.salesforce.org import Org
from sandbox.salesforce.sessions import Sessions
from sandbox.salesforce.user_activity import UserActivity

JOURNAL_LENGTH = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """``base_url`` is the org's own address without a trailing slash; ``journal`` the latest requests, oldest first.

    ``passed`` numbers the requests that faults may affect.
    """

    org: Org
    base_url: str
    sessions: Sessions
    cursors: Cursors
    jobs: Jobs
    activity: UserActivity
    journal: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=JOURNAL_LENGTH))
    passed: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def data_url(self) -> str:
        """The address for data calls: another name of this machine after the org has moved."""
        return self.base_url.replace("//localhost", "//127.0.0.1") if self.org.switches.moved else self.base_url


SITE = web.AppKey("site", Site)
