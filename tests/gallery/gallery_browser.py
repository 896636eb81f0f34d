"""A headless Chromium for tests: where it is, how it is started, and what is looked at on the page."""

from __future__ import annotations

import shutil
from contextlib import contextmanager

NAMES = ("chromium", "chromium-browser", "google-chrome")
"""What the browser's command is called on different systems."""

FLAGS = (
    "--no-sandbox",  # containers are their own, and have no other user than root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def browser_command():
    """The path of a browser of this system; None if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def launched(playwright):
    return playwright.chromium.launch(executable_path=browser_command(), args=list(FLAGS))


class Watch:
    """What a page says and asks for while it is open."""

    def __init__(self, page):
        self.said, self.failed, self.asked = [], [], []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.said.append(f"dialog: {dialog.message}"))
        page.on("requestfailed", lambda request: self.failed.append(request.url))
        page.on("request", lambda request: self.asked.append(request.url))

    def is_quiet(self):
        return not (self.said or self.failed) and all(url.startswith(("file:", "data:")) for url in self.asked)


@contextmanager
def opened(browser, address, *, clock=False, prepare=None, **wishes):
    """A page in a context of its own, whose console must stay empty; ``clock``: its time stands until it is moved."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **wishes})
    context.set_default_timeout(20_000)
    try:
        page = context.new_page()
        watch = Watch(page)
        if clock:
            page.clock.install(time=0)
            page.clock.pause_at(1)
        if prepare:
            page.add_init_script(prepare)
        page.goto(address)
        yield page
        assert watch.is_quiet(), vars(watch)
    finally:
        context.close()


def frame_groups(page, within=".stage"):
    """The lists of frames of the groups that are seen in a picture."""
    seen = "groups => groups.filter(group => getComputedStyle(group).display !== 'none').map(group => group.dataset.f)"
    return page.eval_on_selector_all(f"{within} svg g[data-f]", seen)


def tree_texts(page):
    """What is said in the accessibility tree of the browser, as one text."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return "\n".join(node["name"]["value"] for node in nodes if not node["ignored"] and "name" in node)


def wide_elements(page):
    """Elements that reach out of the window on the right or the left, with the page's own width."""
    return page.evaluate(
        """() => {
            const wide = [...document.body.querySelectorAll("*")].filter((element) => {
                const box = element.getBoundingClientRect();
                return box.width > 0 && box.height > 0 && (box.right > innerWidth + 0.5 || box.left < -0.5);
            });
            const scrolled = document.documentElement.scrollWidth > innerWidth ? ["the page scrolls"] : [];
            return [...scrolled, ...wide.map((element) => element.outerHTML.slice(0, 80))];
        }"""
    )


def small_controls(page, least=40):
    """Controls that are seen and lower or narrower than a finger needs."""
    return page.evaluate(
        """(least) => [...document.querySelectorAll("button, a:not(.skip), select, input, summary")]
            .filter((control) => control.checkVisibility())
            .map((control) => [control.getBoundingClientRect(), control.outerHTML.slice(0, 80)])
            .filter(([box]) => box.height < least || box.width < least)
            .map(([box, words]) => `${box.width}x${box.height} ${words}`)""",
        least,
    )
