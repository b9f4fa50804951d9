"""SessionServer: the sessions of this process, their life from opening to expiry, and the hooks of the application."""

from __future__ import annotations

import asyncio
import inspect
import logging
import secrets
import weakref
from dataclasses import dataclass
from typing import Any, Callable, Coroutine, Dict, List, Optional, Sequence, Set, Tuple, TypeVar, Union

from starlette.websockets import WebSocket

from . import frames
from .connection import Connection
from .frames import Hello, Violation
from .options import Options
from .session import STORE_RETRY, EndReason, Session, Unconfirmed
from .store import Data, FenceLost, MemoryStore, NewEntry, SessionUnknown, Store, StoreUnavailable, Take, Taken

logger = logging.getLogger("resilient_sessions")

#: Seconds between two looks at the store for lost fences and messages of other servers.
LOOK_INTERVAL = 1.0
#: Milliseconds that a session is kept whose first `welcome` was never answered (rule 14).
UNANSWERED_TTL = 30_000
#: Messages read at once when those of an ended session are reported.
REPORT_BATCH = 32

_H = TypeVar("_H", bound=Callable[..., Any])
PrincipalOf = Callable[[WebSocket, Any], Any]


@dataclass
class Statistics:
    """Counts since the start of the server."""

    opened: int = 0
    resumed: int = 0
    lost: int = 0
    handled: int = 0
    repeated: int = 0
    violations: int = 0


