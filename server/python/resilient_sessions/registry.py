"""The sessions of one process: opening, taking, losing and ending them."""

from __future__ import annotations

import asyncio
import inspect
import logging
import secrets
import weakref
from dataclasses import dataclass
from typing import Any, Callable, Coroutine, Dict, Optional, Sequence, Set, Tuple

from starlette.websockets import WebSocket

from . import frames
from .frames import Hello, Violation
from .hooks import Hooks
from .messages import EndReason, Unconfirmed
from .options import Options
from .session import STORE_RETRY, Session
from .store import Append, FenceLost, NewEntry, SessionError, SessionUnknown, Store, StoreUnavailable, Take
from .store import Taken, WritesLost
from .upkeep import Upkeep

logger = logging.getLogger("resilient_sessions")

#: Milliseconds that a session is kept whose first `welcome` was never answered (rule 14).
UNANSWERED_TTL = 30_000
#: Messages read at once when those of an ended session are reported.
REPORT_BATCH = 32

#: Returns who the client is, or None to refuse it; may be async.
PrincipalOf = Callable[[WebSocket, Any], Any]


@dataclass
class Statistics:
    """Counts since the start: sessions opened, resumed and lost; messages handled; numbers that came
    again and were refused; violations of the protocol."""

    opened: int = 0
    resumed: int = 0
    lost: int = 0
    handled: int = 0
    repeated: int = 0
    violations: int = 0


