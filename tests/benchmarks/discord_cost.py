"""What an interaction costs the bot, measured beside a bare echo bot on the same machine in the same minutes.

Both bots run as processes of their own against one stand-in of Discord each; the rounds alternate, so that other
work on the machine hits both alike and the ratio stays meaningful. Run from the checkout's root:
`python -m tests.benchmarks.discord_cost --rate 50 --seconds 60 --rounds 5`.
"""

import argparse
import asyncio
import itertools
import json
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from tests.benchmarks.questions import QUESTIONS
from tests.standin import Interaction, StandIn, launch
from tests.standin.launch import BotProcess, start
from tests.standin.messages import walk
from tests.standin.world import Json

PROC = Path("/proc/self/stat")
MIB = 2**20
ECHO = "python tests/standin/echo_bot.py"
WARM_UP, SAMPLE_LENGTH = 40, 120
VISIBLE_WITHIN_SECONDS = 15.0
REFUSING = "http://127.0.0.1:9"
OFFLINE = dict.fromkeys(
    ("DEFILLAMA_COINS_URL", "DEFILLAMA_API_URL", "DEFILLAMA_YIELDS_URL", "COINGECKO_URL"), REFUSING
) | {"ETH_RPC_URLS": ""}

Operation = Callable[[str], Awaitable[Interaction]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: closed-loop rounds of `operations` with `concurrency` in flight, starts, and the open loop."""

    rounds: int
    operations: int
    concurrency: int
    starts: int
    rate: float
    seconds: float


@dataclass(slots=True)
class Subject:
    """One bot under measurement, with the command and option that take a text."""

    name: str
    arguments: list[str]
    env: dict[str, str]
    command: str
    option: str
    texts: Iterator[str]
    standin: StandIn = field(default_factory=StandIn)
    bot: BotProcess | None = None
    ready_seconds: list[float] = field(default_factory=list)
    rss_ready: float | None = None
    rss_loaded: float | None = None
    sample: str = ""
    cpu: dict[str, list[float]] = field(default_factory=lambda: {"slash": [], "autocomplete": []})
    lost: int = 0

    async def slash(self, text: str) -> Interaction:
        """A slash command by a member who was not seen before, until its answer can be read."""
        asked = await self.standin.actor("member").slash(self.command, **{self.option: text})
        message = await self._alive(asked.message(VISIBLE_WITHIN_SECONDS))
        self.sample = self.sample or readable(message)
        return asked

    async def autocomplete(self, text: str) -> Interaction:
        """The first half of a question typed, until choices came."""
        typed = text[: max(3, len(text) // 2)]
        asked = await self.standin.actor("member").autocomplete(self.command, self.option, typed)
        await self._alive(asked.response())
        return asked

    async def registered(self) -> None:
        """Wait until the bot registered its command. Raises TimeoutError."""
        await self.standin.requests.wait_for(
            lambda _: any(command["name"] == self.command for command in self.standin.rest.commands()), 20.0
        )

    async def _alive(self, answer: Awaitable[Json]) -> Json:
        """Wait for an answer. Raises RuntimeError with what the bot printed when it is no longer there to give one."""
        try:
            return await answer
        except TimeoutError:
            if self.bot is not None and not self.bot.running:
                raise RuntimeError(f"{self.name} ended during the measurement:\n{self.bot.stderr[-4000:]}") from None
            raise

    def cpu_seconds(self) -> float | None:
        """User and system time of the process so far; None where there is no /proc."""
        if self.bot is None or not PROC.exists():
            return None
        after_name = Path(f"/proc/{self.bot.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mib(self) -> float | None:
        """Resident memory of the process in MiB; None where there is no /proc."""
        if self.bot is None or not PROC.exists():
            return None
        pages = int(Path(f"/proc/{self.bot.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / MIB

    async def closed_loop(self, kind: str, count: int, concurrency: int) -> float | None:
        """Run `count` operations, `concurrency` at a time; returns the CPU time for each in ms."""
        operation = self.slash if kind == "slash" else self.autocomplete
        texts = itertools.islice(self.texts, count)
        before = self.cpu_seconds()
        await asyncio.gather(*(self._work(operation, texts) for _ in range(concurrency)))
        after = self.cpu_seconds()
        return None if before is None or after is None else (after - before) / count * 1000

    async def _work(self, operation: Operation, texts: Iterable[str]) -> None:
        for text in texts:
            try:
                await operation(text)
            except TimeoutError:
                self.lost += 1


def readable(message: Json) -> str:
    """The first words of an answer, to see that it is no error message."""
    displays = [part["content"] for part in walk(message["components"]) if "content" in part]
    cards = [embed.get(part) for embed in message["embeds"] for part in ("title", "description")]
    return " ".join(filter(None, [message["content"], *cards, *displays]))[:SAMPLE_LENGTH].replace("\n", " ")


@dataclass(frozen=True, slots=True)
class OpenLoop:
    """Interactions sent by the clock whatever the bot does; latencies in ms up to the readable answer."""

    sent: int
    lost: int
    latencies: list[float]

    def percentile(self, share: int) -> float | None:
        """The latency in ms that `share` percent stay under; None with fewer than two answers."""
        return quantiles(self.latencies, n=100)[share - 1] if len(self.latencies) > 1 else None


async def open_loop(subject: Subject, rate: float, seconds: float) -> OpenLoop:
    """Send `rate` slash commands a second for `seconds`; an unanswered one, or one answered too late, is lost."""
    began, count = time.monotonic(), int(rate * seconds)
    tasks = []
    for number, text in zip(range(count), subject.texts, strict=False):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        tasks.append(asyncio.create_task(_seen_after_ms(subject, text)))
    results = await asyncio.gather(*tasks)
    latencies = [result for result in results if result is not None]
    return OpenLoop(count, count - len(latencies), latencies)


async def _seen_after_ms(subject: Subject, text: str) -> float | None:
    try:
        asked = await subject.slash(text)
    except TimeoutError:
        return None
    return None if asked.visible is None else (asked.visible - asked.sent) * 1000


async def measure_starts(subjects: list[Subject], count: int) -> None:
    """Start and end each bot `count` times in turn, noting the seconds from spawn to READY."""
    for _ in range(count):
        for subject in subjects:
            bot = await start(subject.standin, subject.arguments, subject.env)
            subject.ready_seconds.append(bot.ready_seconds)
            await bot.terminate()


async def measure_rounds(subjects: list[Subject], plan: Plan) -> None:
    """The alternating rounds; every second one begins with the other bot."""
    for kind in ("slash", "autocomplete"):
        for subject in subjects:
            await subject.closed_loop(kind, WARM_UP, plan.concurrency)
    for number in range(plan.rounds):
        for kind in ("slash", "autocomplete"):
            for subject in subjects[:: -1 if number % 2 else 1]:
                cost = await subject.closed_loop(kind, plan.operations, plan.concurrency)
                if cost is not None:
                    subject.cpu[kind].append(cost)


async def measure(subjects: list[Subject], plan: Plan) -> OpenLoop:
    """Everything, in the order starts, rounds, open loop (for the first subject only)."""
    async with AsyncExitStack() as stack:
        for subject in subjects:
            await stack.enter_async_context(subject.standin)
        await measure_starts(subjects, plan.starts)
        for subject in subjects:
            subject.bot = await stack.enter_async_context(launch(subject.standin, subject.arguments, subject.env))
            subject.rss_ready = subject.rss_mib()
            await subject.registered()
        await measure_rounds(subjects, plan)
        loop = await open_loop(subjects[0], plan.rate, plan.seconds)
        for subject in subjects:
            subject.rss_loaded = subject.rss_mib()
        return loop


def report(subjects: list[Subject], plan: Plan, loop: OpenLoop) -> dict[str, object]:
    """All figures as plain data: CPU in ms, memory in MiB, starts in s, latencies in ms."""
    first, floor = subjects
    return {
        "plan": {name: getattr(plan, name) for name in Plan.__slots__},
        "cpu_ms": {kind: _compared(first.cpu[kind], floor.cpu[kind]) for kind in first.cpu},
        "rss_mib_at_ready": _compared([first.rss_ready or 0.0], [floor.rss_ready or 0.0]),
        "rss_mib_after_load": _compared([first.rss_loaded or 0.0], [floor.rss_loaded or 0.0]),
        "spawn_to_ready_s": _compared(first.ready_seconds, floor.ready_seconds),
        "closed_loop_lost": first.lost,
        "sample_answer": first.sample,
        "open_loop": {
            "sent": loop.sent,
            "lost": loop.lost,
            **{f"p{share}_ms": loop.percentile(share) for share in (50, 95, 99)},
        },
    }


def _compared(mine: list[float], floor: list[float]) -> dict[str, float] | None:
    """Medians of both and the median, least and greatest ratio of the pairs; None when nothing was measured."""
    ratios = [one / other for one, other in zip(mine, floor, strict=True) if other]
    if not ratios:
        return None
    figures = {"bot": median(mine), "echo": median(floor), "ratio": median(ratios)}
    return figures | {"ratio_min": min(ratios), "ratio_max": max(ratios)}


def markdown(figures: dict[str, object]) -> str:
    """The report as a table for people."""
    loop = figures["open_loop"]
    cpu = figures["cpu_ms"]
    assert isinstance(loop, dict)
    assert isinstance(cpu, dict)
    rows = [
        ("CPU per slash command, ms", cpu["slash"]),
        ("CPU per autocomplete, ms", cpu["autocomplete"]),
        ("RSS at READY, MiB", figures["rss_mib_at_ready"]),
        ("RSS after the load, MiB", figures["rss_mib_after_load"]),
        ("Spawn to READY, s", figures["spawn_to_ready_s"]),
    ]
    lines = ["| figure | bot | echo | ratio (least-greatest) |", "|---|---|---|---|"]
    lines += [_row(name, compared) for name, compared in rows]
    latency = ", ".join(f"{name} {loop[f'{name}_ms'] or 0:.1f}" for name in ("p50", "p95", "p99"))
    lines += ["", f"Open loop: {loop['sent']} sent, {loop['lost']} lost; ms until readable: {latency}."]
    lines += [f"Closed loop: {figures['closed_loop_lost']} lost. First answer: {figures['sample_answer']!r}"]
    return "\n".join(lines)


def _row(name: str, compared: object) -> str:
    if not isinstance(compared, dict):
        return f"| {name} | not measured | | |"
    spread = f"({compared['ratio_min']:.2f}-{compared['ratio_max']:.2f})"
    return f"| {name} | {compared['bot']:.2f} | {compared['echo']:.2f} | {compared['ratio']:.2f} {spread} |"


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bot", default="python -m bot", help="command line of the bot (default: %(default)s)")
    parser.add_argument("--command", default="ask", help="its slash command (default: %(default)s)")
    parser.add_argument("--option", default="question", help="the option that takes a text (default: %(default)s)")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE", help="environment of the bot")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds (default: %(default)s)")
    parser.add_argument("--operations", type=int, default=1000, help="a round's operations (default: %(default)s)")
    parser.add_argument("--concurrency", type=int, default=8, help="operations in flight (default: %(default)s)")
    parser.add_argument("--starts", type=int, default=5, help="starts of each bot (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=50.0, help="open loop, a second (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=60.0, help="length of the open loop (default: %(default)s)")
    parser.add_argument("--questions", type=Path, metavar="FILE", help="ask the recorded questions of a file instead")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    return parser.parse_args(arguments)


def questions_in(file: Path | None) -> tuple[str, ...]:
    """The questions to ask: those of a file of recorded questions, or forty that ship with the benchmark."""
    if file is None:
        return QUESTIONS
    lines = file.read_text(encoding="utf-8").splitlines()
    return tuple(line[2:].rpartition(" -> ")[0] for line in lines if line.startswith("- "))


def command_line(text: str) -> list[str]:
    """A command split as a shell would; `python` stands for the interpreter that runs this."""
    first, *rest = shlex.split(text)
    return [sys.executable if first == "python" else first, *rest]


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; returns 1 when an interaction was lost."""
    chosen = parse(arguments)
    plan = Plan(*(getattr(chosen, name) for name in Plan.__slots__))
    if not PROC.exists():
        print("CPU time and memory are read from /proc, which this system lacks: both are left out.", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="discord-cost-") as folder:
        env = {"DISCORD_TOKEN": "made-up", "BOT_DATA_DIR": folder} | OFFLINE
        own = env | dict(pair.split("=", 1) for pair in chosen.env)
        texts = questions_in(chosen.questions)
        subjects = [
            Subject("bot", command_line(chosen.bot), own, chosen.command, chosen.option, itertools.cycle(texts)),
            Subject("echo", command_line(ECHO), env, "echo", "text", itertools.cycle(texts)),
        ]
        loop = asyncio.run(measure(subjects, plan))
    figures = report(subjects, plan, loop)
    print(markdown(figures))
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 1 if loop.lost or subjects[0].lost else 0


if __name__ == "__main__":
    sys.exit(main())
