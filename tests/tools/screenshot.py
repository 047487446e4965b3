"""Takes the pictures of the README and of the moderators' page: the try-out in Chromium, asked as a member would ask.

Run it by `make screenshot`. It needs the package playwright and Chromium, whose path CHROMIUM may name.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Locator, Page, sync_playwright

CHECKOUT = Path(__file__).resolve().parents[2]
PICTURES = CHECKOUT / "tests" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LOCAL_ONLY = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LARGEST = 200_000
MARGIN = 12.0
CHANNEL, HEADER = "#channel-layout", "#channel-layout > header"
TIMELINE, FORM = "#channel-timeline", "#channel-composer"
MESSAGE, CARD, COMPOSER = ".channel-message", ".component-container", "#channel-composer-input"

SAFE = "is restaking safe to hold long term"
SLASHING = "wats slahsing"
UNCLEAR = "what is the yield"


def main() -> None:
    """Take all pictures anew."""
    PICTURES.mkdir(exist_ok=True)
    with try_out() as address, chromium() as browser:
        take("answer.png", message(browser, address, SAFE))
        take("choices.png", message(browser, address, UNCLEAR))
        take("phone.png", phone(browser, address, SLASHING))


@contextmanager
def try_out() -> Iterator[str]:
    """The address of a try-out whose matcher is trained."""
    environment = {name: value for name, value in os.environ.items() if name != "DISCORD_TOKEN"}
    bot = (sys.executable, "-m", "bot")
    subprocess.run([*bot, "knowledge", "train"], cwd=CHECKOUT, env=environment, check=True)
    with subprocess.Popen(
        bot, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield next(word for line in process.stdout or () for word in line.split() if word.startswith("http://"))
        finally:
            process.terminate()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that speaks to this machine only."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        sys.exit("Chromium was not found; install it, or name its path in CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=LOCAL_ONLY)
        try:
            yield browser
        finally:
            browser.close()


def message(browser: Browser, address: str, question: str) -> bytes:
    """An answer at the width of a desk: the message alone."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000}, device_scale_factor=1.5)
    page.goto(address)
    answer = ask(page, question)
    return page.screenshot(clip=around(answer, answer.locator(CARD).first))


def phone(browser: Browser, address: str, question: str) -> bytes:
    """An answer at the width of a phone: the whole channel, as high as the answer needs."""
    page = browser.new_page(viewport={"width": 390, "height": 844}, device_scale_factor=1.5)
    page.goto(address)
    answer = ask(page, question)
    parts = (answer, page.locator(HEADER), page.locator(FORM))
    above = box(page.locator(CHANNEL))["y"]
    page.set_viewport_size({"width": 390, "height": int(above + sum(box(part)["height"] for part in parts) + MARGIN)})
    to_the_end(page)
    return page.locator(CHANNEL).screenshot()


def ask(page: Page, question: str) -> Locator:
    """Type the command and the question, send them, and wait for the message with the answer."""
    page.locator(MESSAGE).first.wait_for()
    before = page.locator(MESSAGE).count()
    page.locator(COMPOSER).press_sequentially("/ask", delay=20)
    page.locator(".command-entry").first.wait_for()
    page.keyboard.press("Enter")
    page.locator(".command-option-input").wait_for()
    page.keyboard.type(question, delay=10)
    page.wait_for_timeout(500)
    page.keyboard.press("Escape")  # the suggestions; Enter would pick the first
    page.keyboard.press("Enter")
    answer = page.locator(MESSAGE).nth(before)
    answer.locator(CARD).first.wait_for()
    to_the_end(page)
    return answer


def to_the_end(page: Page) -> None:
    """Show the newest message, with nothing pointed at and nothing being typed."""
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.locator(TIMELINE).evaluate("timeline => timeline.scrollTo(0, timeline.scrollHeight)")
    page.wait_for_timeout(500)


def around(answer: Locator, card: Locator) -> FloatRect:
    """The message as far as its card goes."""
    whole, inner = box(answer), box(card)
    return {
        "x": whole["x"],
        "y": whole["y"],
        "width": inner["x"] + inner["width"] + MARGIN - whole["x"],
        "height": whole["height"],
    }


def box(place: Locator) -> FloatRect:
    found = place.bounding_box()
    assert found is not None
    return found


def take(name: str, picture: bytes) -> None:
    """Write a picture; refuse one that is too large for a page."""
    if len(picture) > LARGEST:
        sys.exit(f"{name} has {len(picture)} bytes, more than {LARGEST}.")
    (PICTURES / name).write_bytes(picture)
    print(f"{name}: {len(picture)} bytes")


if __name__ == "__main__":
    main()
