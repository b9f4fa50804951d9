"""One WebSocket of a client: its frames in both directions, from `hello` to the close frame.

Reads always; nothing that the store or the application does stops the reading (rule 10).
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Deque, Optional, Union

from starlette.websockets import WebSocket, WebSocketState

from . import frames
from .frames import Control, Hello, Violation
from .session import Bye, Item, Session, Skip
from .store import Entry, FenceLost, SessionUnknown, StoreUnavailable

if TYPE_CHECKING:
    from .server import SessionServer

#: Messages read from the store at once.
BATCH = 32
#: Pongs that may wait for a client which does not read; of more, the newest are sent.
MAX_PONGS = 16
#: Seconds in which the last frames and the close frame must have left.
FINISH_TIME = 5.0


class Connection:
    """A connection. `run` returns when it is closed."""

    def __init__(self, server: "SessionServer", websocket: WebSocket) -> None:
        self._server = server
        self._websocket = websocket
        self._hello: Optional[Hello] = None
        self._session: Optional[Session] = None
        self._opening: Optional["asyncio.Task[None]"] = None
        self._writer: Optional["asyncio.Task[None]"] = None
        self._closer: Optional["asyncio.Task[None]"] = None
        self._fetching = False
        self._work = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._final: Optional[tuple[int, str]] = None
        self._welcome: Optional[str] = None
        self._pongs: Deque[Union[str, int, float]] = deque(maxlen=MAX_PONGS)
        self._ack_due = False
        self._received = 0  # the client's messages on this connection, skips included
        self._told = 0  # the count that the client was told last
        self._sent = 0  # the last number that was sent
        self._heard = 0  # the count that the client told last
        self._batch: Deque[Entry] = deque()
        self._bye_sent = False
        self.gone = asyncio.Event()

    async def run(self) -> None:
        """Accepts the socket, if the application has not, and serves it until it is closed."""
        if self._websocket.application_state == WebSocketState.CONNECTING:
            await self._websocket.accept()
        self._after("hello", self._server.options.hello_timeout / 1000, self._no_hello)
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

    # -- for the session and the server

    def wake(self) -> None:
        """There may be something to send."""
        self._work.set()

    def counted(self) -> None:
        """A message of the client was counted: it is acknowledged now, or `ack_delay` later."""
        if self._session is None:
            return
        options = self._server.options
        if self._session.counted - self._told >= max(1, min(32, options.window // 2)):
            self._acknowledge()
        elif "ack" not in self._timers:
            self._after("ack", options.ack_delay / 1000, self._acknowledge)

    def taken(self) -> None:
        """Another connection or server has the session now."""
        self.close(frames.CLOSE_TAKEN, "the session was taken by another connection")

    def finish(self, code: int, reason: str) -> None:
        """Sends a last acknowledgement, then closes."""
        if self._final is None and self._closer is None:
            self._final = (code, reason)
            self._ack_due = self._session is not None
            self._after("finish", FINISH_TIME, self.close, code, reason)
            if self._writer is None:
                self.close(code, reason)
            self.wake()

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
            self._server.statistics.violations += 1
            self.close(violation.code, violation.reason)

    def _take_control(self, text: str) -> None:
        if self._hello is None:
            self._hello = frames.read_hello(text)
            self._stop_timer("hello")
            self._opening = asyncio.create_task(self._open(self._hello))
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
            session.receive(self._received, Bye())

    def _take_count(self, session: Session, control: Control) -> None:
        if control.received < self._heard:
            raise Violation(f"{control.name}: received is below an earlier count")
        if control.received > self._sent:
            raise Violation(f"{control.name}: received is above what was sent")
        if control.name == "ping":
            self._pongs.append(control.ping_id)
            self.wake()
        if control.received > self._heard:
            self._heard = control.received
            self._stop_timer("stall")
            session.acknowledged(control.received)
            self.wake()

    def _take_message(self, data: Union[str, bytes]) -> None:
        if self._hello is None:
            raise Violation("a message before hello")
        session = self._answered("a message before welcome")
        if frames.byte_length(data) > self._server.options.max_message:
            raise Violation("a message above maxMessage", frames.CLOSE_TOO_LARGE)
        self._take_item(session, data, 1)

    def _take_item(self, session: Session, item: Item, count: int) -> None:
        if self._received + count - self._told > self._server.options.window:
            raise Violation("more unacknowledged messages than window allows")
        self._received += count
        if self._received <= session.counted:
            self._server.statistics.repeated += 1
        session.receive(self._received, item)

    def _answered(self, violation: str) -> Session:
        if self._session is None:
            raise Violation(violation)
        if not self._session.answered:
            self._session.answered = True
            self._server.answered(self._session)
        return self._session

    # -- opening

    async def _open(self, hello: Hello) -> None:
        try:
            session, resumed = await self._server.open(self._websocket, hello)
        except Violation as violation:
            self.close(violation.code, violation.reason)
            return
        except StoreUnavailable:
            self.close(frames.CLOSE_TRY_LATER, "the store of sessions does not answer")
            return
        if hello.attempt <= session.attempt and resumed:
            self.close(frames.CLOSE_TAKEN, "hello: a newer attempt has the session")
            return
        session.attach(self, hello if resumed else Hello(session.id, hello.attempt, 0, hello.window, None))
        if self.gone.is_set() or self._closer is not None:
            session.detach(self)
            return
        options = self._server.options
        self._session = session
        self._received = self._told = session.counted
        self._sent = self._heard = session.acked
        self._welcome = frames.write(
            "welcome", v=1, session=session.id, resumed=resumed, received=self._told,
            window=options.window, maxMessage=options.max_message, ttl=options.ttl,
        )
        self._writer = asyncio.create_task(self._write())
        self._writer.add_done_callback(_retrieve)

    def _no_hello(self) -> None:
        self.close(frames.CLOSE_VIOLATION, "no hello in time")

    # -- frames to the client

    async def _write(self) -> None:
        assert self._session is not None and self._hello is not None
        while True:
            text = self._next_control(self._session)
            data: Union[str, bytes, None] = text
            if text is None and self._final is not None:
                self._writer = None
                self.close(*self._final)
                return
            if text is None:
                data = self._next_message(self._session, self._hello.window)
            if isinstance(data, str):
                await self._websocket.send_text(data)
            elif data is not None:
                await self._websocket.send_bytes(data)
            else:
                self._work.clear()
                await self._work.wait()

    def _next_control(self, session: Session) -> Optional[str]:
        if self._welcome is not None:
            text, self._welcome = self._welcome, None
            return text
        if self._pongs:
            return frames.write("pong", id=self._pongs.popleft(), received=self._tell(session))
        if self._ack_due:
            return frames.write("ack", received=self._tell(session))
        return None

    def _tell(self, session: Session) -> int:
        self._ack_due = False
        self._stop_timer("ack")
        self._told = session.counted
        return self._told

    def _next_message(self, session: Session, window: int) -> Union[str, bytes, None]:
        room = window - (self._sent - session.acked)
        if room <= 0:
            if "stall" not in self._timers:
                self._after("stall", self._server.options.stall_timeout / 1000, self._stalled)
            return None
        if self._batch:
            skips = 0
            while skips < min(room, len(self._batch)) and self._batch[skips].seq in session.skipped:
                skips += 1
            if skips == 0:
                entry = self._batch.popleft()
                self._sent = entry.seq
                return entry.data
            for _ in range(skips):
                self._sent = self._batch.popleft().seq
            return frames.write("skip", count=skips)
        if self._sent < session.last:
            if not self._fetching:
                self._fetching = True
                self._server.background(self._fetch(session, min(room, BATCH)))
        elif session.closing and not self._bye_sent:
            self._bye_sent = True
            self._after("bye", self._server.options.hello_timeout / 1000, self.close, 1000, "bye")
            return frames.write("bye")
        return None

    async def _fetch(self, session: Session, count: int) -> None:
        try:
            self._batch.extend(await session.next_batch(self._sent, count))
        except StoreUnavailable:
            await asyncio.sleep(0.5)
        except FenceLost:
            self._server.lose(session, "taken")
        except SessionUnknown:
            if session.connection is self:
                self._server.lose(session, "lost")
        finally:
            self._fetching = False
            self.wake()

    def _acknowledge(self) -> None:
        self._stop_timer("ack")
        self._ack_due = True
        self.wake()

    def _stalled(self) -> None:
        self.close(frames.CLOSE_VIOLATION, "window is full and nothing was acknowledged in time")

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
        if session is None:
            return
        finished = self._bye_sent and (code == 1000 or session.acked == session.last)
        if session.connection is self and finished:
            self._server.background(self._server.end_session(session, "closed"))
        session.detach(self)

    def _after(self, name: str, seconds: float, action: Any, *arguments: Any) -> None:
        self._stop_timer(name)
        self._timers[name] = self._loop.call_later(seconds, self._fire, name, action, *arguments)

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
