"""One session as this process holds it: the messages that wait for the handler, and what the handler sends.

The socket is connection.py's, the record is the store's.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from typing import TYPE_CHECKING, Any, Callable, Deque, List, Optional, Set, Tuple, TypeVar

from . import frames
from .hooks import call_guarded, check_callable
from .messages import Bye, EndHandler, EndReason, Item, MessageContext, MessageHandler, Step, Unconfirmed
from .messages import current_step, new_entry
from .store import Commit, Data, Entry, SessionClosed, SessionError, SessionFull, SessionUnknown
from .store import StoreUnavailable, Taken

if TYPE_CHECKING:
    from .connection import Connection
    from .registry import Registry

#: Seconds before a step is repeated that the store did not answer.
STORE_RETRY = 0.5

_H = TypeVar("_H", bound=Callable[..., Any])


class Session:
    """A session. The application gets it in `SessionServer.on_session` and attaches its handler.

    `id`: a secret of client and server; keep it out of logs. `principal`: whom it belongs to.
    `resumed`: False for a new session, True for one that this process took over from another one.
    `ended`: why it has ended for this process, None before. Names with an underscore are for the
    other modules of this package.
    """

    def __init__(self, registry: "Registry", session_id: str, principal: str, resumed: bool, taken: Taken) -> None:
        self.id = session_id
        self.principal = principal
        self.resumed = resumed
        self.ended: Optional[EndReason] = None
        self._registry = registry
        self._connection: Optional[Connection] = None
        self._fence = taken.fence
        self._attempt = 0
        self._answered = resumed
        self._ending = False
        self._expires_at = self._refresh_at = 0.0
        # The client's messages.
        self._counted = taken.received
        self._inbox: Deque[Tuple[int, Item]] = deque()
        self._waiting_bytes = 0
        self._handling = 0
        self._stopped = self._introduced = self._trimming = False
        self._pump: Optional["asyncio.Task[None]"] = None
        self._on_message: Optional[MessageHandler] = None
        self._on_end: Optional[EndHandler] = None
        # The server's messages.
        self._last = taken.last
        self._acked = self._trimmed = 0
        self._closing = taken.closing
        self._skipped: Set[int] = set(taken.skipped)
        self._skip_lock = asyncio.Lock()

    def __repr__(self) -> str:
        return f"<Session fence={self._fence} received={self._counted} sent={self._last}>"

    # -- for the application

    @property
    def connected(self) -> bool:
        """Whether a connection carries the session at the moment."""
        return self._connection is not None

    @property
    def unacknowledged(self) -> int:
        """Messages of the server that the client has not acknowledged yet."""
        return self._last - self._acked

    def on_message(self, handler: _H) -> _H:
        """Sets the handler `async def handler(data, context)`; usable as a decorator.

        Text arrives as str, binary as bytes. Messages are handled one after the other; each is
        acknowledged when the handler has returned. When it raises, `on_message_failed` is called
        and the message is acknowledged too.
        """
        self._on_message = check_callable("on_message", handler)
        return handler

    def on_end(self, handler: _H) -> _H:
        """Sets `handler(reason)`, called once when the session is over for this process."""
        self._on_end = check_callable("on_end", handler)
        return handler

    async def send(self, data: Data, *, ttl: Optional[int] = None) -> None:
        """Sends a message to the client: it is stored until the client acknowledges it.

        Inside the handler it is stored together with the count of the handled message, when the
        handler has finished; it is dropped if another server has taken the session meanwhile, since
        the handler there sends its own. Elsewhere it is stored when `send` returns. `ttl`: it is
        skipped and reported if it would have to be sent later than so many ms from now; 0 or more.
        Raises TypeError and ValueError for data that cannot be sent, SessionFull when `max_queue`
        messages wait for acknowledgement, SessionClosed, SessionUnknown, StoreUnavailable.
        """
        entry = new_entry(data, ttl, self._registry.options)
        step = self._own_step()
        if step is None:
            await self._registry.append(self.id, [entry])
            return
        if step.closing or self._closing:
            raise SessionClosed("the session is closed")
        if self.unacknowledged + len(step.entries) >= self._registry.options.max_queue:
            raise SessionFull("max_queue messages of the session wait for acknowledgement")
        step.entries.append(entry)

    async def close(self) -> None:
        """Ends the session: the client gets what was sent before, then `bye`. Repeating it does nothing."""
        if (step := self._own_step()) is not None:
            step.closing = True
        elif not self._closing:
            await self._registry.append(self.id, [], closing=True)

    def _own_step(self) -> Optional[Step]:
        step = current_step.get()
        return step if step is not None and step.open and step.session is self else None

    # -- for the connection

    def _attach(self, connection: "Connection", hello: frames.Hello, resumed: bool) -> None:
        """A new connection carries the session; an older one is closed (rules 5 and 6)."""
        old, self._connection = self._connection, connection
        if old is not None:
            old.taken()
        self._inbox.clear()
        self._waiting_bytes = 0
        self._attempt = hello.attempt
        if resumed:
            self._acked = hello.received
        self._skipped = {seq for seq in self._skipped if seq > self._acked}
        self._wake()

    def _detach(self, connection: "Connection") -> None:
        """The connection has ended. The session waits `ttl` for another one."""
        if self._connection is connection:
            self._connection = None
            if self.ended is None and not self._ending:
                self._registry.left(self)

    def _receive(self, number: int, item: Item) -> bool:
        """Takes an item in order. `number`: the client's count behind it. False: too many bytes wait."""
        if self.ended is not None or self._stopped:
            return True
        if not isinstance(item, Bye) and (self._closing or number <= max(self._counted, self._handling)):
            return True
        size, limit = _size(item), self._registry.options.max_waiting_bytes
        if limit is not None and self._inbox and self._waiting_bytes + size > limit:
            return False
        self._waiting_bytes += size
        self._inbox.append((number, item))
        self._wake()
        return True

    def _acknowledged(self, received: int) -> None:
        """The client has acknowledged the messages up to number `received`."""
        self._acked = received
        if not self._trimming:
            self._trimming = True
            self._registry.background(self._trim())

    async def _next_batch(self, after: int, count: int) -> List[Entry]:
        """The messages to send behind number `after`. What has expired is recorded as skipped first.

        Raises SessionUnknown when the store has a hole, FenceLost, StoreUnavailable.
        """
        store = self._registry.store
        entries = await store.read(self.id, after, count)
        if [entry.seq for entry in entries] != list(range(after + 1, after + 1 + max(1, len(entries)))):
            raise SessionUnknown("a hole in the store")
        now = frames.now_ms()
        async with self._skip_lock:
            expired = [e for e in entries if e.expires is not None and e.expires <= now and e.seq not in self._skipped]
            if expired:
                skipped = {seq for seq in self._skipped if seq > self._acked} | {entry.seq for entry in expired}
                await store.skip(self.id, self._fence, sorted(skipped))
                self._skipped = skipped
        for entry in expired:
            report = Unconfirmed(entry.seq, entry.data, "message_expired")
            self._registry.background(self._registry.report_unconfirmed(self, report))
        return entries

    # -- for the registry

    def _advanced(self, last: int, closing: bool = False) -> None:
        """The store has messages up to number `last`, and possibly the order to end the session."""
        self._last = max(self._last, last)
        self._closing = self._closing or closing
        if self._connection is not None:
            self._connection.wake()

    def _stop(self) -> None:
        """No further message is handed over; the running handler finishes."""
        self._stopped = True
        self._inbox.clear()

    def _end(self, reason: EndReason) -> None:
        """The session is over for this process. What is handled at the moment is not counted any more."""
        if self.ended is None:
            self.ended = reason
            self._inbox.clear()
            if self._on_end is not None:
                self._registry.background(call_guarded("on_end", self._on_end, reason))

    # -- handling, one message after the other

    def _wake(self) -> None:
        if self._pump is None and not self._stopped and (self._inbox or not self._introduced):
            self._pump = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            if not self._introduced:
                self._introduced = True
                await self._registry.hooks.call("on_session", self)
            while self._inbox and self.ended is None:
                number, item = self._inbox.popleft()
                self._waiting_bytes -= _size(item)
                if isinstance(item, Bye):
                    await self._registry.end_session(self, "bye")
                elif number > self._counted and not self._closing:
                    self._handling = number
                    await self._handle(number, item)
        finally:
            self._handling = 0
            self._pump = None
        self._wake()

    async def _handle(self, number: int, item: Item) -> None:
        step = Step(self)
        failure: Optional[BaseException] = None
        if isinstance(item, (str, bytes)) and self._on_message is not None:
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
            await self._registry.hooks.report_failed(self, number, failure)

    async def _call(self, step: Step, number: int, data: Data) -> None:
        assert self._on_message is not None
        current_step.set(step)
        result = self._on_message(data, MessageContext(self, number, f"{self.id}:{number}"))
        if inspect.isawaitable(result):
            await result

    async def _commit(self, number: int, step: Step) -> bool:
        """Stores count and messages in one step, and repeats it until the store answers. False: refused."""
        while self.ended is None:
            commit = Commit(self.id, self._fence, number, self._last, step.entries, step.closing)
            try:
                last = await self._registry.store.commit(commit)
            except StoreUnavailable:
                await asyncio.sleep(STORE_RETRY)
            except SessionError as refusal:
                self._registry.refused(self, refusal)
                break
            else:
                self._counted = number
                self._registry.statistics.handled += 1
                self._advanced(last, step.closing)
                if self._connection is not None:
                    self._connection.counted()
                return True
        await self._registry.report_unstored(self, step.entries)
        return False

    async def _trim(self) -> None:
        """Removes acknowledged messages from the store, up to the newest count; one step at a time."""
        try:
            while self._trimmed < self._acked and self.ended is None:
                received = self._acked
                try:
                    await self._registry.store.acknowledge(self.id, self._fence, received)
                    self._trimmed = received
                except StoreUnavailable:
                    await asyncio.sleep(STORE_RETRY)
        except SessionError as refusal:
            self._registry.refused(self, refusal)
        finally:
            self._trimming = False


def _size(item: Item) -> int:
    return len(item) if isinstance(item, (str, bytes)) else 0
