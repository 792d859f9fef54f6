"""The page about the sandbox lists all switches and profiles. Run as a module, this file writes the lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.daktela.instance import Instance
from sandbox.profile import READY, ProfileError, find_profile, read_profile
from sandbox.salesforce.switches import Switches
from sandbox.switch_list import switch_list

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sandbox.md"
NAMES = sorted(path.stem for path in READY.glob("*.yaml"))


def profile_list() -> str:
    """Return a table of the ready profiles and their comments."""
    rows = ["| profile | what you see |", "|---|---|"]
    for name in NAMES:
        lines = (READY / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
        said = " ".join(line.removeprefix("# ") for line in lines if line.startswith("# "))
        rows.append(f"| `{name}` | {said} |")
    return "\n".join(rows) + "\n"


def written(page: str) -> str:
    """Return the page with both lists up to date."""
    for mark, text in (("profiles", profile_list()), ("switches", switch_list())):
        before, rest = page.split(f"<!-- {mark} -->\n")
        page = f"{before}<!-- {mark} -->\n{text}<!-- /{mark} -->{rest.split(f'<!-- /{mark} -->')[1]}"
    return page


def test_every_switch_and_profile_is_listed() -> None:
    """With its meaning, its settings and its source."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page)


@pytest.mark.parametrize("name", NAMES)
def test_ready_profiles_are_accepted(name: str) -> None:
    """Each sets switches that exist, to settings that they know."""
    profile = read_profile(find_profile(name))
    Switches().changed(profile.salesforce)
    instance = Instance.create()
    instance.switch(**profile.daktela)
    instance.close()


def test_an_unknown_profile_lists_the_ready_ones() -> None:
    """With the nearest name first."""
    with pytest.raises(ProfileError, match="no profile daktela-outtage: did you mean daktela-outage"):
        find_profile("daktela-outtage")


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
