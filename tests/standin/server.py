"""The stand-in itself: one object that a test starts, points a bot process at, and plays members on."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from aiohttp import web

from tests.standin.actors import Actor
from tests.standin.gateway import Gateway
from tests.standin.ledger import Ledger
from tests.standin.messages import MessageStore
from tests.standin.rest import Rest, Validator
from tests.standin.world import MEMBER_PERMISSIONS, MODERATOR_PERMISSIONS, World

INTERACTION_TOKEN_SECONDS = 15 * 60


class StandIn:
    """Discord on a free port of 127.0.0.1, as an async context manager.

    `validator(method, path, json)` returns what is wrong with a payload; a payload with problems is refused with
    error 50035 and the problems are kept in the recorded request. `token` is the only token accepted, None accepts
    any. `answer_seconds` is the time for a first answer, `privileged_intents` the bits that do not lead to close
    code 4014.
    """

    def __init__(
        self,
        *,
        validator: Validator | None = None,
        token: str | None = None,
        answer_seconds: float = 3.0,
        heartbeat_seconds: float = 41.25,
        privileged_intents: int = 0,
    ) -> None:
        self.world = World()
        self.gateway = Gateway(self.world, token, heartbeat_seconds, privileged_intents)
        self.store = MessageStore(self.world)
        self.ledger = Ledger(self.world, self.store, answer_seconds, INTERACTION_TOKEN_SECONDS)
        self.rest = Rest(self.world, self.gateway, self.ledger, self.store)
        self.rest.validator, self.rest.token = validator, token
        self.requests, self.faults = self.rest.requests, self.rest.faults
        self.member = self.actor("member")
        self.moderator = self.actor("moderator", MODERATOR_PERMISSIONS)
        self.url = ""
        self._runner: web.AppRunner | None = None

    def actor(self, name: str, permissions: int = MEMBER_PERMISSIONS) -> Actor:
        """A new member of the guild for a test to play."""
        return Actor(self, self.world.add_user(name, permissions))

    async def start(self) -> None:
        """Listen on a free port; `url` is known afterwards."""
        app = web.Application(client_max_size=25 * 2**20)
        self.rest.add_routes(app)
        app.router.add_get("/gateway", self.gateway.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        # A thousand members at once open a thousand connections; one that finds no place tries again after a second.
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=4096)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self.gateway.url = f"ws://{host}:{port}/gateway"
        self.store.cdn = f"{self.url}/cdn"

    async def stop(self) -> None:
        """Cut all connections and stop listening."""
        self.gateway.shut()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
