"""The whole sandbox in this process: both servers in threads, over TLS."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.certificates import Authority, create_authority
from sandbox.common_customers import common_customers
from sandbox.daktela.app import create_app as create_daktela
from sandbox.daktela.instance import Instance
from sandbox.profile import SIDES, Profile
from sandbox.salesforce.app import create_app as create_salesforce
from sandbox.salesforce.org import Org
from sandbox.salesforce.seed.sizes import Size
from sandbox.server import HOST, PUBLIC_HOST, base_url, reserve_port, run_in_thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """Addresses for clients, and both sides' objects for tests. A side that was not started is None, its url empty."""

    ca: Path
    salesforce_url: str
    daktela_url: str
    org: Org | None
    instance: Instance | None

    @property
    def daktela(self) -> Instance:
        """The Daktela instance. Raises RuntimeError when only Salesforce was started."""
        if self.instance is None:
            raise RuntimeError("this sandbox was started without Daktela")
        return self.instance

    @property
    def salesforce(self) -> Org:
        """The Salesforce org. Raises RuntimeError when only Daktela was started."""
        if self.org is None:
            raise RuntimeError("this sandbox was started without Salesforce")
        return self.org

    def description(self) -> dict[str, Any]:
        """Return addresses and credentials as ``sandbox.json`` holds them."""
        described: dict[str, Any] = {"ca": str(self.ca)}
        if self.org is not None:
            described["salesforce"] = {"url": self.salesforce_url, **dataclasses.asdict(self.org.credentials)}
        if self.instance is not None:
            daktela = {"url": self.daktela_url, "token": self.instance.token, "database": "sales"}
            described["daktela"] = {**daktela, "timezone": self.instance.zone}
        return described


@contextmanager
def start_sandbox(
    home: Path,
    *,
    size: Size | int = "tiny",
    seed: int = 1,
    only: str | None = None,
    salesforce_port: int = 0,
    daktela_port: int = 0,
    profile: Profile | None = None,
    empty_daktela: bool = False,
    name: str = PUBLIC_HOST,
    listen: str = HOST,
) -> Iterator[Sandbox]:
    """Serve a seeded sandbox during the context; the folder ``home`` keeps the certificate authority.

    ``only`` is ``salesforce`` or ``daktela``; clients reach both sides under ``name``, on the address
    ``listen``. Raises OSError when a port is taken, ValueError for a bad profile.
    """
    if only is not None and only not in SIDES:
        raise ValueError(f"only: expected one of {', '.join(SIDES)}, got {only!r}")
    settings = profile or Profile()
    authority = create_authority(home, name)
    with ExitStack() as stack:
        org, salesforce_url = None, ""
        if only != "daktela":
            org, salesforce_url = _salesforce(stack, authority, size, seed, salesforce_port, settings, name, listen)
        instance, daktela_url = None, ""
        if only != "salesforce":
            known = common_customers(org) if org is not None else ()
            instance = Instance.create(seed=seed, known=known, empty=empty_daktela)
            stack.callback(instance.close)
            instance.switch(**settings.daktela)
            app = create_daktela(instance)
            bound = reserve_port(daktela_port, listen)
            daktela_url = stack.enter_context(run_in_thread(app, authority.server_context, bound, name))
        if org is not None and instance is not None:
            org.other_side, instance.other_side = daktela_url, salesforce_url
        yield Sandbox(
            ca=authority.ca, salesforce_url=salesforce_url, daktela_url=daktela_url, org=org, instance=instance
        )


def _salesforce(
    stack: ExitStack,
    authority: Authority,
    size: Size | int,
    seed: int,
    port: int,
    settings: Profile,
    name: str,
    listen: str,
) -> tuple[Org, str]:
    org = Org.create(size=size, seed=seed, home=authority.ca.parent)
    stack.callback(org.close)
    org.switch(**settings.salesforce)
    bound = reserve_port(port, listen)
    app = create_salesforce(org, base_url(bound, name))
    return org, stack.enter_context(run_in_thread(app, authority.server_context, bound, name))
