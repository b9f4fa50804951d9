"""The store in Redis, for sessions that several processes serve and that outlive each of them.

Needs redis-py 4.2 or later and Redis 6.2 or later. The steps themselves are in redis_scripts.py.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import itertools
import re
from typing import Any, Callable, Dict, List, Literal, Optional, Sequence, Tuple, Union, cast

import redis.asyncio
from redis.exceptions import NoScriptError, RedisError

from . import redis_scripts as scripts
from .store import Append, Commit, Data, Entry, FenceLost, Look, NewEntry, SessionClosed, SessionError
from .store import SessionFull, SessionUnknown, StoreUnavailable, Take, Taken, WritesLost

#: Connections to Redis that are used at the same time.
MAX_CONNECTIONS = 32
#: Sessions that are looked at with one round trip.
LOOK_BATCH = 200

_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{1,128}\Z")
_REFUSALS: Dict[bytes, type[SessionError]] = {
    b"unknown": SessionUnknown,
    b"fence": FenceLost,
    b"closed": SessionClosed,
    b"full": SessionFull,
    b"lost": WritesLost,
}
_Argument = Union[str, bytes, int]


class RedisStore:
    """A store in Redis.

    redis_or_url: a URL such as "redis://127.0.0.1:6379/0", or a client of redis.asyncio (Redis or
        RedisCluster), which must not decode responses and stays the caller's to close. With
        RedisCluster there are no notifications: what another server does is noticed within a second.
    prefix: the beginning of all keys and channels, default "rws:"; at most 64 characters, no braces.
    retry_for: ms for which a step is repeated while Redis does not answer, before StoreUnavailable is
        raised; 100 to 600000, default 10000.

    The keys of a session are `<prefix>{<id>}:h` and `<prefix>{<id>}:s`: one slot of a cluster.
    Raises TypeError and ValueError that name the field and its rule.
    """

    def __init__(
        self, redis_or_url: Union[str, "redis.asyncio.Redis"], *, prefix: str = "rws:", retry_for: int = 10_000
    ) -> None:
        if not isinstance(prefix, str):
            raise TypeError("prefix must be a str")
        if len(prefix) > 64 or "{" in prefix or "}" in prefix:
            raise ValueError("prefix must have at most 64 characters and no braces")
        if isinstance(retry_for, bool) or not isinstance(retry_for, int):
            raise TypeError("retry_for must be an integer")
        if not 100 <= retry_for <= 600_000:
            raise ValueError("retry_for must be from 100 to 600000 ms")
        self._own = isinstance(redis_or_url, str)
        if isinstance(redis_or_url, str):
            self._redis: Any = redis.asyncio.Redis.from_url(
                redis_or_url, socket_timeout=5, socket_connect_timeout=2
            )
        elif callable(getattr(redis_or_url, "evalsha", None)):
            self._redis = redis_or_url
            if redis_or_url.get_encoder().decode_responses:
                raise ValueError("redis_or_url must be a client with decode_responses=False")
        else:
            raise TypeError("redis_or_url must be a URL or a client of redis.asyncio")
        self._prefix = prefix
        self._channels = f"{prefix}notify:"
        self._retry_for = retry_for / 1000
        self._slots = asyncio.Semaphore(MAX_CONNECTIONS)
        self._sequence = itertools.count(1)
        self._listeners: Dict[str, "asyncio.Task[None]"] = {}

    async def start(self, owner: str, notify: Callable[[str], None]) -> None:
        if hasattr(self._redis, "pubsub"):
            self._listeners[owner] = asyncio.create_task(self._listen(owner, notify))

    async def stop(self, owner: str) -> None:
        listener = self._listeners.pop(owner, None)
        if listener is not None:
            listener.cancel()
            await asyncio.wait({listener}, timeout=1)
        if not self._listeners and self._own:
            await self._redis.close()
            await self._redis.connection_pool.disconnect()

    async def create(self, owner: str, session: str, principal: str, attempt: int, ttl: int) -> None:
        await self._step(scripts.CREATE, session, owner, principal, attempt, ttl)

    async def take(self, take: Take) -> Taken:
        if _SESSION_ID.match(take.session) is None:
            return Taken("unknown")
        status, *values = await self._step(
            scripts.TAKE, take.session, take.owner, take.token, take.principal, take.attempt,
            take.received, take.held, take.ttl, self._channels, take.session, refuse=False,
        )  # fmt: skip
        if status in (b"unknown", b"stale"):
            return Taken("unknown" if status == b"unknown" else "stale")
        fence, received, last, closing, skipped, why = values
        return Taken(
            status=cast(Literal["resumed", "ended"], status.decode()),
            fence=int(fence),
            received=int(received),
            last=int(last),
            closing=closing == b"1",
            skipped=tuple(int(seq) for seq in skipped.split(b",") if seq),
            ended_why=cast(Literal["", "closed", "expired", "lost"], why.decode()),
        )

    async def commit(self, commit: Commit) -> int:
        _, last = await self._step(
            scripts.COMMIT, commit.session, commit.fence, commit.received, commit.known, int(commit.closing),
            *_arguments(commit.entries),
        )  # fmt: skip
        return int(last)

    async def append(self, append: Append) -> int:
        if _SESSION_ID.match(append.session) is None:
            raise SessionUnknown
        _, last = await self._step(
            scripts.APPEND, append.session, append.owner, next(self._sequence), append.known, append.limit,
            int(append.closing), self._channels, append.session, *_arguments(append.entries),
        )  # fmt: skip
        return int(last)

    async def read(self, session: str, after: int, count: int) -> List[Entry]:
        stream = self._keys(session)[1]
        rows = await self._repeat(lambda: self._redis.xrange(stream, f"{after + 1}-0", "+", count))
        return [_entry(row_id, fields) for row_id, fields in rows]

    async def acknowledge(self, session: str, fence: int, received: int) -> None:
        await self._step(scripts.ACKNOWLEDGE, session, fence, received)

    async def skip(self, session: str, fence: int, skipped: Sequence[int]) -> None:
        await self._step(scripts.SKIP, session, fence, ",".join(str(seq) for seq in skipped))

    async def look(self, sessions: Sequence[str]) -> List[Optional[Look]]:
        looks: List[Optional[Look]] = []
        for start in range(0, len(sessions), LOOK_BATCH):
            hashes = [self._keys(session)[0] for session in sessions[start : start + LOOK_BATCH]]
            for fence, received, last, closing, ended in await self._repeat(lambda: self._look(hashes)):
                gone = fence is None or ended is not None
                looks.append(None if gone else Look(int(fence), int(received), int(last), closing == b"1"))
        return looks

    async def refresh(self, session: str, fence: int, ttl: int) -> None:
        await self._step(scripts.REFRESH, session, fence, ttl)

    async def mark_ended(self, session: str, fence: int, only_expired: bool) -> int:
        _, left = await self._step(scripts.MARK_ENDED, session, fence, int(only_expired))
        return int(left)

    async def delete(self, session: str, fence: int) -> None:
        await self._step(scripts.DELETE, session, fence)

    # -- the connection to Redis

    def _keys(self, session: str) -> Tuple[str, str]:
        return f"{self._prefix}{{{session}}}:h", f"{self._prefix}{{{session}}}:s"

    async def _look(self, hashes: Sequence[str]) -> List[List[Optional[bytes]]]:
        pipeline = self._redis.pipeline(transaction=False)
        for key in hashes:
            pipeline.hmget(key, "f", "r", "s", "c", "z")
        return cast(List[List[Optional[bytes]]], await pipeline.execute())

    async def _step(self, script: str, session: str, *arguments: _Argument, refuse: bool = True) -> List[bytes]:
        """Runs a script until Redis answers. Raises what the script refuses, and StoreUnavailable."""
        digest = _digest(script)
        keys = self._keys(session)

        async def run() -> Any:
            try:
                return await self._redis.evalsha(digest, 2, *keys, *arguments)
            except NoScriptError:
                return await self._redis.eval(script, 2, *keys, *arguments)

        reply: List[bytes] = await self._repeat(run)
        if refuse and reply[0] in _REFUSALS:
            raise _REFUSALS[reply[0]]
        return reply

    async def _repeat(self, command: Callable[[], Any]) -> Any:
        """Repeats a command until Redis answers. It runs in a task of its own, which reads its reply
        even if the caller is cancelled."""
        return await asyncio.shield(asyncio.create_task(self._attempts(command)))

    async def _attempts(self, command: Callable[[], Any]) -> Any:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._retry_for
        pause = 0.02
        while True:
            try:
                async with self._slots:
                    return await command()
            except (RedisError, OSError, asyncio.TimeoutError) as error:
                if loop.time() + pause > deadline:
                    raise StoreUnavailable(f"Redis does not answer: {type(error).__name__}") from None
            await asyncio.sleep(pause)
            pause = min(0.5, pause * 2)

    async def _listen(self, owner: str, notify: Callable[[str], None]) -> None:
        """Receives notifications. They are lost while there is no connection; upkeep.py looks every second."""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(self._channels + owner)
                    while True:
                        message = await channel.get_message(ignore_subscribe_messages=True, timeout=1.0)
                        if message is not None:
                            notify(message["data"].decode())
            except (RedisError, OSError, asyncio.TimeoutError):
                await asyncio.sleep(0.2)


@functools.lru_cache(maxsize=None)
def _digest(script: str) -> str:
    return hashlib.sha1(script.encode()).hexdigest()


def _arguments(entries: Sequence[NewEntry]) -> List[_Argument]:
    arguments: List[_Argument] = []
    for entry in entries:
        kind = "t" if isinstance(entry.data, str) else "b"
        arguments += [kind, entry.data, "" if entry.expires is None else entry.expires]
    return arguments


def _entry(row_id: bytes, fields: Dict[bytes, bytes]) -> Entry:
    expires = fields.get(b"x")
    data: Data = fields[b"t"].decode() if b"t" in fields else fields[b"b"]
    return Entry(int(row_id.partition(b"-")[0]), data, None if expires is None else int(expires))
