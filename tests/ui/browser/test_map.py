"""The step Map in a real browser: fields, rules and the condition, typed and chosen."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from ruamel.yaml import YAML

from tests.airflow.conftest import airflow_database  # noqa: F401 Airflow's environment
from tests.ui.browser.opened_map import SHIPPED_TEXT, opened
from tests.ui.browser.stand_in import HOSTILE

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]


def test_a_field_is_mapped_by_keyboard_alone(browser: Browser) -> None:
    """Typed without accents, chosen by arrow and Enter; the file changes in that line."""
    with opened(browser) as it:
        it.box("Extra 3").focus()
        it.page.keyboard.type("PRIJMENI")
        expect(it.offers).to_have_count(2)
        expect(it.page.locator(".hidden-text[role=status]").last).to_have_text("1 field")
        expect(it.box("Extra 3")).to_have_attribute("aria-expanded", "true")
        it.page.keyboard.press("ArrowDown")
        expect(it.box("Extra 3")).to_have_attribute("aria-activedescendant", "choice-0")
        it.page.keyboard.press("Enter")
        expect(it.row("customFields.extra_3")).to_contain_text("Příjmení za svobodna")
        new = [line for line in it.kept().splitlines() if line not in SHIPPED_TEXT.splitlines()]
        assert new == ["  customFields.extra_3: Prijmeni__c"]


def test_nothing_is_taken_by_hovering_leaving_or_escape(browser: Browser) -> None:
    """The row says afterwards what it said before."""
    with opened(browser) as it:
        it.box("Lastname").click()
        it.page.keyboard.press("Control+A")
        it.page.keyboard.type("email")
        it.offers.first.hover()
        it.page.keyboard.press("Escape")
        expect(it.box("Lastname")).to_have_value("LastName")
        it.page.keyboard.type("x")
        it.page.keyboard.press("ArrowDown")
        it.page.keyboard.press("Tab")
        expect(it.box("Lastname")).to_have_value("LastName")
        expect(it.row("lastname")).to_contain_text("Not taken: LastNamex")
        assert it.draft.puts == []


def test_fifty_of_a_thousand_are_shown_and_the_number_is_told(browser: Browser) -> None:
    """Opened without typing."""
    with opened(browser) as it:
        it.box("Extra 0").focus()
        it.page.keyboard.press("Alt+ArrowDown")
        expect(it.offers).to_have_count(50)
        expect(it.page.locator(".hidden-text[role=status]").last).to_contain_text("the first 50 are shown")


def test_parents_templates_and_constants_are_typed(browser: Browser) -> None:
    """In the row itself."""
    with opened(browser) as it:
        it.box("Extra 1").focus()
        it.page.keyboard.type("Account.na")
        it.offers.filter(has_text="Account.Name").click()
        expect(it.box("Extra 1")).to_have_value("Account.Name")
        it.box("Extra 2").focus()
        it.page.keyboard.type("{first")
        it.page.keyboard.press("ArrowDown")
        it.page.keyboard.press("Enter")
        expect(it.box("Extra 2")).to_have_value("{FirstName}")
        it.page.keyboard.type("!")
        it.page.keyboard.press("Enter")
        it.box("Extra 4").focus()
        it.page.keyboard.type("a deal")
        it.offers.filter(has_text="As a constant").click()
        expect(it.page.get_by_label("Constant for Extra 4")).to_have_value("a deal")
        text = it.kept()
    assert "customFields.extra_1: Account.Name" in text
    assert 'customFields.extra_2: "{FirstName}!"' in text
    assert "customFields.extra_4: {value: a deal}" in text


def test_a_constant_may_be_several_values(browser: Browser) -> None:
    """One by one."""
    with opened(browser) as it:
        row = it.row("customFields.extra_6")
        row.get_by_role("button", name="Details of Extra 6").click()
        row.get_by_role("button", name="Use a constant").click()
        row.get_by_label("Constant 1 for Extra 6").fill("a")
        row.get_by_role("button", name="Add another value").click()
        row.get_by_label("Constant 2 for Extra 6").fill("b")
        expect(row.get_by_label("Constant 1 for Extra 6")).to_have_value("a")
        # How the second is quoted depends on whether the draft has been kept while it was still empty.
        assert YAML(typ="safe").load(it.kept())["fields"]["customFields.extra_6"] == {"value": ["a", "b"]}


def test_the_focus_goes_where_a_constant_or_a_field_takes_the_place_of_the_other(browser: Browser) -> None:
    """Whoever works by keyboard goes on from there: in the row, and in its details."""
    with opened(browser) as it:
        row = it.row("customFields.extra_4")
        it.box("Extra 4").focus()
        it.page.keyboard.type("a deal")
        it.page.keyboard.press("ArrowUp")
        it.page.keyboard.press("Enter")
        expect(row.get_by_label("Constant for Extra 4")).to_be_focused()
        row.get_by_role("button", name="Details of Extra 4").click()
        row.get_by_role("button", name="Use a field instead").press("Enter")
        expect(it.page.locator('[id="source-customFields.extra_4-new"]')).to_be_focused()
        row.get_by_role("button", name="Use a constant").press("Enter")
        expect(row.get_by_label("Constant 1 for Extra 4")).to_be_focused()
        it.page.get_by_role("button", name="Take all").press("Enter")
        expect(it.page.get_by_label("Search the fields")).to_be_focused()


def test_the_focus_goes_to_what_is_next_where_a_value_or_a_field_is_removed(browser: Browser) -> None:
    """Of a constant, of several sources, of a list of fields, of a table; a row that goes as a whole."""
    text = SHIPPED_TEXT.replace("on_delete: keep", "on_delete: mark\nmark: {title: gone, lastname: gone}").replace(
        "fields:\n", "fields:\n  customFields.extra_6: {value: [a, b]}\n  customFields.unlisted: Email\n", 1
    )
    with opened(browser, text) as it:
        row = it.row("customFields.extra_6")
        row.get_by_role("button", name="Details of Extra 6").click()
        row.get_by_role("button", name="Remove b").press("Enter")
        expect(row.get_by_label("Constant 1 for Extra 6")).to_be_focused()
        it.page.get_by_role("button", name="Details of Number").click()
        last = it.page.locator('[id="source-customFields.number-1"]')
        last.fill("")
        last.press("Enter")
        expect(it.page.locator('[id="source-customFields.number-new"]')).to_be_focused()
        match = it.page.locator('[data-setting="match"]')
        match.get_by_role("button", name="Remove customFields.email").press("Enter")
        expect(it.page.locator("#match-add")).to_be_focused()
        marks = it.page.locator('[data-setting="mark"]')
        marks.get_by_role("button", name="Remove lastname").press("Enter")
        expect(it.page.locator("#setting-mark-table-new-key")).to_be_focused()
        it.page.get_by_role("button", name="Do not map customFields.unlisted").press("Enter")
        expect(it.page.locator("#new-target")).to_be_focused()


def test_the_focus_goes_with_what_is_moved(browser: Browser) -> None:
    """Its button goes on working until the item is the first or the last one; then the other one has the focus."""
    text = SHIPPED_TEXT.replace("match: [customFields.email]", "match: [title, lastname, customFields.email]").replace(
        "fields:\n", "fields:\n  customFields.extra_7: [Email, Phone, Fax]\n", 1
    )
    with opened(browser, text) as it:
        it.page.get_by_role("button", name="Details of Extra 7").click()
        sources = it.row("customFields.extra_7")
        match = it.page.locator('[data-setting="match"]')
        for part, item in ((sources, "Fax"), (match, "customFields.email")):
            part.get_by_role("button", name=f"Move {item} up").press("Enter")
            expect(part.get_by_role("button", name=f"Move {item} up")).to_be_focused()
            it.page.keyboard.press("Enter")
            expect(part.get_by_role("button", name=f"Move {item} down")).to_be_focused()
        kept = YAML(typ="safe").load(it.kept())
        assert kept["fields"]["customFields.extra_7"] == ["Fax", "Email", "Phone"]
        assert kept["match"] == ["customFields.email", "title", "lastname"]


def test_the_focus_goes_on_where_a_value_of_a_table_is_emptied(browser: Browser) -> None:
    """Its row goes when it is left, and with it the button beside the value; the other rows keep what they had."""
    text = SHIPPED_TEXT.replace("on_delete: keep", "on_delete: mark\nmark: {title: gone, lastname: gone, firstname: x}")
    with opened(browser, text) as it:
        marks = it.page.locator('[data-setting="mark"]')
        marks.get_by_label("title").first.fill("")
        it.page.keyboard.press("Tab")
        expect(marks.get_by_role("button", name="Remove title")).to_be_focused()
        it.page.keyboard.press("Tab")
        expect(marks.get_by_role("button", name="Remove title")).to_have_count(0)
        expect(marks.get_by_label("lastname").first).to_be_focused()
        assert YAML(typ="safe").load(it.kept())["mark"] == {"lastname": "gone", "firstname": "x"}


def test_several_sources_are_added_one_after_the_other(browser: Browser) -> None:
    """Without leaving the box: it is empty again after each, and what is typed next comes behind the others."""
    with opened(browser) as it:
        row = it.row("customFields.extra_7")
        row.get_by_role("button", name="Details of Extra 7").click()
        added = it.page.locator('[id="source-customFields.extra_7-new"]')
        added.focus()
        for source in ("Email", "Phone"):
            it.page.keyboard.type(source)
            it.page.keyboard.press("Enter")
            expect(added).to_have_value("")
            expect(added).to_be_focused()
        it.page.keyboard.press("Enter")
        it.page.keyboard.press("Tab")
        assert YAML(typ="safe").load(it.kept())["fields"]["customFields.extra_7"] == ["Email", "Phone"]


def test_a_whole_rule_is_written_in_its_row(browser: Browser) -> None:
    """Source, transform with an option, value table beside Daktela's options, default, on_error, lookup."""
    with opened(browser) as it:
        row = it.row("customFields.industry")
        row.get_by_role("button", name="Take the suggestion for Industry").click()
        row.get_by_role("button", name="Details of Industry").click()
        row.get_by_label("Value in Daktela for Banking", exact=True).select_option("bank")
        row.get_by_label("Default, where nothing is left").select_option("utility")
        row.get_by_label("A value that does not fit").select_option("drop")
        row.get_by_label("Add a transform").select_option("truncate")
        row.get_by_role("button", name="Add", exact=True).click()
        expect(row.get_by_text("The option length is missing.")).to_be_visible()
        row.get_by_label("length").fill("3")
        expect(row.get_by_text("truncate").first).to_be_visible()
        text = it.kept()
    assert "  customFields.industry:" in text
    for piece in ("transforms: [{truncate: 3}]", "values: {Banking: bank}", "default: utility", "on_error: drop"):
        assert piece in text


