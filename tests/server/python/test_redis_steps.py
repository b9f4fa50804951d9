"""The steps of the store in Redis, one by one: fences, repetition, exact integers, arguments."""

from __future__ import annotations

import asyncio
import unittest
from typing import Any, List, Optional

import redis.asyncio
from support import Redis

from resilient_sessions.redis_store import RedisStore
from resilient_sessions.store import Append, Commit, FenceLost, NewEntry, SessionClosed, SessionFull, Take, WritesLost

redis_server: Redis


def setUpModule() -> None:
    global redis_server
    redis_server = Redis().start()


def tearDownModule() -> None:
    redis_server.remove()


def url() -> str:
    return f"redis://127.0.0.1:{redis_server.port}/0"


class Steps(unittest.IsolatedAsyncioTestCase):
    """The store alone."""

    async def asyncSetUp(self) -> None:
        asyncio.get_running_loop().set_debug(False)
        self.store = RedisStore(url())
        await self.store.start("me", lambda session: None)
        self.session = "S" * 24 + self._testMethodName[-8:]
        await self.store.create("me", self.session, "anna", 1, 60_000)

    async def asyncTearDown(self) -> None:
        await self.store.stop("me")

    def take(
        self, attempt: int, received: int = 0, held: int = 0, token: Optional[str] = None, owner: str = "me"
    ) -> Any:
        return self.store.take(
            Take(owner, token or f"token{attempt}", self.session, "anna", attempt, received, held, 60_000)
        )

    async def append(self, *entries: NewEntry, owner: str = "me", known: int = 0, closing: bool = False) -> int:
        return await self.store.append(Append(owner, self.session, known, 9, entries, closing))

    async def commit(self, fence: int, received: int, *data: str, known: int = 0) -> int:
        entries = [NewEntry(text) for text in data]
        return await self.store.commit(Commit(self.session, fence, received, known, entries, False))

    async def test_what_the_store_has_forgotten_is_noticed_before_a_number_is_given_again(self) -> None:
        self.assertEqual(await self.commit(1, 1, "a", "b"), 2)
        redis_server.command("HSET", f"rws:{{{self.session}}}:h", "s", "1", "r", "0")
        with self.assertRaises(WritesLost):
            await self.commit(1, 1, "c", known=2)
        with self.assertRaises(WritesLost):
            await self.append(NewEntry("c"), known=2)
        with self.assertRaises(WritesLost):
            await self.append(NewEntry("c"), owner="another")
        self.assertEqual([e.data for e in await self.store.read(self.session, 0, 9)], ["a", "b"])

    async def test_a_repeated_step_changes_nothing(self) -> None:
        for _ in range(2):
            self.assertEqual(await self.commit(1, 1, "a"), 1)
        self.store._sequence = iter([5, 5, 4, 6])  # type: ignore[assignment]
        for last in (2, 2, 2, 3):
            self.assertEqual(await self.append(NewEntry("b")), last)
        with self.assertRaises(SessionFull):
            self.store._sequence = iter([7])  # type: ignore[assignment]
            await self.append(*[NewEntry("x")] * 7)
        self.store._sequence = iter([8, 8, 9])  # type: ignore[assignment]
        for _ in range(2):
            self.assertEqual(await self.append(closing=True), 3)
        with self.assertRaises(SessionClosed):
            await self.append(NewEntry("x"))
        for _ in range(2):
            self.assertEqual(await self.store.mark_ended(self.session, 1, False), 0)
            self.assertEqual([e.data for e in await self.store.read(self.session, 0, 9)], ["a", "b", "b"])
        for _ in range(2):
            await self.store.delete(self.session, 1)
        self.assertEqual(redis_server.command("EXISTS", f"rws:{{{self.session}}}:h"), b":0\r\n")

    async def test_each_step_is_refused_under_an_older_fence(self) -> None:
        self.assertEqual((await self.take(2, owner="other")).fence, 2)
        store, session = self.store, self.session
        for step in (
            store.commit(Commit(session, 1, 1, 0, [NewEntry("x")], False)),
            store.acknowledge(session, 1, 0),
            store.skip(session, 1, [1]),
            store.refresh(session, 1, 1000),
            store.mark_ended(session, 1, False),
        ):
            with self.assertRaises(FenceLost):
                await step
        await store.delete(session, 1)
        (state,) = await store.look([session])
        self.assertEqual((state and state.fence, state and state.last), (2, 0))

    async def test_the_fence_is_raised_unless_it_is_held(self) -> None:
        self.assertEqual((await self.take(2, held=1)).fence, 1)
        self.assertEqual((await self.take(3)).fence, 2)
        self.assertEqual((await self.take(3)).fence, 2)
        self.assertEqual((await self.take(3, token="another")).status, "stale")

    async def test_integers_below_2_to_the_53_stay_exact(self) -> None:
        large = 2**53 - 10
        for field in ("r", "s", "k"):
            redis_server.command("HSET", f"rws:{{{self.session}}}:h", field, str(large))
        redis_server.command("HSET", f"rws:{{{self.session}}}:h", "f", str(large))
        taken = await self.take(large, received=large)
        self.assertEqual((taken.status, taken.fence, taken.received, taken.last), ("resumed", large + 1, large, large))
        self.assertEqual(await self.append(NewEntry("a"), NewEntry(b"b", large)), large + 2)
        self.assertEqual(await self.commit(large + 1, large + 1, "c"), large + 3)
        entries = await self.store.read(self.session, large, 9)
        self.assertEqual([(e.seq, e.data, e.expires) for e in entries],
                         [(large + 1, "a", None), (large + 2, b"b", large), (large + 3, "c", None)])
        await self.store.acknowledge(self.session, large + 1, large + 2)
        self.assertEqual([e.seq for e in await self.store.read(self.session, large + 2, 9)], [large + 3])
        self.assertEqual((await self.take(large + 1, received=large + 2, held=large + 1)).last, large + 3)

    async def test_producers_that_sent_nothing_for_long_are_forgotten(self) -> None:
        key = f"rws:{{{self.session}}}:h"
        redis_server.command("HSET", key, "q:old", "5:1000")
        await self.append(NewEntry("x"), owner="one")
        await self.append(NewEntry("x"), owner="two")
        fields = redis_server.command("HKEYS", key)
        self.assertEqual([name in fields for name in (b"q:old", b"q:one", b"q:two")], [False, True, True])

    async def test_a_cancelled_caller_disturbs_no_other(self) -> None:
        for _ in range(50):
            task = asyncio.create_task(self.store.look([self.session]))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            task.cancel()
            self.assertEqual(await self.store.read(self.session, 0, 1), [])

    async def test_arguments_are_checked(self) -> None:
        cases: List[Any] = [
            ({"redis_or_url": 7}, TypeError, "redis_or_url"),
            ({"redis_or_url": redis.asyncio.Redis(decode_responses=True)}, ValueError, "decode_responses"),
            ({"redis_or_url": url(), "prefix": "a{b"}, ValueError, "prefix"),
            ({"redis_or_url": url(), "prefix": 7}, TypeError, "prefix"),
            ({"redis_or_url": url(), "retry_for": 0}, ValueError, "retry_for"),
            ({"redis_or_url": url(), "retry_for": "1"}, TypeError, "retry_for"),
        ]
        for arguments, error, word in cases:
            with self.assertRaisesRegex(error, word):
                RedisStore(**arguments)


if __name__ == "__main__":
    unittest.main()
