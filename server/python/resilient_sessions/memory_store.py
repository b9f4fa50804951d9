"""The store in the memory of this process."""

from __future__ import annotations

import itertools
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Callable, Deque, Dict, Iterable, List, Literal, Optional, Sequence, Set

from .store import Append, Commit, Entry, FenceLost, Look, NewEntry, SessionClosed, SessionFull, SessionUnknown
from .store import Take, Taken


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
        why: Literal["", "closed", "expired", "lost"] = ""
        if expired:
            why = "expired"
        elif not record.acked <= take.received <= record.last:
            why = "lost"
        elif record.closing and take.received == record.last:
            why = "closed"
        if why:
            record.ended = True
            record.drop(take.received if why == "closed" else 0)
            return Taken("ended", record.fence, record.received, record.last, False, skipped, why)
        record.drop(take.received)
        record.expires = _now() + take.ttl
        return Taken("resumed", record.fence, record.received, record.last, record.closing, skipped)

    async def commit(self, commit: Commit) -> int:
        record = self._held(commit.session, commit.fence)
        record.received = commit.received
        record.closing = record.closing or commit.closing
        record.add(commit.entries)
        return record.last

    async def append(self, append: Append) -> int:
        record = self._records.get(append.session)
        if record is None or record.ended or record.expires <= _now():
            raise SessionUnknown
        if record.closing:
            raise SessionClosed
        if len(record.entries) + len(append.entries) > append.limit:
            raise SessionFull
        record.add(append.entries)
        record.closing = append.closing
        if record.owner != append.owner:
            self._notify(record.owner, append.session)
        return record.last

    async def read(self, session: str, after: int, count: int) -> List[Entry]:
        record = self._records.get(session)
        if record is None:
            return []
        start = max(0, after - record.acked)
        return list(itertools.islice(record.entries, start, start + count))

    async def acknowledge(self, session: str, fence: int, received: int) -> None:
        self._held(session, fence).drop(received)

    async def skip(self, session: str, fence: int, skipped: Sequence[int]) -> None:
        record = self._held(session, fence)
        record.skipped = {seq for seq in skipped if seq > record.acked}

    async def look(self, sessions: Sequence[str]) -> List[Optional[Look]]:
        records = (self._records.get(session) for session in sessions)
        return [None if r is None or r.ended else Look(r.fence, r.received, r.last, r.closing) for r in records]

    async def refresh(self, session: str, fence: int, ttl: int) -> None:
        self._held(session, fence).expires = _now() + ttl

    async def mark_ended(self, session: str, fence: int, only_expired: bool) -> int:
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
