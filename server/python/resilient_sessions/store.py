"""What a store of sessions has to do.

A store keeps the record of each session: who may resume it, both counts, the fence, and the
unacknowledged messages of the server. Each method is one step: it happens as a whole or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, List, Literal, Optional, Protocol, Sequence, Tuple, Union

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


class WritesLost(SessionError):
    """The store has an older state than it had: what was stored last is gone (rule 8)."""


class StoreUnavailable(SessionError):
    """The store did not answer in time."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A numbered message of the server. `expires`: milliseconds since 1970, or None."""

    seq: int
    data: Data = field(repr=False)
    expires: Optional[int] = None


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A message that has no number yet."""

    data: Data = field(repr=False)
    expires: Optional[int] = None


@dataclass(frozen=True)
class Taken:
    """The result of `take`.

    `status`: "resumed"; "unknown" (no such record, or another principal's); "stale" (the attempt
    is not above the stored one); "ended" (the record is marked as ended and its messages are to be
    reported). `ended_why`: "expired"; "lost" (it has a hole, or cannot match the client's counts);
    "closed" (the application ended the session, and the client has all its messages).
    """

    status: Literal["resumed", "unknown", "stale", "ended"]
    fence: int = 0
    received: int = 0
    last: int = 0
    closing: bool = False
    skipped: Tuple[int, ...] = ()
    ended_why: Literal["", "closed", "expired", "lost"] = ""


@dataclass(frozen=True)
class Look:
    """The newest fence, both counts, and whether the application ended the session."""

    fence: int
    received: int
    last: int
    closing: bool


@dataclass(frozen=True)
class Take:
    """The argument of `take`. `token`: random, the same when the step is repeated because its reply
    was lost. `held`: the fence under which `owner` has the session in its memory, or 0."""

    owner: str
    token: str
    session: str
    principal: str
    attempt: int
    received: int
    held: int
    ttl: int


@dataclass(frozen=True)
class Commit:
    """The argument of `commit`. `received`: the client's messages that were handled. `known`: the
    last number of the server that the holder knows of."""

    session: str
    fence: int
    received: int
    known: int
    entries: Sequence[NewEntry]
    closing: bool


@dataclass(frozen=True)
class Append:
    """The argument of `append`. `limit`: how many unacknowledged messages the session may have then.
    `known`: the last number of the server that the caller knows of, or 0."""

    owner: str
    session: str
    known: int
    limit: int
    entries: Sequence[NewEntry]
    closing: bool = False


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

    async def commit(self, commit: Commit) -> int:
        """Stores the count of handled messages and a handler's messages in one step. Returns the
        last number of the server. Raises FenceLost, SessionUnknown, WritesLost."""

    async def append(self, append: Append) -> int:
        """Stores messages under no fence. Returns the last number of the server. Raises
        SessionUnknown, SessionClosed, SessionFull, WritesLost."""

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

    async def mark_ended(self, session: str, fence: int, only_expired: bool) -> int:
        """Marks a session as ended: it cannot be taken or added to any more; its messages can be read.
        With `only_expired`, only if it has expired. Returns 0 when it is marked, otherwise the time
        until it expires. Raises FenceLost, SessionUnknown."""

    async def delete(self, session: str, fence: int) -> None:
        """Removes a session that is marked as ended."""
