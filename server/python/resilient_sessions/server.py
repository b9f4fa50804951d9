"""SessionServer: what an application of Starlette or FastAPI creates, and its hooks."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Optional, Set, TypeVar

from starlette.websockets import WebSocket

from . import frames
from .connection import Connection
from .hooks import check_callable
from .memory_store import MemoryStore
from .messages import new_entry
from .options import Options
from .registry import PrincipalOf, Registry, Statistics
from .store import Data, Store

_H = TypeVar("_H", bound=Callable[..., Any])

#: What a store must have.
_STORE_METHODS = (
    "start", "stop", "create", "take", "commit", "append", "read", "acknowledge", "skip", "look",
    "refresh", "mark_ended", "delete",
)  # fmt: skip


class SessionServer:
    """Serves resumable sessions on the WebSockets of Starlette or FastAPI.

    store: MemoryStore() by default; RedisStore for several processes.
    ttl: ms that a session lives without a connection; 1 to 2147483647, default 300000.
    window: messages of a client that may be unacknowledged; 1 to 1000000, default 1000.
    max_queue: messages of the server that a session keeps until they are acknowledged; 1 to
        1000000, default 1000.
    max_message: bytes of a message in either direction; 1 to 1073741824, default 1048576.
    max_waiting_bytes: bytes of a session's messages that wait for the handler. When more arrive, the
        connection is closed with 1013; the client reconnects later and sends again what was not
        counted. At least max_message; default None: no limit but window x max_message.
    ack_delay: ms until a counted message is acknowledged; 0 to 60000, default 200.
    hello_timeout: ms until the first frame must have come; 1 to 2147483647, default 10000.
    stall_timeout: ms; the connection of a client is closed with 4400 when it acknowledges nothing
        for this time while its window is full and messages wait; 1 to 2147483647, default 60000.
    principal_of: `principal_of(websocket, auth)`, may be async: returns who the client is (str), or
        None to refuse it (close code 4401). `auth` is the member of the client's hello, None without
        one; it comes from the network and has any shape. If it raises, the code is 1011. Default: ''
        for every client, so that the secret id of a session is enough to resume it.

    Raises TypeError and ValueError that name the field and its rule.
    """

    def __init__(
        self,
        *,
        store: Optional[Store] = None,
        ttl: int = 300_000,
        window: int = 1000,
        max_queue: int = 1000,
        max_message: int = 1_048_576,
        max_waiting_bytes: Optional[int] = None,
        ack_delay: int = 200,
        hello_timeout: int = 10_000,
        stall_timeout: int = 60_000,
        principal_of: Optional[PrincipalOf] = None,
    ) -> None:
        options = Options(
            ttl, window, max_queue, max_message, max_waiting_bytes, ack_delay, hello_timeout, stall_timeout
        )
        store = MemoryStore() if store is None else store
        for name in _STORE_METHODS:
            if not callable(getattr(store, name, None)):
                raise TypeError(f"store must be a store of sessions: it has no method {name}")
        if principal_of is not None:
            check_callable("principal_of", principal_of)
        self._registry = Registry(options, store, principal_of)
        self._connections: Set[Connection] = set()

    @property
    def statistics(self) -> Statistics:
        """Counts since the start of the server."""
        return self._registry.statistics

    def on_session(self, hook: _H) -> _H:
        """Sets `hook(session)`, may be async: called for each new session and each one that this
        process takes over, before its first message. It attaches the handler. Usable as a decorator."""
        self._registry.hooks.set("on_session", hook)
        return hook

    def on_message_failed(self, hook: _H) -> _H:
        """Sets `hook(session, seq, error)`, may be async: a handler raised; its message is counted
        all the same. Without a hook the kind of the error is logged."""
        self._registry.hooks.set("on_message_failed", hook)
        return hook

    def on_message_unconfirmed(self, hook: _H) -> _H:
        """Sets `hook(session, message)`, may be async, called for each message of the server that
        may not have arrived and is not sent again; `message` is an Unconfirmed."""
        self._registry.hooks.set("on_message_unconfirmed", hook)
        return hook

    async def serve(self, websocket: WebSocket) -> None:
        """Serves one WebSocket; to be awaited in its endpoint. Returns when it is closed."""
        await self._registry.start()
        connection = Connection(self._registry, websocket)
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)

    async def send(self, session_id: str, data: Data, *, ttl: Optional[int] = None) -> None:
        """Sends in any session, whichever server holds it. Options and errors: see Session.send."""
        session = self._registry.sessions.get(session_id)
        if session is not None:
            await session.send(data, ttl=ttl)
        else:
            await self._registry.append(session_id, [new_entry(data, ttl, self._registry.options)])

    async def shutdown(self, timeout: float = 30.0) -> None:
        """Lets running handlers finish, stores their counts and closes all connections with 1012 (rule 13).

        To be called before the ASGI server closes the sockets itself. `timeout`: seconds for the
        handlers; one that takes longer is cancelled and its message not counted. The sessions stay
        in the store.
        """
        await self._registry.finish_handlers(timeout)
        connections = list(self._connections)
        for connection in connections:
            connection.finish(frames.CLOSE_RESTART, "the server is shutting down", flush=True)
        ends = [asyncio.create_task(connection.gone.wait()) for connection in connections]
        if ends:
            _, still_open = await asyncio.wait(ends, timeout=5)
            for end in still_open:
                end.cancel()
        await self._registry.stop()
