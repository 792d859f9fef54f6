"""The launcher: certificates, sandbox.json, profiles, signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.certificates import create_authority
from sandbox.common_customers import COMMON_CUSTOMERS, common_customers
from sandbox.profile import Profile, ProfileError, read_profile
from sandbox.testing import start_sandbox

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 20.0
AUTHORITY = {"ca.pem", "ca-key.pem", "server.pem"}


def fetch(url: str, ca: Path | str, **headers: str) -> requests.Response:
    """Read one address, trusting only the sandbox's authority."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, verify=str(ca), headers=headers, timeout=10)


@contextmanager
def launched(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run the launcher until the block ends, giving its process and what sandbox.json holds."""
    with launching(home, "--size", "tiny", *options) as process:
        yield process, described(process, home / "sandbox.json")


@contextmanager
def launching(
    home: Path, *options: str, temporary: Path | None = None, stdout: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[str]]:
    """Run the launcher until the block ends, without waiting for it; its temporary files go to ``temporary``."""
    command = [sys.executable, "-m", "sandbox", "--home", str(home), *options]
    environment = {**os.environ, **({} if temporary is None else {"TMPDIR": str(temporary)})}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stdout, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=10)


def described(process: subprocess.Popen[str], path: Path) -> dict[str, Any]:
    """Wait for sandbox.json."""
    late = time.monotonic() + START_SECONDS
    while not path.exists():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < late
        pause(process)
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def pause(process: subprocess.Popen[str], seconds: float = 0.02) -> None:
    """Wait a moment, or less if the process ends."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return


def run(*options: str) -> subprocess.CompletedProcess[str]:
    """Run a launcher that is expected to fail."""
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *options], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )


def test_sandbox_json_holds_all_a_client_needs(tmp_path: Path) -> None:
    """sandbox.json gives addresses, credentials and the authority; a client that trusts it gets in."""
    with launched(tmp_path) as (process, details):
        daktela, salesforce = details["daktela"], details["salesforce"]
        assert set(daktela) == {"url", "token", "database", "timezone"}
        assert set(salesforce) >= {"url", "username", "password", "security_token", "consumer_key", "consumer_secret"}
        assert details["pid"] == process.pid
        reply = fetch(f"{daktela['url']}/api/v6/whoim.json", details["ca"], **{"X-AUTH-TOKEN": daktela["token"]})
        assert reply.json()["result"]["user"]["name"] == "integrace"
        by_address = daktela["url"].replace("localhost", "127.0.0.1")
        assert fetch(f"{by_address}/api/v6/users.json", details["ca"]).status_code == 401


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    """The exit code is 0, and sandbox.json is deleted."""
    with launched(tmp_path, "--only", "daktela") as (process, _):
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        assert not (tmp_path / "sandbox.json").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_sandbox_leaves_nothing_but_its_authority(tmp_path: Path, number: signal.Signals) -> None:
    """Neither in its own folder nor in the system's temporary one."""
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    temporary.mkdir()
    with launching(home, "--size", "tiny", temporary=temporary) as process:
        described(process, home / "sandbox.json")
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    assert left_in(home, temporary) == AUTHORITY


def test_a_signal_before_the_addresses_are_told_leaves_nothing_either(tmp_path: Path) -> None:
    """A pipe that is full holds the launcher where sandbox.json is there and nothing is printed."""
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    temporary.mkdir()
    with full_pipe() as (drain, full), launching(home, "--size", "tiny", temporary=temporary, stdout=full) as process:
        described(process, home / "sandbox.json")
        process.send_signal(signal.SIGTERM)
        pause(process, 0.5)
        os.read(drain, 1 << 20)
        assert process.wait(timeout=10) == 0
    assert left_in(home, temporary) == AUTHORITY


@contextmanager
def full_pipe() -> Iterator[tuple[int, int]]:
    """Both ends of a pipe that takes nothing until it is read."""
    drain, full = os.pipe()
    try:
        os.set_blocking(full, False)
        with suppress(BlockingIOError):
            while True:
                os.write(full, b"." * 4096)
        os.set_blocking(full, True)
        yield drain, full
    finally:
        os.close(drain)
        os.close(full)


def test_a_sandbox_stopped_while_it_makes_its_records_leaves_nothing_either(tmp_path: Path) -> None:
    """It does not finish them first, which takes minutes at the largest size."""
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    temporary.mkdir()
    with launching(home, "--size", "large", temporary=temporary) as process:
        while not list(home.glob("salesforce-sandbox-*/*")):
            assert process.poll() is None
            pause(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=40) == 0
    assert left_in(home, temporary) == AUTHORITY


def left_in(*folders: Path) -> set[str]:
    """Return the names of what is in the folders."""
    return {path.name for folder in folders for path in folder.iterdir()}


