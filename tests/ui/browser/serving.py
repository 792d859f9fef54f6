"""An application in a thread of this process, for a browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve on a free port of 127.0.0.1; give the address, without a path."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def page_of(browser: Browser, app: FastAPI, path: str) -> Iterator[Page]:
    """Open a page of an application in a window of its own, in English."""
    context = browser.new_context(locale="en-US")
    with serving(app) as address:
        page = context.new_page()
        page.goto(f"{address}{path}")
        yield page
        context.close()
