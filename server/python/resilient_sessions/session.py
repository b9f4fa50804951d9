"""One session as this process holds it: the messages that wait for the handler, and what the handler sends.

The socket is connection.py's, the record is the store's.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Deque, List, Literal, Optional, Set, Tuple, TypeVar, Union

from .frames import Hello, now_ms
from .store import Data, Entry, FenceLost, NewEntry, SessionClosed, SessionFull, SessionUnknown, StoreUnavailable, Taken

if TYPE_CHECKING:
    from .connection import Connection
    from .server import SessionServer

#: Why a session is over for this process: `bye` of either side, no connection for `ttl`, a record that
#: was lost or does not match the client's counts, or another server has taken it (there it goes on).
EndReason = Literal["closed", "expired", "lost", "taken"]

#: The wait before a step is tried again that the store did not answer, in seconds.
STORE_RETRY = 0.5


@dataclass(frozen=True)
class MessageContext:
    """What a handler learns beside the data.

    `seq`: the number of the message, from 1. `id`: session and number, the same whenever this
    message is handed over: the idempotency key for effects outside the session.
    """

    session: "Session" = field(repr=False)
    seq: int
    id: str = field(repr=False)


@dataclass(frozen=True)
class Unconfirmed:
    """A message of the server that may not have arrived. `reason`: "expired_unsent" (its
    `expires_in` was over first), or why the session ended."""

    seq: int
    data: Data = field(repr=False)
    reason: Literal["expired_unsent", "closed", "expired", "lost"]


MessageHandler = Callable[[Data, MessageContext], Any]
EndHandler = Callable[[EndReason], Any]
_H = TypeVar("_H", bound=Callable[..., Any])


@dataclass(frozen=True)
class Skip:
    """Numbers of the client without a message."""


@dataclass(frozen=True)
class Bye:
    """The client ends the session."""


Item = Union[Data, Skip, Bye]


@dataclass
class _Step:
    """What a running handler has sent: it is stored together with the count."""

    session: "Session"
    entries: List[NewEntry] = field(default_factory=list)
    closing: bool = False
    open: bool = True


_current_step: ContextVar[Optional[_Step]] = ContextVar("resilient_sessions_step", default=None)


class Session:
    """A session. The application gets it in `SessionServer.on_session` and attaches its handler.

    `id`: secret of the client, it belongs in no log. `principal`: whose it is. `resumed`: False
    when the client opened it just now, True when this process took it over from another one.
    """

    def __init__(self, server: "SessionServer", session_id: str, principal: str, resumed: bool, taken: Taken) -> None:
        self.id = session_id
        self.principal = principal
        self.resumed = resumed
        self.fence = taken.fence
        self.counted = taken.received
        self.last = taken.last
        self.acked = taken.last
        self.closing = taken.closing
        self.skipped: Set[int] = set(taken.skipped)
        self.attempt = 0
        self.answered = resumed
        self.ended: Optional[EndReason] = None
        self.expires_at = 0.0
        self.refresh_at = 0.0
        self.connection: Optional[Connection] = None
        self.pump: Optional["asyncio.Task[None]"] = None
        self._server = server
        self._inbox: Deque[Tuple[int, Item]] = deque()
        self._handling = 0
        self._stopped = False
        self._introduced = False
        self._on_message: Optional[MessageHandler] = None
        self._on_end: Optional[EndHandler] = None
        self._skip_lock = asyncio.Lock()
        self._trimming = False
        self._trimmed = 0

    def __repr__(self) -> str:
        return f"<Session fence={self.fence} counted={self.counted} last={self.last}>"

    # -- for the application

    @property
    def connected(self) -> bool:
        """Whether a connection carries the session at the moment."""
        return self.connection is not None

    @property
    def unacknowledged(self) -> int:
        """Messages of the server that the client has not acknowledged yet."""
        return self.last - self.acked

    def on_message(self, handler: _H) -> _H:
        """Sets the handler `async def handler(data, context)`; usable as a decorator.

        Text arrives as str, binary as bytes. Messages are handled one after the other; each is
        acknowledged when the handler has returned. When it raises, `message_failed` is called and
        the message is acknowledged too.
        """
        self._on_message = _callable("on_message", handler)
        return handler

    def on_end(self, handler: _H) -> _H:
        """Sets `handler(reason)`, called once when the session is over for this process."""
        self._on_end = _callable("on_end", handler)
        return handler

    async def send(self, data: Data, *, expires_in: Optional[int] = None) -> None:
        """Sends a message to the client: it is stored until the client acknowledges it.

        Inside the handler it is stored together with the count of the handled message, when the
        handler has finished; elsewhere it is stored when `send` returns. `expires_in`: it is
        skipped and reported if it could not be sent within so many ms; 0 or more, default never.
        Raises TypeError and ValueError for data that cannot be sent, SessionFull when
        `max_unacknowledged` messages wait, SessionClosed, SessionUnknown, StoreUnavailable.
        """
        entry = self._server.new_entry(data, expires_in)
        step = self._own_step()
        if step is None:
            await self._server.append(self.id, [entry])
            return
        if step.closing or self.closing:
            raise SessionClosed("the session is closed")
        if self.unacknowledged + len(step.entries) >= self._server.options.max_unacknowledged:
            raise SessionFull("max_unacknowledged messages of the session wait for acknowledgement")
        step.entries.append(entry)

    async def close(self) -> None:
        """Ends the session: the client gets what was sent before, then `bye`. Repeating it does nothing."""
        step = self._own_step()
        if step is not None:
            step.closing = True
        elif not self.closing:
            await self._server.append(self.id, [], closing=True)

    def _own_step(self) -> Optional[_Step]:
        step = _current_step.get()
        return step if step is not None and step.open and step.session is self else None

    # -- for the connection

    def attach(self, connection: "Connection", hello: Hello) -> None:
        """A new connection carries the session; an older one is closed (rules 5 and 6)."""
        old, self.connection = self.connection, connection
        if old is not None:
            old.taken()
        self._inbox.clear()
        self.attempt = hello.attempt
        self.acked = hello.received
        self.skipped = {seq for seq in self.skipped if seq > self.acked}
        self._wake()

    def detach(self, connection: "Connection") -> None:
        """The connection has ended. The session waits `ttl` for another one."""
        if self.connection is connection:
            self.connection = None
            self._server.left(self)

    def receive(self, number: int, item: Item) -> None:
        """Takes an item in order. `number`: the client's count behind it."""
        is_bye = isinstance(item, Bye)
        if self.ended is not None or self._stopped or (self.closing and not is_bye):
            return
        if not is_bye and number <= max(self.counted, self._handling):
            return
        self._inbox.append((number, item))
        self._wake()

    def acknowledged(self, received: int) -> None:
        """The client has acknowledged the messages up to number `received`."""
        self.acked = received
        if not self._trimming:
            self._trimming = True
            self._server.background(self._trim())

    async def next_batch(self, after: int, count: int) -> List[Entry]:
        """The messages to send behind number `after`. What has expired is recorded as skipped first.

        Raises SessionUnknown when the store has a hole, FenceLost, StoreUnavailable.
        """
        entries = await self._server.store.read(self.id, after, count)
        if [entry.seq for entry in entries] != list(range(after + 1, after + 1 + max(1, len(entries)))):
            raise SessionUnknown("a hole in the store")
        now = now_ms()
        expired = [e for e in entries if e.expires is not None and e.expires <= now and e.seq not in self.skipped]
        if expired:
            async with self._skip_lock:
                skipped = {seq for seq in self.skipped if seq > self.acked} | {entry.seq for entry in expired}
                await self._server.store.skip(self.id, self.fence, sorted(skipped))
                self.skipped = skipped
            for entry in expired:
                await self._server.report_unconfirmed(self, Unconfirmed(entry.seq, entry.data, "expired_unsent"))
        return entries

    # -- for the server

    def advanced(self, last: int, closing: bool = False) -> None:
        """The store has messages up to number `last`, and possibly the order to end the session."""
        self.last = max(self.last, last)
        self.closing = self.closing or closing
        if self.connection is not None:
            self.connection.wake()

    def stop(self) -> None:
        """No further message is handed over; the running handler finishes."""
        self._stopped = True
        self._inbox.clear()

    def end(self, reason: EndReason) -> None:
        """The session is over for this process. What is handled at the moment is not counted any more."""
        if self.ended is None:
            self.ended = reason
            self._inbox.clear()
            if self._on_end is not None:
                self._server.call_hook("on_end", self._on_end, reason)

    # -- handling, one message after the other

    def _wake(self) -> None:
        if self.pump is None and not self._stopped and (self._inbox or not self._introduced):
            self.pump = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            if not self._introduced:
                self._introduced = True
                await self._server.introduce(self)
            while self._inbox and self.ended is None:
                number, item = self._inbox.popleft()
                if isinstance(item, Bye):
                    await self._server.end_session(self, "closed")
                    return
                if number <= self.counted or self.closing:
                    continue
                self._handling = number
                await self._handle(number, item)
        finally:
            self._handling = 0
            self.pump = None
        self._wake()

    async def _handle(self, number: int, item: Item) -> None:
        step = _Step(self)
        failure: Optional[BaseException] = None
        if not isinstance(item, (Skip, Bye)) and self._on_message is not None:
            task = asyncio.create_task(self._call(step, number, item))
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                step.open = False
                task.cancel()
                raise
            failure = asyncio.CancelledError() if task.cancelled() else task.exception()
        step.open = False
        if await self._commit(number, step) and failure is not None:
            await self._server.report_failed(self, number, failure)

    async def _call(self, step: _Step, number: int, data: Data) -> None:
        assert self._on_message is not None
        _current_step.set(step)
        result = self._on_message(data, MessageContext(self, number, f"{self.id}:{number}"))
        if inspect.isawaitable(result):
            await result

    async def _commit(self, number: int, step: _Step) -> bool:
        """Stores count and messages in one step, however long the store needs. False: refused."""
        while self.ended is None:
            try:
                last = await self._server.store.commit(self.id, self.fence, number, step.entries, step.closing)
            except StoreUnavailable:
                await asyncio.sleep(STORE_RETRY)
            except (FenceLost, SessionUnknown) as refusal:
                self._server.lose(self, "taken" if isinstance(refusal, FenceLost) else "lost")
            else:
                self.counted = number
                self._server.statistics.handled += 1
                self.advanced(last, step.closing)
                if self.connection is not None:
                    self.connection.counted()
                return True
        return False

    async def _trim(self) -> None:
        """Drops from the store what is acknowledged; one step at a time, always the newest count."""
        try:
            while self._trimmed < self.acked and self.ended is None:
                received = self.acked
                try:
                    await self._server.store.acknowledge(self.id, self.fence, received)
                    self._trimmed = received
                except StoreUnavailable:
                    await asyncio.sleep(STORE_RETRY)
        except (FenceLost, SessionUnknown) as refusal:
            self._server.lose(self, "taken" if isinstance(refusal, FenceLost) else "lost")
        finally:
            self._trimming = False


def _callable(name: str, handler: Any) -> Any:
    if not callable(handler):
        raise TypeError(f"{name} must be a function")
    return handler
