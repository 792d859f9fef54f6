"""The step Map in a real browser: the draft is kept, and what comes between."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.airflow.conftest import airflow_database  # noqa: F401 Airflow's environment
from tests.ui.browser.opened_map import SHIPPED_TEXT, opened

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]


def first_held(page: Page, address: str) -> list[Route]:
    """The first request to an address, which waits for its answer, in a list as soon as it is sent."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(address, hold, times=1)
    return held


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
        expect(it.page.get_by_text("This mapping was changed meanwhile")).to_be_visible()
        assert "on_gone" not in it.draft.text
        it.page.get_by_role("button", name="Show the other change").click()
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


def test_a_change_that_is_refused_for_good_can_be_given_up(browser: Browser) -> None:
    """The page then shows what is kept, and lets one leave: nothing waits any more, nor after it is loaded anew."""
    with opened(browser) as it:
        it.draft.fails = 422
        it.page.get_by_label("Read everything again").fill("7d")
        expect(it.page.get_by_text("stands in for a refusal")).to_be_visible()
        it.page.get_by_role("button", name="Give this change up").click()
        expect(it.page.get_by_label("Read everything again")).to_have_value("")
        expect(it.page.get_by_text("Kept in your draft")).to_be_visible()
        it.page.reload()
        expect(it.page.get_by_label("Read everything again")).to_have_value("")
        it.page.get_by_role("link", name="Next:").click()
        it.page.wait_for_url("**/preview")


def test_a_mapping_that_is_gone_lets_one_leave(browser: Browser) -> None:
    """Another window has renamed it: there is nothing that could take the change."""
    with opened(browser) as it:
        it.page.route("**/document", lambda route: route.fulfill(status=404, json={"detail": "no such mapping"}))
        it.page.get_by_label("Read everything again").fill("7d")
        expect(it.page.get_by_text("no such mapping")).to_be_visible()
        it.page.get_by_role("button", name="Give this change up").click()
        it.page.get_by_role("button", name="Close", exact=True).click()
        expect(it.page.get_by_text("no such mapping")).to_be_hidden()
        it.page.get_by_role("link", name="Next:").click()
        it.page.wait_for_url("**/preview")


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
        expect(it.page.get_by_text("This mapping was changed meanwhile")).to_be_hidden()


def test_what_was_put_aside_meets_a_change_of_another_window(browser: Browser) -> None:
    """Either can be kept: none goes without a word."""
    with opened(browser) as it:
        it.draft.fails = 401
        it.page.get_by_label("Read everything again").fill("7d")
        expect(it.page.get_by_text("The last change is not kept")).to_be_visible()
        it.draft.fails = 0
        it.draft.keep(SHIPPED_TEXT.replace("on_delete: keep", "on_delete: delete"))
        it.page.reload()
        expect(it.page.get_by_text("This mapping was changed meanwhile")).to_be_visible()
        it.page.get_by_role("button", name="Keep mine").click()
        assert "reread: 7d" in it.kept()


def test_the_next_page_waits_for_the_last_change(browser: Browser) -> None:
    """A click within the moment in which changes are gathered loses none."""
    with opened(browser) as it:
        it.page.get_by_label("Read everything again").fill("7d")
        it.page.get_by_role("link", name="Next:").click()
        it.page.wait_for_url("**/preview")
        assert "reread: 7d" in it.draft.text


def test_a_change_whose_answer_is_lost_is_no_change_of_another_window(browser: Browser) -> None:
    """The draft has it, the page cannot know; it goes on from there all the same."""
    with opened(browser) as it:

        def arrives_and_is_not_answered(route: Route) -> None:
            route.fetch()
            route.fulfill(status=504, json={"detail": "no answer came"})

        it.page.route("**/document", arrives_and_is_not_answered, times=1)
        it.page.get_by_label("Read everything again").fill("7d")
        expect(it.page.get_by_text("no answer came")).to_be_visible()
        it.page.get_by_label("Gone in Daktela").select_option("recreate")
        kept = it.kept()
        assert "reread: 7d" in kept
        assert "on_gone: recreate" in kept
        expect(it.page.get_by_text("This mapping was changed meanwhile")).to_be_hidden()


def test_a_page_that_is_loaded_anew_while_a_change_is_on_its_way_goes_on_with_the_next(browser: Browser) -> None:
    """The first one has arrived by then: it is the window's own."""
    with opened(browser) as it:
        sent: list[Route] = []

        def arrives_and_is_not_answered(route: Route) -> None:
            route.fetch()
            sent.append(route)

        it.page.route("**/document", arrives_and_is_not_answered, times=1)
        it.page.get_by_label("Read everything again").fill("7d")
        it.page.wait_for_timeout(800)
        assert sent
        it.page.get_by_label("Read everything again").fill("9d")
        it.page.reload()
        expect(it.page.get_by_label("Read everything again")).to_have_value("9d")
        assert "reread: 9d" in it.kept()
        expect(it.page.get_by_text("This mapping was changed meanwhile")).to_be_hidden()