def test_a_value_is_emptied_to_type_another_one(browser: Browser) -> None:
    """Its row stays until it is left without a value."""
    text = SHIPPED_TEXT.replace("on_delete: keep", "on_delete: mark\nmark: {title: gone}")
    with opened(browser, text) as it:
        box = it.page.locator('[data-setting="mark"]').get_by_label("Value in Daktela for title")
        box.focus()
        it.page.keyboard.press("Control+A")
        it.page.keyboard.press("Backspace")
        it.kept()
        expect(box).to_be_focused()
        it.page.keyboard.type("left")
        expect(box).to_have_value("left")
        assert YAML(typ="safe").load(it.kept())["mark"] == {"title": "left"}
        box.fill("")
        it.page.keyboard.press("Tab")
        expect(box).to_have_value("")
        it.page.keyboard.press("Tab")
        expect(box).to_have_count(0)
        assert "mark" not in YAML(typ="safe").load(it.kept())


def test_the_tables_of_settings_say_what_their_sides_are(browser: Browser) -> None:
    """Mappings and Salesforce fields in `becomes`, Daktela fields and values in `mark`: no translations."""
    text = SHIPPED_TEXT.replace("on_delete: keep", "on_delete: mark\nmark: {title: gone}\nbecomes: {leads: Lead__c}")
    with opened(browser, text) as it:
        becomes = it.page.locator('[data-setting="becomes"]')
        expect(becomes.get_by_label("Salesforce field for leads", exact=True)).to_have_value("Lead__c")
        becomes.get_by_label("Mapping", exact=True).select_option("accounts")
        becomes.get_by_label("Salesforce field", exact=True).fill("Account__c")
        becomes.get_by_label("Salesforce field", exact=True).press("Enter")
        becomes.get_by_role("button", name="Remove leads", exact=True).click()
        mark = it.page.locator('[data-setting="mark"]')
        mark.get_by_label("Daktela field", exact=True).select_option("lastname")
        mark.get_by_label("its value in Daktela", exact=True).fill("left")
        mark.get_by_label("its value in Daktela", exact=True).press("Enter")
        mark.get_by_role("button", name="Remove title", exact=True).click()
        found = YAML(typ="safe").load(it.kept())
    assert (found["becomes"], found["mark"]) == ({"accounts": "Account__c"}, {"lastname": "left"})