class SessionServer:
    """Serves resumable sessions on the WebSockets of Starlette or FastAPI.

    store: MemoryStore() by default; RedisStore for several processes.
    ttl: ms that a session lives without a connection; 1000 to 30 days, default 5 minutes.
    window: messages of a client that may be unacknowledged; 1 to 1000000, default 1000.
    max_unacknowledged: messages of the server that a session may hold; same range, default 1000.
    max_message: bytes of a message in either direction; 1 to 1 GiB, default 1 MiB.
    ack_delay: ms until a counted message is acknowledged; 0 to 60000, default 200.
    hello_timeout: ms until the first frame must have come; 100 to 600000, default 10000.
    stall_timeout: ms after which a client is cut off that acknowledges nothing while its window is
        full; 100 to 3600000, default 60000.
    principal_of: `principal_of(websocket, auth)`, may be async: returns the name (str) of whoever
        opens or resumes a session, None to refuse (close code 1008). Default: '' for everybody.
        The id of a session protects it then, and nothing else does.

    Raises TypeError and ValueError that name the field and its rule.
    """

    def __init__(
        self,
        *,
        store: Optional[Store] = None,
        ttl: int = 300_000,
        window: int = 1000,
        max_unacknowledged: int = 1000,
        max_message: int = 1_048_576,
        ack_delay: int = 200,
        hello_timeout: int = 10_000,
        stall_timeout: int = 60_000,
        principal_of: Optional[PrincipalOf] = None,
    ) -> None:
        self.options = Options(
            ttl, window, max_unacknowledged, max_message, ack_delay, hello_timeout, stall_timeout
        )
        if store is not None and not callable(getattr(store, "take", None)):
            raise TypeError("store must be a store of sessions, such as MemoryStore()")
        if principal_of is not None and not callable(principal_of):
            raise TypeError("principal_of must be a function of (websocket, auth)")
        self.store: Store = MemoryStore() if store is None else store
        self.statistics = Statistics()
        self._principal_of = principal_of
        self._owner = secrets.token_hex(12)
        self._sessions: Dict[str, Session] = {}
        self._connections: Set[Connection] = set()
        self._tasks: Set["asyncio.Task[Any]"] = set()
        self._append_locks: "weakref.WeakValueDictionary[str, asyncio.Lock]" = weakref.WeakValueDictionary()
        self._noticed: Set[str] = set()
        self._notice = asyncio.Event()
        self._starting: Optional["asyncio.Task[None]"] = None
        self._looking: Optional["asyncio.Task[None]"] = None
        self._stopping = False
        self._hooks: Dict[str, Callable[..., Any]] = {}

    # -- for the application

    def on_session(self, hook: _H) -> _H:
        """Sets `hook(session)`, may be async: called for each new session and each one that this
        process takes over, before its first message. It attaches the handler. Usable as a decorator."""
        return self._hook("on_session", hook)

    def on_message_failed(self, hook: _H) -> _H:
        """Sets `hook(session, seq, error)`: a handler raised; its message is counted all the same."""
        return self._hook("on_message_failed", hook)

    def on_message_unconfirmed(self, hook: _H) -> _H:
        """Sets `hook(session, message)` for each message of the server that may not have arrived;
        `message` is an Unconfirmed."""
        return self._hook("on_message_unconfirmed", hook)

    async def serve(self, websocket: WebSocket) -> None:
        """Serves one WebSocket; to be awaited in its endpoint. Returns when it is closed."""
        await self._start()
        connection = Connection(self, websocket)
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)

    async def send(self, session_id: str, data: Data, *, expires_in: Optional[int] = None) -> None:
        """Sends in any session, whichever server holds it; see Session.send for the errors."""
        await self._start()
        session = self._sessions.get(session_id)
        if session is not None:
            await session.send(data, expires_in=expires_in)
        else:
            await self.append(session_id, [self.new_entry(data, expires_in)])

    async def shutdown(self, timeout: float = 30.0) -> None:
        """Lets running handlers finish, stores their counts and closes all connections with 1012 (rule 13).

        To be called before the ASGI server closes the sockets itself. `timeout`: seconds for the
        handlers; one that takes longer is cancelled and not counted. The sessions stay in the store.
        """
        self._stopping = True
        for session in self._sessions.values():
            session.stop()
        pumps = {session.pump for session in self._sessions.values() if session.pump is not None}
        if pumps:
            _, late = await asyncio.wait(pumps, timeout=timeout)
            for pump in late:
                pump.cancel()
            if late:
                await asyncio.wait(late, timeout=1)
        connections = list(self._connections)
        for connection in connections:
            connection.finish(frames.CLOSE_RESTART, "the server is shutting down")
        ends = [asyncio.create_task(connection.gone.wait()) for connection in connections]
        if ends:
            _, open_ends = await asyncio.wait(ends, timeout=10)
            for end in open_ends:
                end.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=5)
        if self._looking is not None:
            self._looking.cancel()
        await self.store.stop(self._owner)

    # -- for sessions and connections

    def new_entry(self, data: Data, expires_in: Optional[int]) -> NewEntry:
        """Checks what the application sends. Raises TypeError, ValueError."""
        if not isinstance(data, (str, bytes)):
            raise TypeError(f"data must be str or bytes, not {type(data).__name__}")
        if isinstance(data, str) and frames.is_control(data):
            raise ValueError(f"data must not begin with {frames.PREFIX}, which marks control frames")
        try:
            size = frames.byte_length(data)
        except UnicodeEncodeError:
            raise ValueError("data must be text without lone surrogates") from None
        if size > self.options.max_message:
            raise ValueError(f"data must have at most max_message = {self.options.max_message} bytes, not {size}")
        if expires_in is None:
            return NewEntry(data)
        if isinstance(expires_in, bool) or not isinstance(expires_in, int):
            raise TypeError("expires_in must be an integer of milliseconds, or None")
        if not 0 <= expires_in <= self.options.ttl:
            raise ValueError(f"expires_in must be from 0 to ttl = {self.options.ttl} ms")
        return NewEntry(data, frames.now_ms() + expires_in)

    async def append(self, session_id: str, entries: Sequence[NewEntry], closing: bool = False) -> None:
        """Appends under no fence, in the order of the calls. A caller that is cancelled changes nothing."""
        await asyncio.shield(self.background(self._append(session_id, entries, closing)))

    async def _append(self, session_id: str, entries: Sequence[NewEntry], closing: bool) -> None:
        lock = self._append_locks.get(session_id)
        if lock is None:
            lock = self._append_locks[session_id] = asyncio.Lock()
        async with lock:
            limit = self.options.max_unacknowledged
            last = await self.store.append(self._owner, session_id, entries, limit, closing)
        session = self._sessions.get(session_id)
        if session is not None:
            session.advanced(last, closing)

    async def open(self, websocket: WebSocket, hello: Hello) -> Tuple[Session, bool]:
        """The session of a `hello`, and whether it is resumed. Raises Violation, StoreUnavailable."""
        if self._stopping:
            raise Violation("the server is shutting down", frames.CLOSE_RESTART)
        principal = await self._principal(websocket, hello.auth)
        if hello.session is not None:
            session = await self._take(hello.session, principal, hello)
            if session is not None:
                return session, True
        session_id = secrets.token_urlsafe(24)
        await self.store.create(
            self._owner, session_id, principal, hello.attempt, min(UNANSWERED_TTL, self.options.ttl)
        )
        session = Session(self, session_id, principal, False, Taken("resumed", fence=1))
        self._sessions[session_id] = session
        self.statistics.opened += 1
        return session, False

    async def _take(self, session_id: str, principal: str, hello: Hello) -> Optional[Session]:
        session = self._sessions.get(session_id)
        held = 0 if session is None else session.fence
        token = secrets.token_hex(12)
        taken = await self.store.take(
            Take(
                self._owner, token, session_id, principal, hello.attempt, hello.received, held, self.options.ttl
            )
        )
        if taken.status == "unknown":
            return None
        session = self._sessions.get(session_id)
        if taken.status == "stale" or (session is not None and session.fence > taken.fence):
            raise Violation("hello: attempt is not above that of the session", frames.CLOSE_TAKEN)
        if session is not None and (session.fence != taken.fence or taken.status == "ended"):
            self.lose(session, "taken" if session.fence != taken.fence else taken.ended_why or "lost")
            session = None
        if taken.status == "ended":
            ended = Session(self, session_id, principal, True, taken)
            self.background(self._bury(ended, taken.ended_why or "lost", 0))
            return None
        if session is None:
            session = self._sessions[session_id] = Session(self, session_id, principal, True, taken)
        session.advanced(taken.last, taken.closing)
        self.statistics.resumed += 1
        return session

    async def _principal(self, websocket: WebSocket, auth: Any) -> str:
        if self._principal_of is None:
            return ""
        try:
            principal = self._principal_of(websocket, auth)
            if inspect.isawaitable(principal):
                principal = await principal
        except Exception as error:
            logger.error("principal_of raised %s", type(error).__name__)
            raise Violation("the application failed", 1011) from None
        if principal is None:
            raise Violation("refused", frames.CLOSE_REFUSED)
        if not isinstance(principal, str):
            logger.error("principal_of must return str or None, not %s", type(principal).__name__)
            raise Violation("the application failed", 1011)
        return principal

    def answered(self, session: Session) -> None:
        """The client answered the first `welcome`: from now on the whole `ttl` counts."""
        self._refresh(session)

    def left(self, session: Session) -> None:
        """No connection carries the session any more."""
        ttl = self.options.ttl if session.answered else min(UNANSWERED_TTL, self.options.ttl)
        session.expires_at = asyncio.get_running_loop().time() + ttl / 1000
        if session.answered:
            self._refresh(session)

    def lose(self, session: Session, reason: EndReason) -> None:
        """The session is over for this process, but not by its own doing."""
        if self._sessions.get(session.id) is session:
            del self._sessions[session.id]
        if session.ended is None and reason != "taken":
            self.statistics.lost += 1
        session.end(reason)
        if session.connection is not None:
            if reason == "taken":
                session.connection.taken()
            else:
                session.connection.close(frames.CLOSE_RESTART, "the session was lost")

    async def end_session(self, session: Session, reason: EndReason) -> None:
        """Ends a session of this process: nobody can resume it, and its messages are reported."""
        while session.ended is None:
            try:
                await self.store.condemn(session.id, session.fence, only_expired=False)
            except StoreUnavailable:
                await asyncio.sleep(STORE_RETRY)
            except FenceLost:
                self.lose(session, "taken")
            except SessionUnknown:
                self.lose(session, "lost")
            else:
                await self._bury(session, reason, session.acked)

    async def _bury(self, session: Session, reason: EndReason, after: int) -> None:
        """Reports the messages behind number `after` of a session that is marked as ended, and deletes it."""
        if self._sessions.get(session.id) is session:
            del self._sessions[session.id]
        session.end(reason)
        if session.connection is not None:
            session.connection.finish(frames.CLOSE_NORMAL, "the session has ended")
        why = "lost" if reason == "taken" else reason
        try:
            while entries := await self.store.read(session.id, after, REPORT_BATCH):
                for entry in entries:
                    if entry.seq not in session.skipped:
                        await self.report_unconfirmed(session, Unconfirmed(entry.seq, entry.data, why))
                after = entries[-1].seq
            await self.store.delete(session.id, session.fence)
        except StoreUnavailable:
            logger.warning("the store does not answer: messages of an ended session were not reported")

    # -- hooks

    async def introduce(self, session: Session) -> None:
        """Calls on_session."""
        await self._call("on_session", session)

    async def report_failed(self, session: Session, seq: int, error: BaseException) -> None:
        """Calls on_message_failed; without one the kind of the error is logged."""
        if "on_message_failed" not in self._hooks:
            logger.error("a message handler raised %s", type(error).__name__)
        await self._call("on_message_failed", session, seq, error)

    async def report_unconfirmed(self, session: Session, message: Unconfirmed) -> None:
        """Calls on_message_unconfirmed."""
        await self._call("on_message_unconfirmed", session, message)

    def call_hook(self, name: str, hook: Callable[..., Any], *arguments: Any) -> None:
        """Calls a hook without waiting for it."""
        self.background(_guarded(name, hook, *arguments))

    async def _call(self, name: str, *arguments: Any) -> None:
        if name in self._hooks:
            await _guarded(name, self._hooks[name], *arguments)

    def _hook(self, name: str, hook: _H) -> _H:
        if not callable(hook):
            raise TypeError(f"{name} must be a function")
        self._hooks[name] = hook
        return hook

    # -- looking after the sessions

    def background(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Runs something that nobody waits for, and keeps it from being collected."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _start(self) -> None:
        if self._starting is None:
            self._starting = asyncio.create_task(self.store.start(self._owner, self._notified))
            self._looking = asyncio.create_task(self._look_after())
        await asyncio.shield(self._starting)

    def _notified(self, session_id: str) -> None:
        if session_id in self._sessions:
            self._noticed.add(session_id)
            self._notice.set()

    async def _look_after(self) -> None:
        loop = asyncio.get_running_loop()
        next_round = loop.time() + LOOK_INTERVAL
        while True:
            try:
                await asyncio.wait_for(self._notice.wait(), max(0.0, next_round - loop.time()))
            except asyncio.TimeoutError:
                pass
            self._notice.clear()
            every = loop.time() >= next_round
            noticed, self._noticed = self._noticed, set()
            try:
                await self._look(list(self._sessions) if every else list(noticed))
                if every:
                    await self._keep_time()
            except StoreUnavailable:
                logger.warning("the store of sessions does not answer")
            if every:
                next_round = loop.time() + LOOK_INTERVAL

    async def _look(self, session_ids: List[str]) -> None:
        for session_id, state in zip(session_ids, await self.store.look(session_ids)):
            session = self._sessions.get(session_id)
            if session is None:
                continue
            if state is None:
                self.lose(session, "lost")
            elif state[0] > session.fence:
                self.lose(session, "taken")
            elif state[1] > session.last:
                session.advanced(state[1])

    async def _keep_time(self) -> None:
        """Refreshes the sessions with a connection, and ends those that have expired."""
        now = asyncio.get_running_loop().time()
        for session in list(self._sessions.values()):
            if session.connection is not None:
                if session.answered and now >= session.refresh_at:
                    self._refresh(session)
            elif now >= session.expires_at:
                await self._expire(session)

    def _refresh(self, session: Session) -> None:
        ttl = self.options.ttl
        session.refresh_at = asyncio.get_running_loop().time() + ttl / 3000
        self.background(self._step(session, self.store.refresh(session.id, session.fence, ttl)))

    async def _expire(self, session: Session) -> None:
        left = await self._step(session, self.store.condemn(session.id, session.fence, only_expired=True))
        if left == 0:
            await self._bury(session, "expired", session.acked)
        elif left is not None:
            session.expires_at = asyncio.get_running_loop().time() + left / 1000

    async def _step(self, session: Session, step: Coroutine[Any, Any, Any]) -> Union[int, None]:
        try:
            result: Optional[int] = await step
            return result
        except FenceLost:
            self.lose(session, "taken")
        except SessionUnknown:
            self.lose(session, "lost")
        except StoreUnavailable:
            session.refresh_at = 0.0
        return None


async def _guarded(name: str, hook: Callable[..., Any], *arguments: Any) -> None:
    """A hook that raises harms nothing; its text may hold secrets, so only the kind of error is logged."""
    try:
        result = hook(*arguments)
        if inspect.isawaitable(result):
            await result
    except Exception as error:
        logger.error("%s raised %s", name, type(error).__name__)