def test_loading_the_page_anew_takes_no_side(browser: Browser) -> None:
    """Which of two changes is kept is still asked."""
    with opened(browser) as it:
        it.draft.keep(SHIPPED_TEXT.replace("on_delete: keep", "on_delete: delete"))
        it.page.get_by_label("Gone in Daktela").select_option("recreate")
        expect(it.page.get_by_text("This mapping was changed meanwhile")).to_be_visible()
        it.page.reload()
        expect(it.page.get_by_text("This mapping was changed meanwhile")).to_be_visible()
        assert "on_gone" not in it.draft.text
        it.page.get_by_role("button", name="Show the other change").click()
        expect(it.page.get_by_label("Deleted in Salesforce")).to_have_value("delete")
        expect(it.page.get_by_text("This mapping was changed meanwhile")).to_be_hidden()


def test_two_steps_back_are_two_however_fast(browser: Browser) -> None:
    """The second one begins where the first has led."""
    with opened(browser) as it:
        for lasts in ("7d", "9d"):
            it.page.get_by_label("Read everything again").fill(lasts)
            it.kept()
        it.page.locator("h1").click()
        it.page.evaluate(
            """() => {
              for (let n = 0; n < 2; n += 1) {
                document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true }));
              }
            }"""
        )
        expect(it.page.get_by_label("Read everything again")).to_have_value("")
        assert it.draft.text == SHIPPED_TEXT
        expect(it.page.get_by_text("was changed in another window")).to_be_hidden()


def test_what_is_chosen_while_a_step_is_taken_back_stays(browser: Browser) -> None:
    """In the state that the step leads to."""
    with opened(browser) as it:
        it.page.get_by_label("Read everything again").fill("7d")
        it.kept()
        held = first_held(it.page, "**/undo")
        it.page.get_by_role("button", name="Undo").click()
        it.page.get_by_label("Gone in Daktela").select_option("recreate")
        held[0].continue_()
        expect(it.page.get_by_label("Read everything again")).to_have_value("")
        expect(it.page.get_by_label("Gone in Daktela")).to_have_value("recreate")
        kept = it.kept()
        assert "on_gone: recreate" in kept
        assert "reread" not in kept


def test_an_answer_that_comes_after_that_of_the_next_question_is_not_shown(browser: Browser) -> None:
    """Neither values of a record that nobody looks at any more, nor the number of another filter."""
    with opened(browser) as it:
        samples = first_held(it.page, "**/samples")
        for record in ("003000000000002AAA", "003000000000003AAA"):
            it.page.get_by_label("Sample record").fill(record)
            it.page.get_by_role("button", name="Show", exact=True).click()
        it.page.wait_for_timeout(300)
        samples[0].fulfill(json={"record": {"id": "late", "label": "the late one"}, "values": {}})

        counts = first_held(it.page, "**/count")
        it.page.get_by_role("button", name="Count the records").click()
        it.page.get_by_label("Which records", exact=True).fill("Email != null")
        expect(it.page.get_by_text("1,191 records in Salesforce")).to_be_visible()
        counts[0].fulfill(json={"count": 7})
        it.page.wait_for_timeout(300)
        expect(it.page.get_by_text("1,191 records in Salesforce")).to_be_visible()
        expect(it.page.get_by_text("the late one")).to_be_hidden()


def test_what_the_systems_have_found_wrong_does_not_outlive_its_form(browser: Browser) -> None:
    """A slow check of the form before says nothing of this one, and a check that fails says nothing at all."""
    with opened(browser) as it:
        wrong = {"target": "title", "key": None, "what": "a fault of the form before", "advice": "", "line": None}
        checks = first_held(it.page, "**/check")
        it.page.get_by_label("Read everything again").fill("7d")
        it.page.wait_for_timeout(2500)
        with it.page.expect_response("**/check"):
            it.page.get_by_label("Read everything again").fill("9d")
        checks[0].fulfill(json={"problems": [wrong]})
        it.page.wait_for_timeout(300)
        expect(it.page.get_by_text("a fault of the form before")).to_be_hidden()
        it.page.route("**/check", lambda route: route.fulfill(json={"problems": [wrong]}), times=1)
        it.page.get_by_label("Read everything again").fill("8d")
        expect(it.page.get_by_text("a fault of the form before").first).to_be_visible()
        it.page.route("**/check", lambda route: route.fulfill(status=503, json={}), times=1)
        it.page.get_by_label("Read everything again").fill("6d")
        expect(it.page.get_by_text("a fault of the form before").first).to_be_hidden()
