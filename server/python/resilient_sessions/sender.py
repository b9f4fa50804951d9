"""The order of the frames that go to one client: welcome, pongs, acknowledgements, messages, skips, bye.

Decides what is sent next; the socket and the timers are connection.py's.
"""

from __future__ import annotations

from collections import deque
from typing import Deque, List, Optional, Union

from . import frames
from .session import Session
from .store import Entry

#: Pongs that may wait for a client which does not read; of more, the newest are sent.
MAX_PONGS = 16


class Sender:
    """The server's side of one connection. `sent`: the last number that was sent. `reported`: the newest
    count of the client's messages that a frame to the client contained."""

    def __init__(self, session: Session, window: int, welcome: str) -> None:
        self._session = session
        self._window = window
        self._welcome: Optional[str] = welcome
        self._pongs: Deque[Union[str, int, float]] = deque(maxlen=MAX_PONGS)
        self._ack_due = False
        self._batch: Deque[Entry] = deque()
        self.reported = session._counted
        self.sent = session._acked
        self.bye_sent = False

    @property
    def room(self) -> int:
        """How many more numbers the client's window allows."""
        return self._window - (self.sent - self._session._acked)

    @property
    def needs_batch(self) -> bool:
        """Whether messages have to be read from the store before the next can be sent."""
        return not self._batch and self.sent < self._session._last and self.room > 0

    @property
    def is_stalled(self) -> bool:
        """Whether messages wait for an acknowledgement of the client."""
        return self.room <= 0 and self.sent < self._session._last

    def add(self, batch: List[Entry]) -> None:
        """Takes the messages behind number `sent`."""
        self._batch.extend(batch)

    def pong(self, ping_id: Union[str, int, float]) -> None:
        """Answers a ping."""
        self._pongs.append(ping_id)

    def acknowledge(self) -> None:
        """An acknowledgement is due."""
        self._ack_due = True

    def next_control(self) -> Optional[str]:
        """The control frame to send next, None if none is due."""
        if self._welcome is not None:
            text, self._welcome = self._welcome, None
            return text
        if self._pongs:
            return frames.write("pong", id=self._pongs.popleft(), received=self._report())
        if self._ack_due:
            return frames.write("ack", received=self._report())
        return None

    def next_message(self) -> Union[str, bytes, None]:
        """The message, `skip` or `bye` to send next, None if nothing can be sent now."""
        session = self._session
        if self._batch and self.room > 0:
            skips = 0
            while skips < min(self.room, len(self._batch)) and self._batch[skips].seq in session._skipped:
                skips += 1
            if skips > 0:
                for _ in range(skips):
                    self.sent = self._batch.popleft().seq
                return frames.write("skip", count=skips)
            entry = self._batch.popleft()
            self.sent = entry.seq
            return entry.data
        if session._closing and self.sent == session._last and not self.bye_sent:
            if self.reported < session._counted:
                return frames.write("ack", received=self._report())
            self.bye_sent = True
            return frames.write("bye")
        return None

    def _report(self) -> int:
        self._ack_due = False
        self.reported = self._session._counted
        return self.reported