def test_a_hostile_label_and_sample_are_text(browser: Browser) -> None:
    """Nothing of them runs, and the title stays."""
    with opened(browser) as it:
        title = it.page.title()
        it.box("Extra 5").focus()
        it.page.keyboard.type("hostile")
        expect(it.offers.first).to_contain_text(HOSTILE[:9])
        it.page.keyboard.press("ArrowDown")
        it.page.keyboard.press("Enter")
        expect(it.row("customFields.extra_5")).to_contain_text(HOSTILE[:9])
        assert it.page.locator("#map img").count() == 0
        assert it.page.title() == title


def test_a_click_lets_one_type_over_what_is_chosen(browser: Browser) -> None:
    """A second click places the cursor in it."""
    with opened(browser) as it:
        it.box("Lastname").click()
        it.page.keyboard.type("Ema")
        expect(it.box("Lastname")).to_have_value("Ema")
        it.page.keyboard.press("Escape")
        it.box("Lastname").click()
        it.box("Lastname").click()
        it.page.keyboard.press("End")
        it.page.keyboard.type("x")
        expect(it.box("Lastname")).to_have_value("LastNamex")


def test_a_row_does_not_vanish_from_the_filter_while_it_is_mapped(browser: Browser) -> None:
    """The focus stays in it."""
    with opened(browser) as it:
        it.page.get_by_role("button", name="Unmapped").click()
        it.box("Extra 7").fill("email")
        it.page.keyboard.press("Enter")
        expect(it.row("customFields.extra_7")).to_contain_text("The same source also fills")
        expect(it.box("Extra 7")).to_be_focused()
        it.page.get_by_role("button", name="Unmapped").click()
        expect(it.row("customFields.extra_7")).to_have_count(0)


