"""One WebSocket of a client: its frames in both directions, from `hello` to the close frame.

Reads always; nothing that the store or the application does stops the reading (rule 10).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple, Union

from starlette.websockets import WebSocket, WebSocketState

from . import frames
from .frames import Control, Hello, Violation
from .messages import Bye, Item, Skip
from .sender import Sender
from .session import STORE_RETRY, Session
from .store import SessionError, StoreUnavailable

if TYPE_CHECKING:
    from .registry import Registry

#: Messages read from the store at once.
BATCH = 32
#: Seconds in which the last frames and the close frame must have left.
FINISH_TIME = 5.0


class Connection:
    """A connection. `run` returns when it is closed; `gone` is set then."""

    def __init__(self, registry: "Registry", websocket: WebSocket) -> None:
        self._registry = registry
        self._websocket = websocket
        self._loop = asyncio.get_running_loop()
        self._timers: Dict[str, asyncio.TimerHandle] = {}
        self._hello: Optional[Hello] = None
        self._session: Optional[Session] = None
        self._received = 0  # the client's messages, skips included
        self._last_count = 0  # the newest count in a frame of the client
        self._sender: Optional[Sender] = None
        self._writer: Optional["asyncio.Task[None]"] = None
        self._work = asyncio.Event()
        self._fetching = False
        self._final: Optional[Tuple[int, str]] = None
        self._flush = False
        self._closer: Optional["asyncio.Task[None]"] = None
        self.gone = asyncio.Event()

    async def run(self) -> None:
        """Accepts the socket, if the application has not, and serves it until it is closed."""
        if self._websocket.application_state == WebSocketState.CONNECTING:
            await self._websocket.accept()
        hello_timeout = self._registry.options.hello_timeout
        self._after("hello", hello_timeout, self.close, frames.CLOSE_NO_HELLO, f"no hello within {hello_timeout} ms")
        code = 1006
        try:
            while True:
                message = await self._websocket.receive()
                if message["type"] == "websocket.disconnect":
                    code = message.get("code") or 1005
                    break
                if self._closer is None:
                    self._take_frame(message)
        finally:
            self._over(code)
        if self._closer is not None:
            await asyncio.wait({self._closer}, timeout=FINISH_TIME)

    # -- for the session and the registry

    def wake(self) -> None:
        """There may be something to send."""
        self._work.set()

    def counted(self) -> None:
        """A message of the client was counted: it is acknowledged now, or `ack_delay` later."""
        if self._session is None or self._sender is None:
            return
        options = self._registry.options
        if self._session._counted - self._sender.reported >= max(1, min(32, options.window // 2)):
            self._acknowledge()
        elif "ack" not in self._timers:
            self._after("ack", options.ack_delay, self._acknowledge)

    def taken(self) -> None:
        """Another connection or server has the session now."""
        self.close(frames.CLOSE_TAKEN, "the session was taken by another connection")

    def finish(self, code: int, reason: str, flush: bool = False) -> None:
        """Sends a last acknowledgement, then closes. `flush`: sends stored messages before, as the window allows."""
        if self._sender is None:
            self.close(code, reason)
        elif self._final is None and self._closer is None:
            self._final = (code, reason)
            self._flush = flush
            self._after("finish", int(FINISH_TIME * 1000), self.close, code, reason)
            self._acknowledge()

    def close(self, code: int, reason: str) -> None:
        """Closes at once. What the client sends from now on is read and dropped."""
        if self._closer is None and not self.gone.is_set():
            if self._writer is not None:
                self._writer.cancel()
            self._closer = asyncio.create_task(self._close(code, reason))

    # -- frames of the client

    def _take_frame(self, message: Any) -> None:
        text: Optional[str] = message.get("text")
        try:
            if text is not None and frames.is_control(text):
                self._take_control(text)
            else:
                self._take_message(message["bytes"] if text is None else text)
        except Violation as violation:
            self._registry.statistics.violations += 1
            self.close(violation.code, violation.reason)

    def _take_control(self, text: str) -> None:
        if self._hello is None:
            self._hello = frames.read_hello(text)
            self._stop_timer("hello")
            self._registry.background(self._open(self._hello))
            return
        control = frames.read_control(text)
        session = self._answered("a control frame before welcome")
        if control is None:
            return
        if control.name in ("ack", "ping", "pong"):
            self._take_count(session, control)
        elif control.name == "skip":
            self._take_item(session, Skip(), control.count)
        else:
            session._receive(self._received, Bye())

    def _take_count(self, session: Session, control: Control) -> None:
        assert self._sender is not None
        if control.received < self._last_count:
            raise Violation(f"{control.name}: received is below an earlier count")
        if control.received > self._sender.sent:
            raise Violation(f"{control.name}: received is above what was sent")
        if control.name == "ping":
            self._sender.pong(control.ping_id)
            self.wake()
        if control.received > self._last_count:
            self._last_count = control.received
            self._stop_timer("stall")
            session._acknowledged(control.received)
            self.wake()

    def _take_message(self, data: Union[str, bytes]) -> None:
        if self._hello is None:
            raise Violation("a message before hello")
        session = self._answered("a message before welcome")
        if frames.byte_length(data) > self._registry.options.max_message:
            raise Violation("a message above maxMessage", frames.CLOSE_TOO_LARGE)
        self._take_item(session, data, 1)

    def _take_item(self, session: Session, item: Item, count: int) -> None:
        assert self._sender is not None
        if self._received + count - self._sender.reported > self._registry.options.window:
            raise Violation("more unacknowledged messages than window allows")
        self._received += count
        if self._received <= session._counted:
            self._registry.statistics.repeated += 1
        if not session._receive(self._received, item):
            self.close(frames.CLOSE_TRY_LATER, "too many bytes wait for their handler")

    def _answered(self, violation: str) -> Session:
        if self._session is None:
            raise Violation(violation)
        self._session._answered = True
        return self._session

    # -- opening

    async def _open(self, hello: Hello) -> None:
        try:
            session, resumed = await self._registry.open(self._websocket, hello)
        except Violation as violation:
            self.close(violation.code, violation.reason)
            return
        except StoreUnavailable:
            self.close(frames.CLOSE_TRY_LATER, "the store of sessions does not answer")
            return
        if resumed and hello.attempt <= session._attempt:
            self.close(frames.CLOSE_TAKEN, "hello: a newer attempt has the session")
            return
        session._attach(self, hello, resumed)
        if self.gone.is_set() or self._closer is not None:
            session._detach(self)
            return
        options = self._registry.options
        welcome = frames.write(
            "welcome", v=frames.VERSION, session=session.id, resumed=resumed, received=session._counted,
            window=options.window, maxMessage=options.max_message, ttl=options.ttl,
        )
        self._session = session
        self._received, self._last_count = session._counted, session._acked
        self._sender = Sender(session, hello.window, welcome)
        self._writer = asyncio.create_task(self._write(session, self._sender))
        self._writer.add_done_callback(_retrieve)

    # -- frames to the client

    async def _write(self, session: Session, sender: Sender) -> None:
        while True:
            data: Union[str, bytes, None] = sender.next_control()
            if data is None and (self._final is None or self._flush):
                data = sender.next_message()
            if data is None and self._final is not None and not (self._flush and sender.needs_batch):
                self._writer = None
                self.close(*self._final)
                return
            if sender.reported == session._counted:
                self._stop_timer("ack")
            if isinstance(data, str):
                await self._websocket.send_text(data)
            elif data is not None:
                await self._websocket.send_bytes(data)
            else:
                self._await_work(session, sender)
                await self._work.wait()
                self._work.clear()

    def _await_work(self, session: Session, sender: Sender) -> None:
        options = self._registry.options
        if sender.needs_batch and not self._fetching:
            self._fetching = True
            self._registry.background(self._fetch(session, sender))
        if sender.is_stalled and "stall" not in self._timers:
            self._after("stall", options.stall_timeout, self.close, frames.CLOSE_VIOLATION,
                        "the window is full and nothing was acknowledged in time")
        if sender.bye_sent and "bye" not in self._timers:
            self._after("bye", options.hello_timeout, self.close, frames.CLOSE_NORMAL, "the session has ended")

    async def _fetch(self, session: Session, sender: Sender) -> None:
        try:
            sender.add(await session._next_batch(sender.sent, min(sender.room, BATCH)))
        except StoreUnavailable:
            await asyncio.sleep(STORE_RETRY)
        except SessionError as refusal:
            if session._connection is self:
                self._registry.refused(session, refusal)
        finally:
            self._fetching = False
            self.wake()

    def _acknowledge(self) -> None:
        if self._sender is not None:
            self._sender.acknowledge()
            self.wake()

    # -- the end

    async def _close(self, code: int, reason: str) -> None:
        try:
            await self._websocket.close(code, reason)
        except Exception:  # The socket is closed already; each server has its own error for that.
            pass

    def _over(self, code: int) -> None:
        self.gone.set()
        for timer in self._timers.values():
            timer.cancel()
        if self._writer is not None:
            self._writer.cancel()
        session = self._session
        if session is None or self._sender is None:
            return
        finished = self._sender.bye_sent and (code == frames.CLOSE_NORMAL or session._acked == session._last)
        if finished and session._connection is self and session.ended is None:
            self._registry.background(self._registry.end_session(session, "closed"))
            session._ending = True
        session._detach(self)

    def _after(self, name: str, milliseconds: int, action: Any, *arguments: Any) -> None:
        self._stop_timer(name)
        self._timers[name] = self._loop.call_later(milliseconds / 1000, self._fire, name, action, *arguments)

    def _fire(self, name: str, action: Any, *arguments: Any) -> None:
        self._timers.pop(name, None)
        action(*arguments)

    def _stop_timer(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()


def _retrieve(task: "asyncio.Task[None]") -> None:
    """A writer ends with the error of its socket, which the reading side reports as well."""
    if not task.cancelled():
        task.exception()
