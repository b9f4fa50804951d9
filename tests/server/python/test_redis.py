"""The rules with the store in Redis, and what only it can do: several servers, lost replies, cuts, restarts."""

from __future__ import annotations

import asyncio
import unittest
from typing import Any, Callable, List

import redis.asyncio
from hosts import Host, HostCase
from rules_messages import MessageRules
from rules_opening import OpeningRules
from support import Proxy, Redis, until, within

from resilient_sessions import SessionUnknown, StoreUnavailable
from resilient_sessions.redis_store import RedisStore

redis_server: Redis


def setUpModule() -> None:
    global redis_server
    redis_server = Redis().start()


def tearDownModule() -> None:
    redis_server.remove()


def url() -> str:
    return f"redis://127.0.0.1:{redis_server.port}/0"


def _contains(mark: bytes) -> Callable[[bytes], bool]:
    return lambda request: mark in request


class RedisRules(OpeningRules, MessageRules, HostCase):
    def make_store(self) -> Any:
        return RedisStore(url())


class Several(HostCase):
    """Two servers with one Redis."""

    def make_store(self) -> Any:
        return RedisStore(url())

    async def test_rule_9_the_successor_hands_over_again_and_replies_come_once(self) -> None:
        first, client = await self.pair()
        second = await self.host()
        await client.send("wait:reply")
        await until(lambda: len(first.handed) == 1, "the handler runs")
        other, welcome = await self.again(second, client)
        self.assertEqual((welcome["resumed"], welcome["received"]), (True, 0))
        self.assertEqual((await client.closed())[0], 4409)
        await other.send("echo:reply")
        self.assertEqual(await other.messages(1), ["reply"])
        first.gate.set()
        await first.session.send("unfenced")
        self.assertEqual(await other.messages(1), ["unfenced"])
        await other.send("echo:last")
        self.assertEqual(await other.messages(1), ["last"])
        self.assertEqual((first.ends, first.failed), (["taken"], []))
        self.assertEqual((first.handed, second.handed), ([(1, "wait:reply")], [(1, "echo:reply"), (2, "echo:last")]))
        self.assertTrue(second.session.resumed)

    async def test_a_session_that_moves_back_gets_a_new_fence(self) -> None:
        first, client = await self.pair()
        second = await self.host()
        await client.send("echo:a")
        await client.messages(1)
        other, _ = await self.again(second, client, received=1)
        await other.send("echo:b")
        await other.messages(1)
        third, welcome = await self.again(first, client, attempt=3, received=2)
        self.assertEqual(welcome["received"], 2)
        await third.send("echo:c")
        self.assertEqual(await third.messages(1), ["c"])
        self.assertEqual([len(first.sessions), len(second.sessions)], [2, 1])

    async def test_any_server_sends_in_any_session(self) -> None:
        first, client = await self.pair()
        second = await self.host()
        for i in range(20):
            await second.server.send(client.session or "", f"s{i}")
        self.assertEqual(await client.messages(20), [f"s{i}" for i in range(20)])
        for unknown in ("A" * 32, "", "}", "x" * 200):
            with self.assertRaises(SessionUnknown):
                await second.server.send(unknown, "x")

    async def test_rule_11_a_skip_holds_on_another_server(self) -> None:
        first, client = await self.pair()
        await first.session.send("stale", ttl=0)
        self.assertEqual(await client.messages(1), [{"rws": "skip", "count": 1}])
        second = await self.host()
        other, _ = await self.again(second, client)
        self.assertEqual(await other.messages(1), [{"rws": "skip", "count": 1}])
        self.assertEqual((len(first.unconfirmed), len(second.unconfirmed)), (1, 0))

    async def test_rule_11_a_hole_in_the_store_is_a_lost_store(self) -> None:
        first, client = await self.pair()
        await client.send("many:3")
        await client.messages(3)
        await client.cut()
        self.assertEqual(redis_server.command("XDEL", f"rws:{{{client.session}}}:s", "2-0"), b":1\r\n")
        second = await self.host()
        _, welcome = await self.again(second, client, received=0)
        self.assertFalse(welcome["resumed"])
        await until(lambda: len(second.unconfirmed) == 2, "what is left is reported")
        self.assertEqual([m.seq for m in second.unconfirmed], [1, 3])

    async def test_a_lost_fence_is_noticed_without_a_notification(self) -> None:
        first, client = await self.pair()
        redis_server.command("HSET", f"rws:{{{client.session}}}:h", "f", "7", "o", "other")
        self.assertEqual((await client.closed(2.5))[0], 4409)
        self.assertEqual(first.ends, ["taken"])

    async def test_rule_8_lost_writes_of_redis_end_the_session(self) -> None:
        first, client = await self.pair()
        await client.send("many:3")
        await client.messages(3)
        await client.acknowledged(1)
        redis_server.command("HSET", f"rws:{{{client.session}}}:h", "s", "2")
        redis_server.command("XDEL", f"rws:{{{client.session}}}:s", "3-0")
        self.assertEqual((await client.closed(2.5))[0], 1012)
        await until(lambda: len(first.unconfirmed) == 2, "what is left is reported")
        self.assertEqual({m.reason for m in first.unconfirmed}, {"lost"})
        _, welcome = await self.again(first, client, received=3)
        self.assertFalse(welcome["resumed"])

    async def test_a_session_that_redis_has_lost_is_noticed(self) -> None:
        first, client = await self.pair()
        redis_server.command("DEL", f"rws:{{{client.session}}}:h")
        self.assertEqual((await client.closed(2.5))[0], 1012)
        self.assertEqual(first.ends, ["lost"])
        _, welcome = await self.again(first, client)
        self.assertFalse(welcome["resumed"])

    async def test_an_expired_session_is_reported_by_the_server_that_is_asked_for_it(self) -> None:
        first, client = await self.pair(ttl=150)
        await client.send("echo:a")
        await client.messages(1)
        session = first.session
        first.server._registry.sessions.clear()  # As if its process had died.
        await asyncio.sleep(0.25)
        second = await self.host()
        _, welcome = await self.again(second, client, received=1)
        self.assertFalse(welcome["resumed"])
        await until(lambda: bool(second.unconfirmed), "the message is reported")
        self.assertEqual([(m.data, m.reason) for m in second.unconfirmed], [("a", "expired")])
        self.assertEqual(session.principal, "")

    async def test_a_client_for_clusters_needs_no_notifications(self) -> None:
        clients = [redis.asyncio.RedisCluster.from_url(url()) for _ in range(2)]
        try:
            first, client = await self.pair(store=RedisStore(clients[0]))
            second = await self.host(store=RedisStore(clients[1]))
            await client.send("echo:a")
            self.assertEqual(await client.messages(1), ["a"])
            await second.server.send(client.session or "", "from the second")
            self.assertEqual(await client.messages(1), ["from the second"])
            other, welcome = await self.again(second, client, received=2)
            self.assertEqual(welcome["received"], 1)
            self.assertEqual((await client.closed())[0], 4409)
            await other.send("echo:b")
            self.assertEqual(await other.messages(1), ["b"])
        finally:
            for host in self.hosts:
                await host.stop()
            self.hosts.clear()
            for cluster in clients:
                await cluster.close()

    async def test_both_keys_expire_together(self) -> None:
        first, client = await self.pair(ttl=60_000)
        await client.send("many:2")
        await client.messages(2)
        times = [
            int(redis_server.command("PEXPIRETIME", f"rws:{{{client.session}}}:{key}").strip(b":\r\n"))
            for key in ("h", "s")
        ]
        self.assertEqual(times[0], times[1])
        self.assertGreater(times[0], 0)


