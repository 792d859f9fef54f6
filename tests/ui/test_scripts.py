"""The scripts of the pages: their logic in Node, their texts, and what comes from others."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from salesforce_daktela.ui.map_page.words import texts_of
from salesforce_daktela.ui.wording import Language, words_in

STATIC = Path(__file__).resolve().parents[2] / "plugins" / "salesforce_daktela" / "ui" / "static"
VENDOR = STATIC / "vendor"
TYPESCRIPT = "5.9.3"
TESTS = sorted(Path(__file__).with_name("js").glob("*.test.mjs"))
SAID = re.compile(r"""(?:say|button)\((?:[^()"`]*,\s*)?(?:"([a-zA-Z_.]+)"|`([a-zA-Z_.]+)\.\$\{)""")
TEXT_LIKE = re.compile(r'"([a-z][a-zA-Z]*(?:\.[a-zA-Z_]+)+)"')


def scripts() -> dict[str, str]:
    """The sources of the table's scripts."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((STATIC / "map").glob("*.js"))}


@pytest.mark.heavy
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_the_logic_of_the_scripts_does_what_its_tests_say(path: Path) -> None:
    """By Node's own runner, without a browser."""
    node = shutil.which("node")
    assert node, "Node is missing: scripts/install-system-packages"
    done = subprocess.run([node, "--test", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.heavy
def test_the_scripts_are_typed() -> None:
    """By JSDoc, checked by the TypeScript compiler, which npm fetches."""
    npm = shutil.which("npm")
    assert npm, "npm is missing: scripts/install-system-packages"
    config = Path(__file__).with_name("js") / "tsconfig.json"
    command = [npm, "exec", "--yes", f"--package=typescript@{TYPESCRIPT}", "--", "tsc", "--project", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


def test_every_text_that_a_script_says_is_declared() -> None:
    """A key that is missing would be shown as such."""
    texts = texts_of(words_in(Language.ENGLISH))
    for name, source in scripts().items():
        for key, start in SAID.findall(source):
            assert key in texts or any(each.startswith(f"{start or key}.") for each in texts), f"{name}: {key or start}"


def test_every_declared_text_is_said() -> None:
    """What nobody says is translated for nothing."""
    sources = "\n".join(scripts().values())
    whole = (
        {key for key, _ in SAID.findall(sources)}
        | set(TEXT_LIKE.findall(sources))
        | set(re.findall(r'"(\w+)"', sources))
    )
    starts = tuple({f"{start}." for start in re.findall(r"`([a-zA-Z_.]+)\.\$\{", sources)})
    assert [
        key for key in texts_of(words_in(Language.ENGLISH)) if key not in whole and not key.startswith(starts)
    ] == []


@pytest.mark.parametrize("name", sorted(scripts()))
def test_the_table_s_scripts_neither_make_markup_nor_run_text(name: str) -> None:
    """A hostile label stays text, and a strict Content Security Policy holds."""
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|unsafeHTML|\beval\(|new Function|style="
    assert not re.search(markup, scripts()[name])


def test_vendored_files_are_those_of_the_list() -> None:
    """Each with its version, licence and checksum; none beside them."""
    listed = json.loads((VENDOR / "vendored.json").read_text(encoding="utf-8"))
    found = {}
    for package in listed:
        assert package["version"]
        assert package["licence"]
        for name, digest in package["files"].items():
            found[f"{package['name']}/{name}"] = digest
    there = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendored.json"
    }
    assert there == found
