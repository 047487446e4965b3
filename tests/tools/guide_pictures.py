"""Takes the pictures of the moderators' guide: what the try-out shows while somebody edits a file, and what `/kb` does.

Run it by `make guide-pictures`. It needs the package playwright and Chromium, whose path CHROMIUM may name. It works on a
copy of the knowledge folder; of the folder itself it changes nothing but the pictures.
"""

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
from typing import Final

from playwright.sync_api import Browser, Locator, Page

from bot.knowledge.entries import Status
from bot.knowledge.template import NewEntry, entry_text
from tests.tools.screenshot import CARD, CHECKOUT, COMPOSER, LARGEST, MESSAGE, around, chromium, to_the_end

PICTURES: Final = CHECKOUT / "knowledge" / "_guide"
SAVED: Final = "Saved: glossary"
REFUSED: Final = "not taken over"
FROZEN: Final = "I am silent there"
PROPOSED: Final = "Open an incident?"
PATIENCE: Final = 120.0
"""Seconds until a card must stand on the page; a saved file is served once the matcher is trained on it."""
SAMPLE_FILE: Final = "glossary/what-is-gwei.md"
SAMPLE: Final = NewEntry(
    title="What is gwei?",
    questions=(
        "what is gwei",
        "gwei meaning",
        "how many gwei is one eth",
        "what does gwei stand for",
        "fee says 3 gwei, is that a lot of eth",
        "my wallet shows gwei instead of eth",
        "convert gwei to eth",
        "why are balances of validators counted in gwei",
    ),
    answer="Gwei is a small unit of ether: 1,000,000,000 gwei make one ETH. Fees are named in it, and Ethereum counts "
    "validators' balances in it.",
    sources=("2025-12-31 P [ethereum.org on ether](https://ethereum.org/eth/) units",),
    status=Status.PUBLISHED,
)
"""The entry that the guide writes; a test holds that what the guide types makes it."""
SLIP: Final = ("reviewed:", "reviewd:")


def main() -> None:
    """Take all pictures anew."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as room:
        folder = Path(room) / "knowledge"
        shutil.copytree(CHECKOUT / "knowledge", folder)
        with try_out(folder, Path(room) / "data") as address, chromium() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 1000}, device_scale_factor=1.5)
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
    typed(page, "/kb freeze", {"reason": "the waiting time is wrong", "entry": "kelp-withdrawal"})
    take(page, "freeze.png", posted(page, FROZEN))
    said = {
        "protocols": "kelp",
        "title": "withdrawals paused",
        "banner": "Kelp has paused withdrawals. Trust only its own channels, and sign nothing.",
    }
    typed(page, "/kb incident open", said)
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
    page.locator(".command-option-input").first.wait_for()
    page.screenshot(path="/tmp/b6/h11/typed.png")
    print(page.locator("#channel-composer").inner_html()[:6000])


def posted(page: Page, words: str) -> Locator:
    """The newest message with these words, once it is there: a page shows what the bot posts by itself when it is
    asked to.
    """
    message, end = page.locator(MESSAGE).filter(has_text=words).last, time.monotonic() + PATIENCE
    while not message.count():
        if time.monotonic() > end:
            page.screenshot(path="/tmp/b6/h11/x.png"); sys.exit(f"No message says {words!r}.")
        page.locator("#refresh").click()
        page.wait_for_timeout(500)
    to_the_end(page)
    return message


def take(page: Page, name: str, message: Locator) -> None:
    """Write the picture of a message; refuse one that is too large for a page."""
    picture = page.screenshot(clip=around(message, message.locator(CARD).first))
    if len(picture) > LARGEST:
        sys.exit(f"{name} has {len(picture)} bytes, more than {LARGEST}.")
    (PICTURES / name).write_bytes(picture)
    print(f"{name}: {len(picture)} bytes")


if __name__ == "__main__":
    main()
