"""What the library underneath logs of requests."""

from __future__ import annotations

import logging

import pytest
from urllib3.exceptions import HeaderParsingError

from salesforce_daktela.log_filter import LIBRARIES, hide_logged, shorten_logged_addresses

SEARCH = "https://acme.daktela.com/api/v6/contacts.json?filter%5Bvalue%5D=jan%40personal.example"


@pytest.mark.parametrize("library", LIBRARIES)
def test_no_logger_of_the_library_tells_what_was_searched_for(library: str, caplog: pytest.LogCaptureFixture) -> None:
    """Replies with broken headers are logged with their whole address, and with what stood among the headers."""
    shorten_logged_addresses()
    try:
        raise HeaderParsingError(defects=[], unparsed_data="Jan from personal.example")
    except HeaderParsingError as exc:
        logging.getLogger(library).warning("Failed to parse headers (url=%s): %s", SEARCH, exc, exc_info=True)
    (line,) = caplog.text.splitlines()
    assert "personal" not in line
    assert "(url=https://acme.daktela.com/api/v6/contacts.json?...): HeaderParsingError" in line


def test_a_password_in_an_address_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    """Proxies have one."""
    shorten_logged_addresses()
    logging.getLogger(LIBRARIES[0]).warning("Redirecting %s -> %s", "http://user:secret@proxy:3128/x", 302)
    assert "http://proxy:3128/x -> 302" in caplog.text
    assert "secret" not in caplog.text


def test_a_path_that_is_a_secret_is_hidden(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever knows the path of a webhook may write there. What has no path hides nothing."""
    hide_logged("https://hooks.example.com/services/T0/geheim?sig=tajne")
    hide_logged("https://hooks.example.com/")
    caplog.set_level(logging.DEBUG)
    logging.getLogger(LIBRARIES[0]).debug('"%s %s %s" %s', "POST", "/services/T0/geheim?sig=tajne", "HTTP/1.1", 200)
    logging.getLogger(LIBRARIES[2]).debug("Incremented Retry for (url='%s')", "https://other.example.com/")
    assert '"POST /... HTTP/1.1" 200' in caplog.text
    assert "https://other.example.com/" in caplog.text
    assert not {"geheim", "tajne"} & set(caplog.text.replace("/", " ").replace("=", " ").split())