class Registry:
    """See the module. `options`, `store`, `hooks` and `statistics` are those of the server."""

    def __init__(self, options: Options, store: Store, principal_of: Optional[PrincipalOf]) -> None:
        self.options = options
        self.store = store
        self.hooks = Hooks()
        self.statistics = Statistics()
        self.sessions: Dict[str, Session] = {}
        self._principal_of = principal_of
        self._owner = secrets.token_hex(12)
        self._tasks: Set["asyncio.Task[Any]"] = set()
        self._append_locks: "weakref.WeakValueDictionary[str, asyncio.Lock]" = weakref.WeakValueDictionary()
        self._upkeep = Upkeep(self)
        self._starting: Optional["asyncio.Task[None]"] = None
        self._looking: Optional["asyncio.Task[None]"] = None
        self._stopping = False

    async def start(self) -> None:
        """Starts the store and the regular work (upkeep.py); repeating it does nothing."""
        if self._starting is None:
            self._starting = asyncio.create_task(self.store.start(self._owner, self._upkeep.notified))
            self._looking = asyncio.create_task(self._upkeep.run())
        await asyncio.shield(self._starting)

    async def finish_handlers(self, timeout: float) -> None:
        """Hands over nothing more and waits for the handlers that run; late ones are cancelled."""
        self._stopping = True
        for session in self.sessions.values():
            session._stop()
        pumps = {session._pump for session in self.sessions.values() if session._pump is not None}
        if pumps:
            _, late = await asyncio.wait(pumps, timeout=timeout)
            for pump in late:
                pump.cancel()
            if late:
                await asyncio.wait(late, timeout=1)

    async def stop(self) -> None:
        """Ends what `start` began."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=5)
        if self._looking is not None:
            self._looking.cancel()
        await self.store.stop(self._owner)

    # -- opening

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
        await self.store.create(self._owner, session_id, principal, hello.attempt, self.options.ttl)
        session = Session(self, session_id, principal, False, Taken("resumed", fence=1))
        self._hold(session)
        self.statistics.opened += 1
        return session, False

    async def _principal(self, websocket: WebSocket, auth: Any) -> str:
        if self._principal_of is None:
            return ""
        try:
            principal = self._principal_of(websocket, auth)
            if inspect.isawaitable(principal):
                principal = await principal
            if principal is not None and not isinstance(principal, str):
                raise TypeError("principal_of must return str or None")
        except Exception as error:
            logger.error("principal_of raised %s", type(error).__name__)
            raise Violation("the application failed", frames.CLOSE_FAILED) from None
        if principal is None:
            raise Violation("refused", frames.CLOSE_REFUSED)
        return principal

    async def _take(self, session_id: str, principal: str, hello: Hello) -> Optional[Session]:
        held = self.sessions.get(session_id)
        fence = 0 if held is None else held._fence
        token = secrets.token_hex(12)
        take = Take(
            self._owner, token, session_id, principal, hello.attempt, hello.received, fence, self.options.ttl
        )
        taken = await self.store.take(take)
        if taken.status == "unknown":
            return None
        held = self.sessions.get(session_id)
        if taken.status == "stale" or (held is not None and held._fence > taken.fence):
            raise Violation("hello: attempt is not above that of the session", frames.CLOSE_TAKEN)
        if held is not None and held._fence < taken.fence:
            self.lose(held, "taken")
            held = None
        session = held or Session(self, session_id, principal, True, taken)
        if taken.status == "ended":
            if session._connection is not None:
                session._connection.taken()
            self.statistics.lost += taken.ended_why != "closed"
            self.background(self.report_and_delete(session, taken.ended_why or "lost", 0))
            return None
        if held is None:
            self._hold(session)
        session._advanced(taken.last, taken.closing)
        self.statistics.resumed += 1
        return session

    def _hold(self, session: Session) -> None:
        """This process holds the session from now on. `ttl` counts from the end of its last connection."""
        self.sessions[session.id] = session
        if self._stopping:
            session._stop()
        now = asyncio.get_running_loop().time()
        session._expires_at = now + self.options.ttl / 1000
        session._refresh_at = now + self.options.ttl / 3000

    # -- sending from outside a handler

    async def append(self, session_id: str, entries: Sequence[NewEntry], closing: bool = False) -> None:
        """Appends under no fence, in the order of the calls. A caller that is cancelled stops nothing.

        Raises SessionUnknown, SessionClosed, SessionFull, StoreUnavailable.
        """
        await self.start()
        await asyncio.shield(self.background(self._append(session_id, entries, closing)))

    async def _append(self, session_id: str, entries: Sequence[NewEntry], closing: bool) -> None:
        lock = self._append_locks.get(session_id)
        if lock is None:
            lock = self._append_locks[session_id] = asyncio.Lock()
        async with lock:
            session = self.sessions.get(session_id)
            known = 0 if session is None else session._last
            append = Append(self._owner, session_id, known, self.options.max_queue, entries, closing)
            try:
                last = await self.store.append(append)
            except WritesLost as refusal:
                if session is not None:
                    self.refused(session, refusal)
                raise SessionUnknown from None
        session = self.sessions.get(session_id)
        if session is not None:
            session._advanced(last, closing)

    # -- ends

    def left(self, session: Session) -> None:
        """No connection carries the session any more."""
        ttl = self.options.ttl if session._answered else min(UNANSWERED_TTL, self.options.ttl)
        session._expires_at = asyncio.get_running_loop().time() + ttl / 1000
        self._upkeep.refresh(session, ttl)

    def refused(self, session: Session, refusal: SessionError) -> None:
        """The store refused a step of the session, with FenceLost, SessionUnknown or WritesLost."""
        if isinstance(refusal, FenceLost):
            self.lose(session, "taken")
        elif isinstance(refusal, WritesLost):
            self.background(self.end_session(session, "lost"))
        elif not session._ending:
            self.lose(session, "lost")

    def lose(self, session: Session, reason: EndReason) -> None:
        """The session has ended for this process, because another one took it or its record is gone."""
        if session.ended is not None:
            return
        self._forget(session, reason)
        if reason != "taken":
            self.statistics.lost += 1
        if session._connection is not None and reason == "taken":
            session._connection.taken()
        elif session._connection is not None:
            session._connection.close(frames.CLOSE_RESTART, "the store has lost the session")

    async def end_session(self, session: Session, reason: EndReason) -> None:
        """Ends a session of this process: it cannot be resumed, and its messages are reported."""
        session._ending = True
        session._stop()
        while session.ended is None:
            try:
                await self.store.mark_ended(session.id, session._fence, only_expired=False)
            except StoreUnavailable:
                await asyncio.sleep(STORE_RETRY)
            except FenceLost:
                self.lose(session, "taken")
            except SessionUnknown:
                self.lose(session, "lost")
            else:
                await self.report_and_delete(session, reason, session._acked)

    async def report_and_delete(self, session: Session, reason: EndReason, after: int) -> None:
        """Reports the messages after number `after` of a session that is marked as ended, and deletes it."""
        self._forget(session, reason)
        if session._connection is not None:
            is_normal = reason in ("bye", "closed")
            code = frames.CLOSE_NORMAL if is_normal else frames.CLOSE_RESTART
            session._connection.finish(code, "the session has ended")
        why = "lost" if reason == "taken" else reason
        try:
            while entries := await self.store.read(session.id, after, REPORT_BATCH):
                for entry in entries:
                    if entry.seq not in session._skipped:
                        await self.report_unconfirmed(session, Unconfirmed(entry.seq, entry.data, why))
                after = entries[-1].seq
            await self.store.delete(session.id, session._fence)
        except StoreUnavailable:
            logger.warning("the store does not answer: messages of an ended session were not reported")

    def _forget(self, session: Session, reason: EndReason) -> None:
        if self.sessions.get(session.id) is session:
            del self.sessions[session.id]
        session._end(reason)

    async def report_unconfirmed(self, session: Session, message: Unconfirmed) -> None:
        """Reports a message that may not have arrived to the application."""
        await self.hooks.call("on_message_unconfirmed", session, message)

    async def report_unstored(self, session: Session, entries: Sequence[NewEntry]) -> None:
        """Reports what a handler has sent in a session that is over, unless another server goes on with it."""
        reason = session.ended or "lost"
        if reason == "taken":
            return
        for entry in entries:
            await self.report_unconfirmed(session, Unconfirmed(0, entry.data, reason))

    def background(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Runs something in a task, and keeps a reference so that the task is not garbage-collected."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
