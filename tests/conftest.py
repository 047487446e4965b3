"""What all tests share: how properties are tried, and a header that says with what."""

import os
import platform
import sqlite3
from importlib import metadata

from hypothesis import settings

# A busy machine is slow without being wrong, so no example has a deadline; CI tries the same examples every time.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

SHOWN = ("discord.py", "simcord", "sqlite-utils", "numpy", "rapidfuzz")


def pytest_report_header():
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in SHOWN)
    return f"{versions}; SQLite {sqlite3.sqlite_version}, {platform.python_implementation()} {platform.machine()}"
