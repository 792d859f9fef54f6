"""What the step Save shows of a draft, without Airflow's server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.mapping.model import Position
from salesforce_daktela.mapping.problems import MappingProblem

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported

SHIPPED = Path(__file__).resolve().parents[2] / "include" / "mappings" / "default"
CONTACTS = (SHIPPED / "contacts.yaml").read_bytes().decode()
MINE = CONTACTS.replace("on_delete: keep", "on_delete: delete")
THEIRS = CONTACTS.replace("[email, lower]", "[email]")


def show(*files: tuple[str, str | None, str | None, str | None], **more: Any) -> Any:
    from salesforce_daktela.ui.deployment import Deployment
    from salesforce_daktela.ui.save.facts import FileFacts, SaveFacts
    from salesforce_daktela.ui.save.view import show_save
    from salesforce_daktela.ui.wording import Language, words_in

    facts: dict[str, Any] = {
        "sync": "sales",
        "folder": "/m/sales",
        "repository": "include/mappings/sales",
        "version": 3,
        "kept": True,
        "files": tuple(FileFacts(name=n, mine=m, base=b, present=p) for n, m, b, p in files),
        "problems": (),
        "unwritable": "",
        "fingerprint": "a" * 16,
        "deployment": Deployment(dag=True, files="b" * 16),
        "texts": {"contacts.yaml": CONTACTS},
    }
    return show_save(SaveFacts(**{**facts, **more}), words_in(Language.ENGLISH))


def test_one_button_is_left_where_nothing_stands_against_it() -> None:
    """The difference is shown line by line."""
    view = show(("contacts.yaml", MINE, CONTACTS, CONTACTS))
    (file,) = view.files
    assert (view.can_save, view.crossed, view.looks) == (True, False, False)
    assert (file.kind.value, file.mine.added, file.mine.removed) == ("changed", 1, 1)
    changed = [(line.sign, line.before, line.after, line.text) for line in file.mine.lines if line.sign]
    assert changed == [("-", "15", "", "on_delete: keep"), ("+", "", "15", "on_delete: delete")]


def test_new_and_deleted_files_are_told_apart() -> None:
    """A file that is deleted can be neither copied nor downloaded."""
    view = show(("leads.yaml", "a: 1\n", None, None), ("old.yaml", None, "b: 1\n", "b: 1\n"))
    assert [(file.kind.value, file.deleted) for file in view.files] == [("new", False), ("deleted", True)]


def test_both_changes_are_shown_against_what_both_began_with() -> None:
    """And can be put together where they speak of different things."""
    view = show(("contacts.yaml", MINE, CONTACTS, THEIRS))
    (file,) = view.files
    assert (view.crossed, view.can_save, file.why_not) == (True, False, "")
    assert [line.text for line in file.theirs.lines if line.kind == "added"] == [
        "  customFields.email: {from: Email, transforms: [email]}"
    ]
    assert [line.text for line in file.mine.lines if line.kind == "added"] == ["on_delete: delete"]


@pytest.mark.parametrize(
    ("base", "present", "why"),
    [
        (CONTACTS, CONTACTS.replace("on_delete: keep", "on_delete: mark"), "on_delete: was changed by both"),
        (CONTACTS, None, "is new, or gone, on one of the two sides"),
        (None, THEIRS, "is new, or gone, on one of the two sides"),
    ],
)
def test_what_cannot_be_put_together_says_why(base: str | None, present: str | None, why: str) -> None:
    """The other ways on are left."""
    (file,) = show(("contacts.yaml", MINE, base, present)).files
    assert why in file.why_not


def test_what_others_have_saved_just_so_is_nothing_to_save() -> None:
    """A draft that was deployed by other means is done."""
    view = show(("contacts.yaml", MINE, CONTACTS, MINE))
    assert (view.files, view.crossed, view.can_save, view.waits) == ((), False, False, True)


def test_problems_lead_to_the_row_that_mends_them() -> None:
    """Nothing can be saved meanwhile."""
    at = Position("mappings/sales/contacts.yaml", 13)
    problems = tuple(
        MappingProblem(position=at, path=path, what="w", advice="do")
        for path in ("fields.customFields.email.transforms[0]", "fields.custom.from", "where", "")
    )
    view = show(("contacts.yaml", MINE, CONTACTS, CONTACTS), problems=problems)
    assert not view.can_save
    assert [line.address for line in view.problems] == [
        "map/contacts#field:customFields.email",
        "map/contacts#field:custom",
        "map/contacts#setting:where",
        "map/contacts",
    ]


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("mappings", "objects"),
        ("mappings[0]", "objects"),
        ("database", "database"),
        ("limits.workers", "settings#limits.workers"),
        ("odd", ""),
        ("", ""),
    ],
)
def test_problems_of_the_sync_lead_to_the_page_that_mends_them(path: str, address: str) -> None:
    """A step, or the page of the settings that no step asks for."""
    problem = MappingProblem(position=Position("mappings/sales/sync.yaml", 1), path=path, what="w")
    assert show(problems=(problem,)).problems[0].address == address


def test_a_folder_that_cannot_be_written_waits_for_other_means() -> None:
    """Until Airflow's DAG is the draft's."""
    from salesforce_daktela.ui.deployment import Deployment

    files = ("contacts.yaml", MINE, CONTACTS, CONTACTS)
    view = show(files, unwritable="/m/sales: is mounted read-only: ...")
    assert (view.can_save, view.looks, view.waits) == (False, True, True)
    there = show(files, unwritable="x", deployment=Deployment(dag=True, files="a" * 16))
    assert (there.state.value, there.waits) == ("deployed", False)


@pytest.mark.parametrize(
    ("deployment", "state"),
    [
        ({}, "none"),
        ({"dag": True, "files": None}, "waiting"),
        ({"dag": True, "files": "b" * 16}, "waiting"),
        ({"dag": True, "files": "a" * 16}, "deployed"),
        ({"dag": True, "files": "a" * 16, "refused": ("x",)}, "broken"),
    ],
)
def test_a_dag_is_deployed_when_it_was_made_from_these_files(deployment: dict[str, Any], state: str) -> None:
    """Not when it is there alone."""
    from salesforce_daktela.ui.deployment import Deployment

    assert show(deployment=Deployment(**deployment)).state.value == state


def test_hostile_text_in_a_diff_is_shown_as_what_it_is() -> None:
    """Marks that turn the direction of writing could show another diff than the one that is saved."""
    (file,) = show(("contacts.yaml", "# \u202eabc\x07\r\n\tx\n", "#\n", "#\n")).files
    assert [line.text for line in file.mine.lines if line.sign == "+"] == ["# \\u202eabc\\x07", "\tx"]
