"""Keyed hashes that let a member change or erase what is theirs without the database ever holding who they are.

A key is used for one retention period, then kept for one more, since what was made under it is held that long.
After that nobody, the operator included, can tie what was made under it to a member.
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

SECRET_BYTES = 32
CODE_DIGITS = 10
"""Hexadecimal digits of a moderator's code: among a thousand of them two are alike once in two million keys."""


@dataclass(frozen=True, slots=True)
class VoteKey:
    """One secret and the time it was in use, in UTC seconds; `retired_at` is None while it is."""

    secret: bytes = field(repr=False)
    made_at: int
    retired_at: int | None = None

    @property
    def name(self) -> str:
        """Says which key made a hash, and nothing about the secret."""
        return self._hash("key")

    def member(self, user_id: int) -> str:
        """What stands for the member in the database."""
        return self._hash("member", str(user_id))

    def vote(self, user_id: int, entry: str) -> str:
        """What stands for this member's one vote on this entry."""
        return self._hash("vote", str(user_id), entry)

    def asker(self, user_id: int) -> str:
        """What stands for the member beside questions that were not served; it leads to no vote of theirs."""
        return self._hash("asker", str(user_id))

    def moderator(self, user_id: int) -> str:
        """The code of a moderator in the audit log: short enough to be read, and it leads to nothing else."""
        return self._hash("moderator", str(user_id))[:CODE_DIGITS]

    def _hash(self, *parts: str) -> str:
        message = "\0".join(parts).encode("utf-8", "replace")
        return hmac.new(self.secret, message, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The key in use first, then those that are kept because what was made under them is still held."""

    keys: tuple[VoteKey, ...]

    @classmethod
    def begin(cls, now: datetime) -> Self:
        """A ring with one new random key."""
        return cls((_new_key(now),))

    @property
    def current(self) -> VoteKey:
        """The key that new hashes are made under."""
        return self.keys[0]

    def members(self, user_id: int) -> list[str]:
        """Every hash that may stand for the member in the votes that are held now."""
        return [key.member(user_id) for key in self.keys]

    def askers(self, user_id: int) -> list[str]:
        """Every hash that may stand for the member in the questions that are held now."""
        return [key.asker(user_id) for key in self.keys]

    def codes(self, user_id: int) -> list[str]:
        """Every code that is still known to be this moderator's, the one in use first."""
        return [key.moderator(user_id) for key in self.keys]

    def rotated(self, now: datetime, retention: timedelta) -> "KeyRing":
        """The ring as it should be at `now`: an aged key replaced, and those dropped of which nothing is held."""
        oldest = (now - retention).timestamp()
        kept = tuple(key for key in self.keys if key.retired_at is None or key.retired_at >= oldest)
        if self.current.made_at >= oldest:
            return KeyRing(kept)
        retired = replace(self.current, retired_at=int(now.timestamp()))
        return KeyRing((_new_key(now), retired, *kept[1:]))


def load_keys(path: Path) -> KeyRing | None:
    """The ring in the file, or None where there is no file or it holds no usable ring.

    OSError where the file is there and cannot be read: its keys are then not lost.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        keys = tuple(_read_key(item) for item in json.loads(content)["keys"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    usable = bool(keys) and keys[0].retired_at is None and all(key.retired_at is not None for key in keys[1:])
    return KeyRing(keys) if usable else None


def save_keys(path: Path, ring: KeyRing) -> None:
    """Replace the file in one step; only the owner of the process may read it. OSError where that fails."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"keys": [_write_key(key) for key in ring.keys]}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _new_key(now: datetime) -> VoteKey:
    return VoteKey(secrets.token_bytes(SECRET_BYTES), made_at=int(now.timestamp()))


def _write_key(key: VoteKey) -> dict[str, str | int | None]:
    return {"secret": key.secret.hex(), "made_at": key.made_at, "retired_at": key.retired_at}


def _read_key(item: dict[str, str | int | None]) -> VoteKey:
    secret = bytes.fromhex(str(item["secret"]))
    if len(secret) != SECRET_BYTES:
        raise ValueError("A key has another length.")
    retired_at = item["retired_at"]
    return VoteKey(secret, int(item["made_at"] or 0), None if retired_at is None else int(retired_at))
