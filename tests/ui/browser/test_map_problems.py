"""The step Map in a real browser: problems at their places, and files that it cannot show as a whole."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.airflow.conftest import airflow_database  # noqa: F401 Airflow's environment
from tests.attacks.sync_folders import RICH
from tests.ui.browser.opened_map import SHIPPED_TEXT, opened
from tests.ui.browser.stand_in import problems_of

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]

UNSHOWN = "  firstname: {from: FirstName, odd: 1}\n"


def test_problems_stand_at_their_field_as_one_types(browser: Browser) -> None:
    """In the loader's words, in the row and in the filter; a setting has its own place."""
    with opened(browser) as it:
        it.box("Firstname").focus()
        it.page.keyboard.press("Control+A")
        it.page.keyboard.type("{FirstName")
        it.page.keyboard.type(" x}")
        it.page.keyboard.press("Enter")
        expect(it.row("firstname").locator(".problem").first).to_be_visible()
        it.page.get_by_role("button", name="With problems").click()
        expect(it.page.locator("tbody[data-target]")).to_have_count(1)
        it.page.get_by_label("Rejected records at most").fill("many")
        expect(it.page.locator('[data-setting="reject_above"] .problem')).to_be_visible()
        expect(it.page.get_by_label("Rejected records at most")).to_be_focused()


def test_no_problem_of_a_file_is_without_a_place(browser: Browser) -> None:
    """Also one of a key that has no control on this page."""
    text = SHIPPED_TEXT.replace("daktela: contacts", "daktela: people") + "whatever: 1\n"
    with opened(browser, text) as it:
        for problem in problems_of(text):
            expect(it.page.locator("#map").get_by_text(problem.what).first).to_be_visible()


def test_a_required_field_that_is_not_mapped_is_named(browser: Browser) -> None:
    """Above the table, and in its row."""
    with opened(browser) as it:
        it.page.get_by_role("button", name="Do not map Lastname").click()
        expect(it.page.get_by_text("A required field is not mapped yet: Lastname.")).to_be_visible()


def test_what_no_control_shows_is_shown_as_text_and_left(browser: Browser) -> None:
    """The rest of its row can be changed."""
    text = SHIPPED_TEXT.replace("  firstname: {from: FirstName, transforms: [trim]}\n", UNSHOWN)
    with opened(browser, text) as it:
        expect(it.row("firstname")).to_contain_text("Text in the file")
        it.page.get_by_role("button", name="Details of Firstname").click()
        expect(it.row("firstname").locator("pre")).to_have_text("odd: 1")
        it.row("firstname").get_by_label("Default, where nothing is left").fill("x")
        expect(it.row("firstname")).to_contain_text("default: x")
        assert "  firstname: {from: FirstName, default: x, odd: 1}" in it.kept()


ODD = """\
salesforce: Contact
daktela: contacts
key: "sf_{Id}"
whatever: {a: [1]}
match: {a: b}
fields:
  title: {value: [a, 2, true]}
  lastname: {from: LastName, transforms: [unheard, {truncate: [1]}, {phone: {region: CZ, x: 1}}, values: {a: 1, 2: b}]}
  user: {from: [], lookup: [users, gone], on_missing: perhaps, values: {true: 007}}
  ~: [[x]]
max_removals: many
reread: 12345678901234567890
"""


@pytest.mark.parametrize("text", [RICH, ODD, ODD.replace("\n", "\r\n"), "fields: [a]\n", "salesforce: Contact\n"])
def test_a_page_shows_whatever_a_file_says_and_sends_nothing_by_itself(browser: Browser, text: str) -> None:
    """With all of its rules open."""
    with opened(browser, text) as it:
        it.page.get_by_role("button", name="Mapped").first.click()
        for row in it.page.get_by_role("button", name="Details of").all()[::-1]:
            row.click()
        it.page.wait_for_timeout(1000)
        assert it.draft.puts == []


def test_a_file_that_is_no_yaml_says_where(browser: Browser) -> None:
    """Instead of a table."""
    with opened(browser, "salesforce: [\n", table=False) as it:
        expect(it.page.get_by_text("This file cannot be shown as a table.")).to_be_visible()
        expect(it.page.locator("#map-bars strong").first).to_contain_text("line")


def test_a_parent_whose_fields_cannot_be_read_says_why_and_is_asked_for_with_the_next_key(browser: Browser) -> None:
    """Not again and again, and never as a parent without fields. The list gets them when the system is back."""
    with opened(browser) as it:
        asked: list[str] = []
        answers: list[dict[str, Any]] = [
            {"status": 503, "json": {"detail": "a server in between is not there"}},
            {"json": {"salesforce": {"fields": [], "problem": {"what": "Salesforce is slow", "advice": "try again"}}}},
        ]

        def answer(route: Route) -> None:
            asked.append(route.request.url)
            if len(asked) > len(answers):
                route.continue_()
            else:
                route.fulfill(**answers[len(asked) - 1])

        it.page.route("**/fields?parent=Account", answer)
        it.box("Extra 1").focus()
        it.page.keyboard.type("Account.")
        below = it.page.locator(".choices .more")
        expect(below).to_have_text("a server in between is not there")
        it.page.wait_for_timeout(500)
        assert len(asked) == 1
        it.page.keyboard.type("n")
        expect(below).to_have_text("Salesforce is slow: try again")
        it.page.wait_for_timeout(500)
        assert len(asked) == 2
        it.page.keyboard.type("a")
        expect(it.offers.filter(has_text="Account.Name")).to_be_visible()


def test_what_a_system_has_lost_is_said_once_the_fields_are_read_anew(browser: Browser) -> None:
    """Whoever asks for them knows that something was changed there."""
    with opened(browser) as it:
        where = {"target": "customFields.email", "key": None, "line": None}
        it.draft.found = [{**where, "what": "there is no such field", "advice": "", "severity": "error"}]
        it.page.get_by_role("button", name="Read again").click()
        expect(it.row("customFields.email").get_by_text("there is no such field")).to_be_visible()
