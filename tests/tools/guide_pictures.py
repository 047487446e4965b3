"""Takes the pictures of the moderators' guide: what the try-out shows while somebody edits a file, and what `/kb` does.

Run it by `make guide-pictures`. It needs the package playwright and Chromium, whose path CHROMIUM may name. It works on
a copy of the knowledge folder; of the folder itself it changes nothing but the pictures. Each picture holds the words
that it shows, by which a test sees when the bot says something else by now.
"""

import io
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Locator, Page

from bot.knowledge.template import entry_text
from tests.tools.guide_sample import (
    FROZEN,
    FROZEN_ENTRY,
    INCIDENT,
    PICTURES,
    PROPOSED,
    REASON,
    REFUSED,
    SAMPLE,
    SAMPLE_FILE,
    SAVED,
    SLIP,
    WORDS,
)
from tests.tools.screenshot import CARD, CHECKOUT, COMPOSER, LARGEST, MESSAGE, around, chromium, to_the_end

PATIENCE = 120.0
"""Seconds until a card must stand on the page; a saved file is served once the matcher is trained on it."""
LOOK_EVERY, SUGGESTED = 1000.0, 500.0
"""Milliseconds between two looks, and until suggestions show."""
OPTION = ".command-option-input"


def main() -> None:
    """Take all pictures anew."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as room:
        folder = Path(room) / "knowledge"
        shutil.copytree(CHECKOUT / "knowledge", folder)
        with try_out(folder, Path(room) / "data") as address, chromium() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 1400}, device_scale_factor=1.5)
            page.goto(address)
            page.locator(MESSAGE).first.wait_for()
            edit(page, folder)
            decide(page)


def edit(page: Page, folder: Path) -> None:
    """A new entry is saved, then saved again with a slip in it."""
    path, text = folder / SAMPLE_FILE, entry_text(SAMPLE, datetime.now(UTC).date())
    path.write_text(text, encoding="utf-8")
    take(page, "saved.png", posted(page, SAVED))
    path.write_text(text.replace(*SLIP), encoding="utf-8")
    take(page, "slip.png", posted(page, REFUSED))


def decide(page: Page) -> None:
    """An entry is frozen, and an incident proposed."""
    typed(page, "/kb freeze", {"reason": REASON, "entry": FROZEN_ENTRY})
    take(page, "freeze.png", posted(page, FROZEN))
    typed(page, "/kb incident open", INCIDENT)
    take(page, "incident.png", posted(page, PROPOSED))


@contextmanager
def try_out(folder: Path, data: Path) -> Iterator[str]:
    """The address of a try-out of these files."""
    environment = {name: value for name, value in os.environ.items() if name != "DISCORD_TOKEN"}
    environment |= {"BOT_KNOWLEDGE_DIR": str(folder), "BOT_DATA_DIR": str(data)}
    bot = (sys.executable, "-m", "bot")
    with subprocess.Popen(
        bot, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield next(word for line in process.stdout or () for word in line.split() if word.startswith("http://"))
        finally:
            process.terminate()


def typed(page: Page, command: str, options: Mapping[str, str]) -> None:
    """Type a command with its options and send it."""
    page.locator(COMPOSER).press_sequentially(command, delay=20)
    page.locator(".command-entry").first.wait_for()
    page.keyboard.press("Enter")
    page.locator(OPTION).first.wait_for()
    for option, text in options.items():
        field = page.locator(f"{OPTION}[data-option={option}]")
        if not field.count():  # one that may be left out is asked for
            page.locator(".command-ghost").click()
            page.locator(".command-popup").get_by_text(option, exact=True).first.click()
        field.fill(text)
        page.wait_for_timeout(SUGGESTED)
        page.keyboard.press("Escape")  # the suggestions; Enter would pick the first
    page.keyboard.press("Enter")
    page.locator(OPTION).first.wait_for(state="detached")


def posted(page: Page, words: str) -> Locator:
    """The newest message with these words, once it is there. The page is opened anew each time: what the bot posts by
    itself need not show on a page that is open.
    """
    message, end = page.locator(MESSAGE).filter(has_text=words).last, time.monotonic() + PATIENCE
    while not message.count():
        if time.monotonic() > end:
            sys.exit(f"No message says '{words}'.")
        page.wait_for_timeout(LOOK_EVERY)
        page.reload()
        page.locator(MESSAGE).first.wait_for()
    to_the_end(page)
    message.scroll_into_view_if_needed()
    return message


def take(page: Page, name: str, message: Locator) -> None:
    """Write the picture of a message, with its words; refuse one that is too large for a page."""
    words = PngInfo()
    words.add_itxt(WORDS, " ".join(message.inner_text().split()))
    picture = io.BytesIO()
    with Image.open(io.BytesIO(page.screenshot(clip=around(message, message.locator(CARD).first)))) as shot:
        shot.save(picture, "PNG", optimize=True, pnginfo=words)
    if len(picture.getvalue()) > LARGEST:
        sys.exit(f"{name} has {len(picture.getvalue())} bytes, more than {LARGEST}.")
    (PICTURES / name).write_bytes(picture.getvalue())
    print(f"{name}: {len(picture.getvalue())} bytes")


if __name__ == "__main__":
    main()