def test_with_follow_parent_it_ends_after_its_parent(tmp_path: Path) -> None:
    """With --follow-parent it ends soon after the process that started it."""
    script = (
        "import subprocess, sys, pathlib, time\n"
        f"subprocess.Popen([sys.executable, '-m', 'sandbox', '--home', {str(tmp_path)!r}, '--only', 'daktela',"
        " '--follow-parent'], stdout=subprocess.DEVNULL)\n"
        f"path = pathlib.Path({str(tmp_path / 'sandbox.json')!r})\n"
        "while not path.exists(): time.sleep(0.02)\n"
        "print(path.read_text())\n"
    )
    parent = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=20, check=True
    )
    # The launcher holds the error pipe as well, so the run above ended with the launcher, not with its parent.
    assert json.loads(parent.stdout)["daktela"]
    assert not (tmp_path / "sandbox.json").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--size", "huge"), "--size: expected tiny, small, medium, large or a number, got 'huge'"),
        (("--only", "elsewhere"), "only: expected one of salesforce, daktela, got 'elsewhere'"),
    ],
)
def test_a_wrong_option_is_refused_with_what_is_allowed(tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    """Exit code 2 and one line."""
    refused = run("--home", str(tmp_path), *options)
    assert (refused.returncode, refused.stderr) == (2, f"sandbox: {message}\n")


def test_keys_are_for_their_owner_and_the_authority_is_kept(tmp_path: Path) -> None:
    """Key files have mode 0600; a second start uses the same authority."""
    first = create_authority(tmp_path).ca.read_bytes()
    assert create_authority(tmp_path).ca.read_bytes() == first
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"ca.pem": 0o644, "ca-key.pem": 0o600, "server.pem": 0o600}


def test_a_client_that_does_not_trust_the_authority_cannot_connect(tmp_path: Path) -> None:
    """The certificate is checked for real."""
    other = create_authority(tmp_path / "other")
    with start_sandbox(tmp_path / "home", only="daktela") as sandbox, pytest.raises(requests.exceptions.SSLError):
        fetch(sandbox.daktela_url, other.ca)


def test_a_profile_sets_the_switches_at_start(tmp_path: Path) -> None:
    """A YAML file turns switches of either side."""
    path = tmp_path / "profile.yaml"
    text = "daktela: {total: string, put_mode: replacing}\nsalesforce: {page_rows: 7}\n"
    path.write_text(text, encoding="utf-8")
    with start_sandbox(tmp_path / "home", profile=read_profile(path)) as sandbox:
        assert sandbox.salesforce.switches.page_rows == 7
        assert sandbox.daktela.switches.total == "string"
        assert sandbox.daktela.switches.put_mode == "replacing"


def test_a_few_people_are_known_on_both_sides(tmp_path: Path) -> None:
    """Daktela has contacts with the e-mail of a Salesforce contact, so that a first run adopts; empty, it has none."""
    with start_sandbox(tmp_path) as sandbox:
        shared = common_customers(sandbox.salesforce)
        held = {email for record in sandbox.daktela.records("contacts") for email in record.custom.get("email", ())}
        assert len(shared) == COMMON_CUSTOMERS
        assert {person.email for person in shared} <= held
    with start_sandbox(tmp_path, empty_daktela=True) as sandbox:
        assert (sandbox.daktela.count("contacts"), sandbox.daktela.count("users")) == (0, 7)


def test_a_profile_with_an_unknown_switch_does_not_start(tmp_path: Path) -> None:
    """The message offers the nearest switch."""
    path = tmp_path / "profile.json"
    path.write_text('{"daktela": {"put_mod": "partial"}}', encoding="utf-8")
    refused = run("--home", str(tmp_path), "--only", "daktela", "--profile", str(path))
    expected = "sandbox: no switch is called `put_mod`: did you mean `put_mode`?\n"
    assert (refused.returncode, refused.stderr) == (2, expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("elsewhere: {}", "expected a map with the keys salesforce and daktela and no other"),
        ("daktela: 1", "daktela: expected a map of switches"),
        ("{", "is neither YAML nor JSON"),
        (None, "cannot be read"),
    ],
    ids=["unknown side", "no map", "no yaml", "no file"],
)
def test_an_invalid_profile_is_refused(tmp_path: Path, text: str | None, message: str) -> None:
    """Every message begins with the file."""
    path = tmp_path / "profile.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match=message) as refused:
        read_profile(path)
    assert str(refused.value).startswith(str(path))


def test_an_empty_profile_changes_nothing(tmp_path: Path) -> None:
    """An empty file is a profile without settings."""
    path = tmp_path / "profile.yaml"
    path.write_text("", encoding="utf-8")
    assert read_profile(path) == Profile()
