"""A SessionServer under uvicorn on the loopback interface, and the test case that starts and ends them."""

from __future__ import annotations

import asyncio
import unittest
from typing import Any, List, Tuple

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from support import Client

from resilient_sessions import Data, EndReason, MessageContext, Session, SessionServer, Unconfirmed


class Host:
    """A SessionServer under uvicorn, with an application that keeps what it was handed.

    An application message `echo:<x>` is answered with <x>; `wait:<x>` waits for `gate`, then sends
    <x>; `fail:<x>` sends <x> and raises. `handed`: (number, data) in order.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("principal_of", lambda websocket, auth: websocket.query_params.get("user", ""))
        self.server = SessionServer(**options)
        self.handed: List[Tuple[int, Data]] = []
        self.sessions: List[Session] = []
        self.failed: List[Tuple[int, BaseException]] = []
        self.unconfirmed: List[Unconfirmed] = []
        self.ends: List[EndReason] = []
        self.gate = asyncio.Event()
        self.server.on_session(self._attach)
        self.server.on_message_failed(lambda session, seq, error: self.failed.append((seq, error)))
        self.server.on_message_unconfirmed(lambda session, message: self.unconfirmed.append(message))
        self._uvicorn: Any = None
        self.url = ""

    def _attach(self, session: Session) -> None:
        self.sessions.append(session)
        session.on_end(self.ends.append)

        @session.on_message
        async def handle(data: Data, context: MessageContext) -> None:
            self.handed.append((context.seq, data))
            if isinstance(data, bytes):
                await session.send(data)
                return
            command, _, rest = data.partition(":")
            if command == "wait":
                await self.gate.wait()
            if command in ("echo", "wait", "fail"):
                await session.send(rest)
            if command == "many":
                for i in range(int(rest)):
                    await session.send(f"m{i}")
            if command == "close":
                await session.close()
            if command == "fail":
                raise LookupError("as asked")

    @property
    def session(self) -> Session:
        return self.sessions[-1]

    async def start(self) -> "Host":
        app = Starlette(routes=[WebSocketRoute("/", self.server.serve)])
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off")
        config.load()
        self._uvicorn = uvicorn.Server(config)
        self._uvicorn.lifespan = config.lifespan_class(config)
        await self._uvicorn.startup()  # Without its main loop, which handles signals and ticks slowly.
        self.url = "ws://127.0.0.1:%d/" % self._uvicorn.servers[0].sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        self.gate.set()
        await self.server.shutdown(timeout=0.5)
        for listening in self._uvicorn.servers:
            listening.close()
            await listening.wait_closed()
        for task in list(self._uvicorn.server_state.tasks):
            task.cancel()


class HostCase(unittest.IsolatedAsyncioTestCase):
    """Ends what a test started. `make_store` is the subclass's."""

    async def asyncSetUp(self) -> None:
        asyncio.get_running_loop().set_debug(False)
        self.hosts: List[Host] = []
        self.clients: List[Client] = []

    async def asyncTearDown(self) -> None:
        for client in self.clients:
            if client.socket is not None:
                client.socket.transport.abort()
        for host in self.hosts:
            await host.stop()

    def make_store(self) -> Any:
        raise NotImplementedError

    async def host(self, **options: Any) -> Host:
        host = Host(**{"store": self.make_store(), "ack_delay": 20, **options})
        self.hosts.append(host)
        return await host.start()

    def client(self, host: Host, user: str = "") -> Client:
        client = Client(host.url, user)
        self.clients.append(client)
        return client

    async def pair(self, **options: Any) -> "tuple[Host, Client]":
        """A server and a client with a new session."""
        host = await self.host(**options)
        client = self.client(host)
        await client.open()
        return host, client

    async def again(self, host: Host, client: Client, **members: Any) -> "tuple[Client, dict[str, Any]]":
        """A further connection of the client's session, and its welcome."""
        other = self.client(host)
        return other, await other.open(session=client.session, **{"attempt": 2, **members})