def test_an_address_leads_to_a_field_or_a_setting(browser: Browser) -> None:
    """As other pages link to a problem."""
    with opened(browser, hash_="#field:customFields.number") as it:
        expect(it.page.locator('[id="box-customFields.number"]')).to_be_focused()
        expect(it.row("customFields.number").locator(".details")).to_be_visible()


def test_the_condition_is_counted_when_it_was_typed_and_on_request(browser: Browser) -> None:
    """With the number, or with what is wrong."""
    with opened(browser) as it:
        it.page.get_by_role("button", name="Count the records").click()
        expect(it.page.get_by_text("an empty condition: write one")).to_be_visible()
        it.page.get_by_label("Which records", exact=True).fill("Email != null")
        expect(it.page.get_by_text("1,191 records in Salesforce")).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "name", "merge", "left"),
    [
        ("en-US", "Both have an object", "merge them once somebody agrees", "left out: keep both and say so"),
        ("cs-CZ", "Objekt mají oba", "sloučit, až to někdo odsouhlasí", "neuvedeno: ponechá oba a řekne to"),
    ],
)
def test_what_happens_when_both_have_an_object_is_chosen(
    browser: Browser, locale: str, name: str, merge: str, left: str
) -> None:
    """What is chosen is a line of the file; where nothing becomes another record, it is marked as wrong."""
    with opened(browser, locale=locale, table=False) as it:
        chosen = it.page.get_by_label(name, exact=True)
        expect(chosen.locator("option:checked")).to_have_text(left)
        chosen.select_option(label=merge)
        expect(chosen).to_have_attribute("aria-invalid", "true")
        assert "\non_both: merge\n" in it.draft.text
        chosen.select_option(label=left)
        expect(chosen).not_to_have_attribute("aria-invalid", "true")
        assert it.draft.text == SHIPPED_TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_table_is_accessible(browser: Browser, theme: str) -> None:
    """Axe finds nothing: the table, open details, an open list."""
    with opened(browser, theme=theme) as it:
        it.page.get_by_role("button", name="Details of Number").click()
        it.page.get_by_role("button", name="Details of Industry").click()
        it.box("Extra 0").focus()
        it.page.keyboard.type("custom")
        it.page.keyboard.press("ArrowDown")
        found = Axe().run(it.page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