class Faults(HostCase):
    """One server behind a proxy to Redis."""

    def make_store(self) -> Any:
        return RedisStore(self.proxy.url)

    async def asyncSetUp(self) -> None:
        await super().asyncSetUp()
        self.proxy = await Proxy(redis_server.port).start()

    async def asyncTearDown(self) -> None:
        self.proxy.lose_reply = None
        self.proxy.mend()
        await super().asyncTearDown()
        await self.proxy.stop()

    async def test_a_lost_reply_of_any_step_does_no_harm(self) -> None:
        host, client = await self.pair()
        await client.send("echo:0")
        await client.messages(1)
        expected: List[str] = []
        attempt = 1
        # A word of each request: commit, append, take and trim carry these arguments.
        for i, word in enumerate((b"commit-", b"append-", b"take-", b"commit-", b"append-")):
            if word == b"take-":
                self.proxy.lose_reply = _contains(b"notify:")
                attempt += 1
                await client.cut()
                client, welcome = await self.again(host, client, attempt=attempt, received=len(expected) + 1)
                self.assertTrue(welcome["resumed"])
                self.assertEqual(welcome["received"], len(host.handed))
            else:
                text = f"{word.decode()}{i}"
                self.proxy.lose_reply = _contains(text.encode())
                expected.append(text)
                if word == b"commit-":
                    await client.send(f"echo:{text}")
                else:
                    await within(host.session.send(text))
                self.assertEqual(await client.messages(1), [text])
            self.assertEqual(self.proxy.lost, i + 1)
            client.session = host.session.id
        await client.silent(0.05)
        fresh, _ = await self.again(host, client, attempt=9, received=3)
        self.assertEqual(await fresh.messages(2), expected[2:])

    async def traffic(self, host: Host, trouble: Any) -> None:
        """Sends both ways while `trouble` runs, resuming whenever the server closes; nothing may be
        missing, twice or out of order."""
        client = self.client(host)
        await client.open()
        session, attempt, received, sent = client.session, 1, 0, 0
        got: List[Any] = []
        troubled = asyncio.create_task(trouble)

        async def pushes() -> int:
            pushed = 0
            while not troubled.done():
                await host.server.send(session or "", f"push{pushed}")
                pushed += 1
                await asyncio.sleep(0.01)
            return pushed

        pushing = asyncio.create_task(pushes())
        while not (troubled.done() and pushing.done() and len(got) == sent + pushing.result()):
            if not troubled.done():
                await client.send(f"echo:e{sent}")
                sent += 1
            try:
                while True:
                    frame = await client.next(0.02)
                    if not isinstance(frame, dict):
                        got.append(frame)
                        await client.control("ack", received=len(got))
            except asyncio.TimeoutError:
                pass
        self.assertIsNone(troubled.exception())
        self.assertEqual([x for x in got if x.startswith("e")], [f"e{i}" for i in range(sent)])
        pushed = [x for x in got if x.startswith("push")]
        self.assertEqual(pushed, [f"push{i}" for i in range(pushing.result())])
        self.assertEqual([data for _, data in host.handed], [f"echo:e{i}" for i in range(sent)])
        self.assertGreater(min(sent, len(pushed)), 10)
        self.assertEqual((host.unconfirmed, host.ends, attempt, received), ([], [], 1, 0))

    async def test_a_cut_of_the_connection_to_redis(self) -> None:
        async def cut() -> None:
            for pause in (0.2, 1.2):
                await asyncio.sleep(0.2)
                self.proxy.cut()
                await asyncio.sleep(pause)
                self.proxy.mend()
            await asyncio.sleep(0.3)

        host = await self.host()
        await within(self.traffic(host, cut()), 20)

    async def test_a_restart_of_redis_with_its_append_only_file(self) -> None:
        async def restart() -> None:
            await asyncio.sleep(0.3)
            redis_server.kill()
            await asyncio.sleep(0.5)
            await asyncio.to_thread(redis_server.start)
            await asyncio.sleep(0.5)

        host = await self.host()
        await within(self.traffic(host, restart()), 20)

    async def test_a_hello_while_redis_is_away_is_a_failed_attempt(self) -> None:
        host = await self.host(store=RedisStore(self.proxy.url, retry_for=200))
        self.proxy.cut()
        client = await self.client(host).connect()
        await client.hello()
        self.assertEqual((await client.closed())[0], 1013)
        self.proxy.mend()
        await self.client(host).open()

    async def test_clients_are_sent_away_when_redis_does_not_answer_for_long(self) -> None:
        host = await self.host(store=RedisStore(self.proxy.url, retry_for=200))
        client = self.client(host)
        await client.open()
        self.proxy.cut()
        with self.assertLogs("resilient_sessions", "WARNING"):
            self.assertEqual((await client.closed())[0], 1013)
        self.proxy.mend()
        _, welcome = await self.again(host, client)
        self.assertTrue(welcome["resumed"])

    async def test_a_send_while_redis_is_away_says_so(self) -> None:
        host = await self.host(store=RedisStore(self.proxy.url, retry_for=200))
        client = self.client(host)
        await client.open()
        self.proxy.cut()
        with self.assertRaises(StoreUnavailable):
            await host.session.send("x")
        self.proxy.mend()

if __name__ == "__main__":
    unittest.main()
