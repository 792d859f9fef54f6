"""The sandbox's private certificate authority, created once per folder; clients trust it by its ``ca.pem``."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme

HOST_NAMES = ("localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """``ca`` is the PEM file to trust; ``server_context`` is the TLS side of both servers."""

    ca: Path
    server_context: ssl.SSLContext


def create_authority(home: Path, name: str = HOST_NAMES[0]) -> Authority:
    """Return the authority of the folder ``home``; missing files are created: ``ca.pem`` and key files (mode 0600).

    The servers' certificate holds for this machine and for ``name``. A folder keeps its authority, so existing clients
    still trust the sandbox after a restart.
    """
    home.mkdir(parents=True, exist_ok=True)
    ca, ca_key = home / "ca.pem", home / "ca-key.pem"
    server = home / ("server.pem" if name in HOST_NAMES else f"server-{name}.pem")
    if not (ca.exists() and ca_key.exists()):
        authority = trustme.CA(organization_name="Salesforce and Daktela sandbox")
        _write(ca, authority.cert_pem.bytes(), mode=0o644)
        _write(ca_key, authority.private_key_pem.bytes(), mode=0o600)
        server.unlink(missing_ok=True)
    if not server.exists():
        authority = trustme.CA.from_pem(ca.read_bytes(), ca_key.read_bytes())
        names = dict.fromkeys((*HOST_NAMES, name))
        _write(server, authority.issue_cert(*names).private_key_and_cert_chain_pem.bytes(), mode=0o600)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    return Authority(ca=ca, server_context=context)


def _write(path: Path, content: bytes, *, mode: int) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
