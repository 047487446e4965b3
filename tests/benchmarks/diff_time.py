"""How long `knowledge diff` takes on the shipped files: nothing kept, one side kept, both kept.

Run it with `python -m tests.benchmarks.diff_time`, on a machine that does nothing else. The change is one that steals
recorded questions, and the diff has to name it. Processor time is printed beside the time on the clock, since the two
versions are asked at once, each on a core.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
OWNER, THIEF = "kelp-withdrawal", "is-rseth-safe"


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as room:
        changed, data = Path(room, "knowledge"), Path(room, "data")
        shutil.copytree(ROOT / "knowledge", changed)
        recorded = (changed / "questions" / "dev.md").read_text("utf-8").splitlines()
        stolen = [line.rsplit(" -> ", 1)[0] for line in recorded if line.endswith(f"-> {OWNER}") and ">>" not in line]
        added = "".join(f"{question} right now\n" for question in stolen[:3])
        thief = next(changed.glob(f"*/{THIEF}.md"))
        thief.write_text(thief.read_text("utf-8").replace("## Questions\n", f"## Questions\n{added}"), "utf-8")
        _show("nothing kept", changed, data)
        next((data / "diff").glob("*.json")).unlink()
        _show("one side kept", changed, data)
        _show("both kept", changed, data)


def _show(name: str, changed: Path, data: Path) -> None:
    command = [sys.executable, "-m", "bot", "knowledge", "diff", str(ROOT / "knowledge")]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [*command, "--knowledge", str(changed), "--json"],
        cwd=ROOT,
        env=os.environ | {"BOT_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    taken, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    found = json.loads(done.stdout)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    lost = ", ".join(f"{one['entry']} -> {one['taker']}: {one['count']}" for one in found["losses"]) or "none"
    most = after.ru_maxrss // 1024
    print(f"{name:<14} {taken:5.1f} s, {used:5.1f} s of processors, {most} MB at most; losses: {lost}")


if __name__ == "__main__":
    main()
