"""What a store of sessions has to do, and the store in this process's memory.

A store keeps the record of each session: who may resume it, both counts, the fence, and the
unacknowledged messages of the server. Each method is one step: it happens as a whole or not at all.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Callable, Deque, Dict, Iterable, List, Literal, Optional, Protocol, Sequence, Set, Tuple, Union

Data = Union[str, bytes]


class SessionError(Exception):
    """Base class of what a store refuses."""


class SessionUnknown(SessionError):
    """There is no such session: it never existed, was ended, or has expired."""


class SessionClosed(SessionError):
    """The application ended the session, so it takes no further messages."""


class SessionFull(SessionError):
    """As many messages as the session may hold are unacknowledged."""


class FenceLost(SessionError):
    """Another server took the session: a step under the older fence is refused."""


class StoreUnavailable(SessionError):
    """The store did not answer in time."""


@dataclass(frozen=True)
class Entry:
    """A numbered message of the server. `expires`: milliseconds since 1970, or None."""

    seq: int
    data: Data = field(repr=False)
    expires: Optional[int] = None


@dataclass(frozen=True)
class NewEntry:
    """A message that has no number yet."""

    data: Data = field(repr=False)
    expires: Optional[int] = None


@dataclass(frozen=True)
class Taken:
    """The answer to `take`.

    `status`: "resumed"; "unknown" (no such record, or another principal's); "stale" (the attempt
    is not above the stored one); "ended" (the record expired, has a hole, or cannot match the
    client's counts: it is marked as ended and its messages are to be reported, see `ended_why`).
    """

    status: Literal["resumed", "unknown", "stale", "ended"]
    fence: int = 0
    received: int = 0
    last: int = 0
    closing: bool = False
    skipped: Tuple[int, ...] = ()
    ended_why: Literal["", "expired", "lost"] = ""


@dataclass(frozen=True)
class Look:
    """The newest fence, the last number of the server, and whether the application ended the session."""

    fence: int
    last: int
    closing: bool


@dataclass(frozen=True)
class Take:
    """The question of `take`. `token`: random, the same when the step is repeated because its reply
    was lost. `held`: the fence under which `owner` has the session in its memory, or 0."""

    owner: str
    token: str
    session: str
    principal: str
    attempt: int
    received: int
    held: int
    ttl: int


class Store(Protocol):
    """A store for SessionServer. Times are milliseconds. Every method may raise StoreUnavailable."""

    async def start(self, owner: str, notify: Callable[[str], None]) -> None:
        """Begins. `notify(session)` is called when another server appended to a session that
        `owner` holds, or took it."""

    async def stop(self, owner: str) -> None:
        """Ends what `start` began."""

    async def create(self, owner: str, session: str, principal: str, attempt: int, ttl: int) -> None:
        """Stores a new session with fence 1 and both counts 0."""

    async def take(self, take: Take) -> Taken:
        """Takes a session for an owner (rules 6 to 9), and drops what the client has received.
        The fence is raised unless the owner holds the newest one already."""

    async def commit(
        self, session: str, fence: int, received: int, entries: Sequence[NewEntry], closing: bool
    ) -> int:
        """Stores the count of handled messages and a handler's messages in one step. Returns the
        last number of the server. Raises FenceLost, SessionUnknown."""

    async def append(
        self, owner: str, session: str, entries: Sequence[NewEntry], limit: int, closing: bool = False
    ) -> int:
        """Stores messages under no fence. Returns the last number of the server. Raises
        SessionUnknown, SessionClosed, and SessionFull above `limit` unacknowledged messages."""

    async def read(self, session: str, after: int, count: int) -> List[Entry]:
        """At most `count` unacknowledged messages behind number `after`, in order."""

    async def acknowledge(self, session: str, fence: int, received: int) -> None:
        """Drops the messages up to number `received`. Raises FenceLost, SessionUnknown."""

    async def skip(self, session: str, fence: int, skipped: Sequence[int]) -> None:
        """Records all numbers that are skipped and unacknowledged. Raises FenceLost, SessionUnknown."""

    async def look(self, sessions: Sequence[str]) -> List[Optional[Look]]:
        """The state of each session; None: there is no such session."""

    async def refresh(self, session: str, fence: int, ttl: int) -> None:
        """The session expires in `ttl` from now. Raises FenceLost, SessionUnknown."""

    async def condemn(self, session: str, fence: int, only_expired: bool) -> int:
        """Marks a session as ended: nobody can take it or add to it, its messages can be read.
        With `only_expired`, only if it has expired; otherwise returns the time that is left, and
        0 when it is marked. Raises FenceLost, SessionUnknown."""

    async def delete(self, session: str, fence: int) -> None:
        """Removes a session that is marked as ended."""


@dataclass
class _Record:
    principal: str
    owner: str
    attempt: int
    expires: float
    fence: int = 1
    received: int = 0
    last: int = 0
    closing: bool = False
    ended: bool = False
    entries: Deque[Entry] = field(default_factory=deque)
    skipped: Set[int] = field(default_factory=set)

    @property
    def acked(self) -> int:
        return self.last - len(self.entries)

    def drop(self, received: int) -> None:
        while self.entries and self.entries[0].seq <= received:
            self.skipped.discard(self.entries.popleft().seq)

    def add(self, entries: Iterable[NewEntry]) -> None:
        for entry in entries:
            self.last += 1
            self.entries.append(Entry(self.last, entry.data, entry.expires))


class MemoryStore:
    """Sessions in this process: they end with it. Several servers of one process may share one."""

    def __init__(self) -> None:
        self._records: Dict[str, _Record] = {}
        self._listeners: Dict[str, Callable[[str], None]] = {}

    async def start(self, owner: str, notify: Callable[[str], None]) -> None:
        self._listeners[owner] = notify

    async def stop(self, owner: str) -> None:
        self._listeners.pop(owner, None)

    async def create(self, owner: str, session: str, principal: str, attempt: int, ttl: int) -> None:
        self._records[session] = _Record(principal, owner, attempt, _now() + ttl)

    async def take(self, take: Take) -> Taken:
        record = self._records.get(take.session)
        if record is None or record.ended or record.principal != take.principal:
            return Taken("unknown")
        if take.attempt <= record.attempt:
            return Taken("stale")
        expired = record.expires <= _now()
        if record.owner != take.owner or record.fence != take.held:
            record.fence += 1
        if record.owner != take.owner:
            self._notify(record.owner, take.session)
        record.owner, record.attempt = take.owner, take.attempt
        skipped = tuple(sorted(record.skipped))
        if expired or not record.acked <= take.received <= record.last:
            record.ended = True
            why: Literal["expired", "lost"] = "expired" if expired else "lost"
            return Taken("ended", record.fence, record.received, record.last, False, skipped, why)
        record.drop(take.received)
        record.expires = _now() + take.ttl
        return Taken("resumed", record.fence, record.received, record.last, record.closing, skipped)

    async def commit(
        self, session: str, fence: int, received: int, entries: Sequence[NewEntry], closing: bool
    ) -> int:
        record = self._held(session, fence)
        record.received = received
        record.closing = record.closing or closing
        record.add(entries)
        return record.last

    async def append(
        self, owner: str, session: str, entries: Sequence[NewEntry], limit: int, closing: bool = False
    ) -> int:
        record = self._records.get(session)
        if record is None or record.ended or record.expires <= _now():
            raise SessionUnknown
        if record.closing:
            raise SessionClosed
        if len(record.entries) + len(entries) > limit:
            raise SessionFull
        record.add(entries)
        record.closing = closing
        if record.owner != owner:
            self._notify(record.owner, session)
        return record.last

    async def read(self, session: str, after: int, count: int) -> List[Entry]:
        record = self._records.get(session)
        if record is None:
            return []
        start = max(0, after - record.acked)
        return [record.entries[i] for i in range(start, min(start + count, len(record.entries)))]

    async def acknowledge(self, session: str, fence: int, received: int) -> None:
        self._held(session, fence).drop(received)

    async def skip(self, session: str, fence: int, skipped: Sequence[int]) -> None:
        record = self._held(session, fence)
        record.skipped = {seq for seq in skipped if seq > record.acked}

    async def look(self, sessions: Sequence[str]) -> List[Optional[Look]]:
        records = (self._records.get(session) for session in sessions)
        return [r and Look(r.fence, r.last, r.closing) for r in records]

    async def refresh(self, session: str, fence: int, ttl: int) -> None:
        self._held(session, fence).expires = _now() + ttl

    async def condemn(self, session: str, fence: int, only_expired: bool) -> int:
        record = self._records.get(session)
        if record is not None and record.ended and record.fence == fence:
            return 0
        record = self._held(session, fence)
        left = record.expires - _now()
        if only_expired and left > 0:
            return int(left) + 1
        record.ended = True
        return 0

    async def delete(self, session: str, fence: int) -> None:
        record = self._records.get(session)
        if record is not None and record.ended and record.fence == fence:
            del self._records[session]

    def _held(self, session: str, fence: int) -> _Record:
        record = self._records.get(session)
        if record is None or record.ended:
            raise SessionUnknown
        if record.fence != fence:
            raise FenceLost
        return record

    def _notify(self, owner: str, session: str) -> None:
        listener = self._listeners.get(owner)
        if listener is not None:
            listener(session)


def _now() -> float:
    return time.monotonic() * 1000
