"""The step Map in a real browser: the draft is kept, and what comes between."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.airflow.conftest import airflow_database  # noqa: F401 Airflow's environment
from tests.ui.browser.opened_map import SHIPPED_TEXT, opened

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]


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
        expect(it.page.get_by_text("The last change is not kept")).to_be_visible()
        it.draft.fails = 0
        it.page.reload()
        expect(it.page.get_by_label("Read everything again")).to_have_value("7d")
        expect(it.page.get_by_role("button", name="Undo")).to_be_enabled()
        assert "reread: 7d" in it.kept()


def test_what_was_typed_in_the_last_moment_outlives_a_page_that_is_loaded_anew(browser: Browser) -> None:
    """Whoever is signed out by then loses nothing: the page that goes hears no reply."""
    with opened(browser) as it:
        it.draft.fails = 401
        it.page.get_by_label("Read everything again").fill("7d")
        it.page.reload()
        expect(it.page.get_by_text("You are signed out")).to_be_visible()
        it.draft.fails = 0
        it.page.reload()
        expect(it.page.get_by_label("Read everything again")).to_have_value("7d")
        assert "reread: 7d" in it.kept()


def test_what_arrives_while_the_page_is_loaded_anew_is_shown(browser: Browser) -> None:
    """No change of another window: it is this one's own."""
    with opened(browser) as it:
        late = it.draft.text.replace("on_delete: keep", "on_delete: keep\nreread: 7d")

        def answers_before_the_change_arrives(route: Route) -> None:
            if route.request.method == "PUT" or it.draft.text == late:
                route.continue_()
                return
            route.fulfill(json=it.draft.document())
            it.draft.keep(late)
            it.draft.fails = 0

        it.page.get_by_label("Read everything again").fill("7d")
        it.draft.fails = 503
        it.page.route("**/document", answers_before_the_change_arrives)
        it.page.reload()
        expect(it.page.get_by_label("Read everything again")).to_have_value("7d")
        assert it.kept() == late
        expect(it.page.get_by_text("This draft was changed in another window.")).to_be_hidden()


def test_what_was_put_aside_meets_a_change_of_another_window(browser: Browser) -> None:
    """Either can be kept: none goes without a word."""
    with opened(browser) as it:
        it.draft.fails = 401
        it.page.get_by_label("Read everything again").fill("7d")
        expect(it.page.get_by_text("The last change is not kept")).to_be_visible()
        it.draft.fails = 0
        it.draft.keep(SHIPPED_TEXT.replace("on_delete: keep", "on_delete: delete"))
        it.page.reload()
        expect(it.page.get_by_text("This draft was changed in another window.")).to_be_visible()
        it.page.get_by_role("button", name="Keep mine").click()
        assert "reread: 7d" in it.kept()


def test_the_next_page_waits_for_the_last_change(browser: Browser) -> None:
    """A click within the moment in which changes are gathered loses none."""
    with opened(browser) as it:
        it.page.get_by_label("Read everything again").fill("7d")
        it.page.get_by_role("link", name="Next:").click()
        it.page.wait_for_url("**/preview")
        assert "reread: 7d" in it.draft.text
