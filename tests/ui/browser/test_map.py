"""The step Map in a real browser, against a stand-in for its server: 60 Daktela fields by 1,000 Salesforce fields."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.airflow.conftest import airflow_database  # noqa: F401 Airflow's environment
from tests.attacks.sync_folders import RICH
from tests.ui.browser.stand_in import HOSTILE, SHIPPED, Draft, create_app, problems_of

PATIENCE = 15_000.0
SHIPPED_TEXT = (SHIPPED / "contacts.yaml").read_text(encoding="utf-8")
UNSHOWN = "  firstname: {from: FirstName, odd: 1}\n"

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]


@dataclass(slots=True, kw_only=True)
class Opened:
    """The page, what it shows, and the draft behind it."""

    page: Page
    draft: Draft

    def box(self, field: str) -> Locator:
        """The combobox in a field's row."""
        return self.page.get_by_label(f"Salesforce field for {field}", exact=True)

    @property
    def offers(self) -> Locator:
        """What the open list offers."""
        return self.page.get_by_role("listbox", name="Salesforce fields").get_by_role("option")

    def row(self, target: str) -> Locator:
        """A field's row with its details."""
        return self.page.locator(f'tbody[data-target="{target}"]')

    def kept(self) -> str:
        """The file, once the last change has reached the draft."""
        expect(self.page.get_by_text("Kept in your draft")).to_be_visible()
        return self.draft.text


@contextmanager
def served(draft: Draft) -> Iterator[str]:
    config = uvicorn.Config(create_app(draft), host="127.0.0.1", port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            pass
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/syncs/sales/map/contacts"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def opened(
    browser: Browser, text: str = SHIPPED_TEXT, *, theme: str = "light", hash_: str = "", table: bool = True
) -> Iterator[Opened]:
    """The page of a file. What goes wrong on it fails the test."""
    draft = Draft([text])
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    context.add_init_script(f"location.protocol === 'http:' && localStorage.setItem('theme', {json.dumps(theme)})")
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    wrong: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text and "status of 5" not in message.text:
            wrong.append(message.text)

    context.on("console", listen)
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    with served(draft) as address:
        page = context.new_page()
        page.goto(f"{address}{hash_}")
        if table:
            expect(page.locator("table.mapping")).to_be_visible()
            expect(page.get_by_text("Samples are of")).to_be_visible()
        yield Opened(page=page, draft=draft)
        context.close()
    assert wrong == []


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


def test_undo_and_redo_by_keys_and_buttons(browser: Browser) -> None:
    """Outside of text fields; in them the keys are the browser's."""
    with opened(browser) as it:
        it.page.get_by_role("button", name="Take all 2 suggestions").click()
        changed = it.kept()
        assert "customFields.industry: Industry__c" in changed
        it.page.locator("h1").click()
        it.page.keyboard.press("Control+z")
        expect(it.box("Industry")).to_have_value("")
        it.page.keyboard.press("Control+y")
        expect(it.box("Industry")).to_have_value("Industry__c")
        it.page.get_by_role("button", name="Undo").click()
        expect(it.box("Industry")).to_have_value("")
        assert it.draft.text == SHIPPED_TEXT
        it.box("Lastname").focus()
        it.page.keyboard.press("Control+y")
        expect(it.box("Industry")).to_have_value("")


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
        assert "customFields.extra_6: {value: [a, b]}" in it.kept()


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


def test_a_change_of_another_window_is_said_and_nothing_is_lost(browser: Browser) -> None:
    """Either change can be kept."""
    with opened(browser) as it:
        it.draft.keep(SHIPPED_TEXT.replace("on_delete: keep", "on_delete: delete"))
        it.page.get_by_label("Gone in Daktela").select_option("recreate")
        expect(it.page.get_by_text("This draft was changed in another window.")).to_be_visible()
        assert "on_gone" not in it.draft.text
        it.page.get_by_role("button", name="Show the other window's").click()
        expect(it.page.get_by_label("Deleted in Salesforce")).to_have_value("delete")
        expect(it.page.get_by_label("Gone in Daktela")).to_have_value("")


def test_a_refused_change_stays_on_the_page_and_is_sent_again(browser: Browser) -> None:
    """When the server is back."""
    with opened(browser) as it:
        it.draft.fails = 503
        it.page.get_by_label("Read everything again").fill("7d")
        expect(it.page.get_by_text("stands in for a refusal")).to_be_visible()
        expect(it.page.get_by_label("Read everything again")).to_have_value("7d")
        it.draft.fails = 0
        it.page.get_by_role("button", name="Try again").click()
        assert "reread: 7d" in it.kept()


def test_what_was_typed_outlives_a_new_sign_in(browser: Browser) -> None:
    """Which loads the page anew."""
    with opened(browser) as it:
        it.draft.fails = 401
        it.page.get_by_label("Read everything again").fill("7d")
        expect(it.page.get_by_text("You are signed out")).to_be_visible()
        it.draft.fails = 0
        it.page.reload()
        expect(it.page.get_by_label("Read everything again")).to_have_value("7d")
        expect(it.page.get_by_role("button", name="Undo")).to_be_enabled()
        assert "reread: 7d" in it.kept()


def test_the_next_page_waits_for_the_last_change(browser: Browser) -> None:
    """A click within the moment in which changes are gathered loses none."""
    with opened(browser) as it:
        it.page.get_by_label("Read everything again").fill("7d")
        it.page.get_by_role("link", name="Next:").click()
        it.page.wait_for_url("**/preview")
        assert "reread: 7d" in it.draft.text


def test_the_condition_is_counted_when_it_was_typed_and_on_request(browser: Browser) -> None:
    """With the number, or with what is wrong."""
    with opened(browser) as it:
        it.page.get_by_role("button", name="Count the records").click()
        expect(it.page.get_by_text("an empty condition: write one")).to_be_visible()
        it.page.get_by_label("Which records", exact=True).fill("Email != null")
        expect(it.page.get_by_text("1191 records in Salesforce")).to_be_visible()


def test_an_address_leads_to_a_field_or_a_setting(browser: Browser) -> None:
    """As other pages link to a problem."""
    with opened(browser, hash_="#field:customFields.number") as it:
        expect(it.page.locator('[id="box-customFields.number"]')).to_be_focused()
        expect(it.row("customFields.number").locator(".details")).to_be_visible()


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
