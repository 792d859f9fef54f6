"""``python -m sandbox --home DIR``: a Salesforce org and a Daktela instance on this machine, over TLS."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from sandbox.certificates import create_authority
from sandbox.profile import Profile, find_profile, read_profile
from sandbox.salesforce.seed.sizes import Size
from sandbox.server import HOST, PUBLIC_HOST
from sandbox.switch_list import switch_list
from sandbox.testing import Sandbox, start_sandbox

SIZES: dict[str, Size] = {"tiny": "tiny", "small": "small", "medium": "medium", "large": "large"}
PARENT_CHECK_SECONDS = 0.5
STOPPING = (signal.SIGINT, signal.SIGTERM)


def _list_switches(asked: bool) -> None:
    if asked:
        typer.echo(switch_list())
        raise typer.Exit


Home: TypeAlias = Annotated[Path, typer.Option(help="Folder for ca.pem, the keys and sandbox.json.")]
SizeOption: TypeAlias = Annotated[str, typer.Option(help="tiny, small, medium, large, or a number of contacts.")]
Seed: TypeAlias = Annotated[int, typer.Option(help="The same seed gives the same records.")]
Port: TypeAlias = Annotated[int, typer.Option(help="0 takes any free port.")]
Only: TypeAlias = Annotated[str | None, typer.Option(help="Start one side: salesforce or daktela.")]
ProfileOption: TypeAlias = Annotated[
    str | None, typer.Option(help="A ready profile's name, or a YAML or JSON file of switches per side.")
]
EmptyDaktela: TypeAlias = Annotated[bool, typer.Option(help="Daktela starts without contacts and accounts.")]
Switches: TypeAlias = Annotated[
    bool, typer.Option("--list-switches", help="Print all switches and stop.", callback=_list_switches)
]
Name: TypeAlias = Annotated[str, typer.Option(help="This machine's name for clients elsewhere.")]
Listen: TypeAlias = Annotated[str, typer.Option(help="The address to listen on.")]
AuthorityOnly: TypeAlias = Annotated[bool, typer.Option(help="Make certificates in DIR, and stop.")]
FollowParent: TypeAlias = Annotated[bool, typer.Option(help="Stop when the process that started this one ends.")]


def main(
    home: Home = Path(".sandbox"),
    size: SizeOption = "small",
    seed: Seed = 1,
    salesforce_port: Port = 0,
    daktela_port: Port = 0,
    only: Only = None,
    profile: ProfileOption = None,
    empty_daktela: EmptyDaktela = False,
    _switches: Switches = False,
    name: Name = PUBLIC_HOST,
    listen: Listen = HOST,
    authority_only: AuthorityOnly = False,
    follow_parent: FollowParent = False,
) -> None:
    """Serve until SIGINT or SIGTERM; DIR/sandbox.json holds addresses and credentials as soon as both sides listen."""
    if authority_only:
        typer.echo(create_authority(home, name).ca)
        return
    parent = os.getppid()
    stopped = _exit_on_signals()
    with _problems_told():
        context = start_sandbox(
            home,
            size=_size(size),
            seed=seed,
            only=only,
            salesforce_port=salesforce_port,
            daktela_port=daktela_port,
            profile=Profile() if profile is None else read_profile(find_profile(profile)),
            empty_daktela=empty_daktela,
            name=name,
            listen=listen,
        )
        with context as sandbox:
            _serve(home, sandbox, parent if follow_parent else None, stopped)


@contextmanager
def _problems_told() -> Iterator[None]:
    """End with code 2 after a line about what cannot be used."""
    try:
        yield
    except (ValueError, OSError) as problem:
        typer.echo(f"sandbox: {problem}", err=True)
        raise typer.Exit(2) from problem


def _exit_on_signals() -> Callable[[], bool]:
    """End by an exception, also while the records are still being made, so that every temporary file is deleted.

    Python drops an exception that is raised within a callback or a destructor; what is returned says whether a signal
    has come all the same.
    """
    came: list[int] = []

    def leave(number_of_signal: int, _frame: object) -> None:
        came.append(number_of_signal)
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        sys.exit()

    for number in STOPPING:
        signal.signal(number, leave)
    return lambda: bool(came)


def _serve(home: Path, sandbox: Sandbox, parent: int | None, stopped: Callable[[], bool]) -> None:
    """Wait for a signal, or for the end of the process ``parent`` if one is given."""
    described = home / "sandbox.json"
    try:
        _write(described, {**sandbox.description(), "pid": os.getpid()})
        for name, url in (("Salesforce", sandbox.salesforce_url), ("Daktela", sandbox.daktela_url)):
            if url:
                typer.echo(f"{name:<10} {url}   (look inside: {url}/__sandbox__/)")
        typer.echo(f"Trust      {sandbox.ca}\nDetails    {described}")
        while parent in (None, os.getppid()) and not stopped():
            time.sleep(PARENT_CHECK_SECONDS)
    finally:
        described.unlink(missing_ok=True)
        _draft_of(described).unlink(missing_ok=True)


def _size(text: str) -> Size | int:
    if text.isdecimal():
        return int(text)
    if text not in SIZES:
        raise ValueError(f"--size: expected {', '.join(SIZES)} or a number, got {text!r}")
    return SIZES[text]


def _write(path: Path, content: object) -> None:
    """Write the file completely or not at all, readable by its owner only: it holds the sandbox's passwords."""
    draft = _draft_of(path)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
    draft.replace(path)


def _draft_of(path: Path) -> Path:
    return path.with_suffix(".part")


if __name__ == "__main__":
    typer.run(main)
