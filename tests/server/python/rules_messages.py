"""The tests of the rules on messages, counts and ends; each store runs them."""

from __future__ import annotations

import asyncio
from typing import Any, List

from support import until, within

from resilient_sessions import SessionClosed, SessionFull, SessionUnknown


class MessageRules:
    """Mixed into a HostCase."""

    async def test_rules_2_and_3_messages_keep_their_numbers_and_go_first_again(self: Any) -> None:
        host, client = await self.pair()
        await client.send("many:5", b"\x00\xff")
        self.assertEqual(await client.messages(6), ["m0", "m1", "m2", "m3", "m4", b"\x00\xff"])
        await client.cut()
        await until(lambda: not host.session.connected, "the server has seen the end")
        await host.session.send("while away")
        other, welcome = await self.again(host, client, received=2)
        self.assertEqual((welcome["resumed"], welcome["received"]), (True, 2))
        await other.send("echo:new")
        self.assertEqual(await other.messages(6), ["m2", "m3", "m4", b"\x00\xff", "while away", "new"])
        self.assertEqual([seq for seq, _ in host.handed], [1, 2, 3])

    async def test_rule_4_a_message_is_acknowledged_when_its_handler_has_finished(self: Any) -> None:
        host, client = await self.pair()
        await client.send("wait:a", "echo:b")
        await until(lambda: len(host.handed) == 1, "the handler runs")
        await client.silent()
        self.assertEqual(len(host.handed), 1)
        host.gate.set()
        self.assertEqual(await client.messages(2), ["a", "b"])
        await client.acknowledged(2)

    async def test_rule_4_a_failing_handler_is_reported_and_its_message_counted(self: Any) -> None:
        host, client = await self.pair()
        await client.send("fail:kept", "echo:next")
        self.assertEqual(await client.messages(2), ["kept", "next"])
        await client.acknowledged(2)
        self.assertEqual([(seq, type(error)) for seq, error in host.failed], [(1, LookupError)])

    async def test_acknowledgements_come_after_32_messages_or_the_delay(self: Any) -> None:
        host, client = await self.pair(ack_delay=150)
        await client.send(*["note"] * 100)
        counts: List[int] = []
        while counts[-1:] != [100]:
            frame = await client.next()
            self.assertEqual(frame["rws"], "ack")
            counts.append(frame["received"])
        self.assertLessEqual(len(counts), 4)
        started = asyncio.get_running_loop().time()
        await client.send("one")
        await client.acknowledged(101)
        self.assertGreater(asyncio.get_running_loop().time() - started, 0.1)

    async def test_rule_10_the_server_waits_at_the_window_of_the_client(self: Any) -> None:
        host = await self.host()
        client = self.client(host)
        await client.open(window=3)
        await client.send("many:7")
        self.assertEqual(await client.messages(3), ["m0", "m1", "m2"])
        await client.acknowledged(1)
        await client.silent()
        await client.control("ack", received=2)
        self.assertEqual(await client.messages(2), ["m3", "m4"])
        await client.silent(0.05)
        await client.control("ack", received=5)
        self.assertEqual(await client.messages(2), ["m5", "m6"])

    async def test_rule_10_a_client_above_the_window_is_closed_and_loses_nothing(self: Any) -> None:
        host, client = await self.pair(window=4)
        await client.send("wait:a", "b", "c", "d")
        await client.control("ping", id=1, received=0)
        self.assertEqual(await client.next(), {"rws": "pong", "id": 1, "received": 0})
        await client.send("e")
        code, reason = await client.closed()
        self.assertEqual(code, 4400)
        self.assertIn("window", reason)
        host.gate.set()
        await until(lambda: len(host.handed) == 4, "what was within the window is handled")

    async def test_rule_10_skips_are_counted_in_order(self: Any) -> None:
        host, client = await self.pair()
        await client.send("echo:a")
        await client.control("skip", count=3)
        await client.send("echo:b")
        self.assertEqual(await client.messages(2), ["a", "b"])
        await client.acknowledged(5)
        self.assertEqual([seq for seq, _ in host.handed], [1, 5])

    async def test_a_handler_that_never_ends_harms_no_other(self: Any) -> None:
        host, client = await self.pair()
        await client.send("wait:never")
        await until(lambda: len(host.handed) == 1, "the handler runs")
        second = self.client(host)
        await second.open()
        await second.send("echo:quick")
        self.assertEqual(await second.messages(1), ["quick"])
        await client.control("ping", id="still here", received=0)
        self.assertEqual((await client.next())["id"], "still here")

    async def test_rule_11_an_expired_message_stays_skipped(self: Any) -> None:
        host, client = await self.pair()
        await host.session.send("a")
        await client.messages(1)
        await client.cut()
        await until(lambda: not host.session.connected, "the server has seen the end")
        await host.session.send("stale", ttl=0)
        await host.session.send("stale too", ttl=0)
        await host.session.send("b")
        other, _ = await self.again(host, client, received=1)
        self.assertEqual(await other.messages(2), [{"rws": "skip", "count": 2}, "b"])
        third, _ = await self.again(host, client, attempt=3, received=1)
        self.assertEqual(await third.messages(2), [{"rws": "skip", "count": 2}, "b"])
        self.assertEqual([(m.seq, m.data, m.reason) for m in host.unconfirmed],
                         [(2, "stale", "message_expired"), (3, "stale too", "message_expired")])

    async def test_rule_13_bye_of_the_client(self: Any) -> None:
        host, client = await self.pair(ack_delay=5000)
        await client.send("echo:a", "echo:b")
        await client.messages(2)
        await client.send("note")
        await client.control("ack", received=1)
        await client.control("bye")
        self.assertEqual(await client.next(), {"rws": "ack", "received": 3})
        self.assertEqual((await client.closed())[0], 1000)
        await until(lambda: bool(host.unconfirmed), "the message is reported")
        self.assertEqual([(m.seq, m.data, m.reason) for m in host.unconfirmed], [(2, "b", "bye")])
        self.assertEqual(host.ends, ["bye"])
        _, welcome = await self.again(host, client, received=2)
        self.assertFalse(welcome["resumed"])

    async def test_rule_13_bye_of_the_application(self: Any) -> None:
        host, client = await self.pair(ack_delay=5000)
        await client.send("echo:a", "close:", "note")
        self.assertEqual(await client.messages(1), ["a"])
        self.assertEqual(await client.next(), {"rws": "ack", "received": 2})
        self.assertEqual(await client.next(), {"rws": "bye"})
        with self.assertRaises(SessionClosed):
            await host.session.send("late")
        await client.cut()
        await until(lambda: not host.session.connected, "the server has seen the end")
        other, welcome = await self.again(host, client, received=0)
        self.assertTrue(welcome["resumed"])
        self.assertEqual(await other.messages(2), ["a", {"rws": "bye"}])
        await other.control("ack", received=1)
        await other.socket.close(1000)
        await until(lambda: bool(host.ends == ["closed"]), "the session has ended")
        self.assertEqual((host.unconfirmed, len(host.handed)), ([], 2))
        with self.assertRaises(SessionUnknown):
            await host.server.send(client.session, "late")

    async def test_rule_13_a_session_that_the_application_ended_is_gone_when_all_has_arrived(self: Any) -> None:
        host, client = await self.pair()
        await client.send("echo:a", "close:")
        await client.messages(2)
        _, welcome = await self.again(host, client, received=1)
        self.assertFalse(welcome["resumed"])
        await until(lambda: bool(host.ends == ["closed"]), "the session has ended")
        self.assertEqual((host.unconfirmed, host.server.statistics.lost), ([], 0))

    async def test_rule_13_a_shutdown_finishes_handlers_and_closes_with_1012(self: Any) -> None:
        host, client = await self.pair(ack_delay=5000)
        await client.send("wait:a", "note")
        await until(lambda: len(host.handed) == 1, "the handler runs")
        ending = asyncio.create_task(host.server.shutdown())
        await asyncio.sleep(0.05)
        self.assertFalse(ending.done())
        host.gate.set()
        self.assertEqual(await client.next(), {"rws": "ack", "received": 1})
        self.assertEqual(await client.next(), "a")
        self.assertEqual((await client.closed())[0], 1012)
        await within(ending)
        self.assertEqual(len(host.handed), 1)

    async def test_rule_14_an_expired_session_is_reported_and_gone(self: Any) -> None:
        host, client = await self.pair(ttl=200)
        await client.send("echo:a")
        await client.messages(1)
        await asyncio.sleep(0.5)
        await client.control("ping", id=1, received=0)
        await client.acknowledged(1)
        await client.cut()
        await until(lambda: bool(host.unconfirmed), "the message is reported")
        self.assertEqual([(m.data, m.reason) for m in host.unconfirmed], [("a", "expired")])
        self.assertEqual(host.ends, ["expired"])
        _, welcome = await self.again(host, client)
        self.assertFalse(welcome["resumed"])

    async def test_rule_14_what_a_handler_sends_whose_session_expires_meanwhile_is_reported(self: Any) -> None:
        host, client = await self.pair(ttl=200)
        await client.send("wait:a")
        await until(lambda: len(host.handed) == 1, "the handler runs")
        await client.cut()
        await until(lambda: bool(host.ends == ["expired"]), "the session has expired")
        host.gate.set()
        await until(lambda: bool(host.unconfirmed), "the message is reported")
        self.assertEqual([(m.seq, m.data, m.reason) for m in host.unconfirmed], [(0, "a", "expired")])

    async def test_messages_are_carried_unchanged(self: Any) -> None:
        host, client = await self.pair()
        texts = ["", "ä€😀\u0000", '{"type":"ping"}', ' {"rws":"', "x" * 100_000]
        await client.send(*[f"echo:{text}" for text in texts])
        self.assertEqual(await client.messages(len(texts)), texts)
        frames = [b"", bytes(range(256)), b'{"rws":"ack","received":9}']
        await client.send(*frames)
        self.assertEqual(await client.messages(len(frames)), frames)

    async def test_sends_are_bounded_by_max_queue(self: Any) -> None:
        host, client = await self.pair(max_queue=3)
        for i in range(3):
            await host.session.send(str(i))
        with self.assertRaises(SessionFull):
            await host.session.send("4")
        await client.send("many:1")
        await until(lambda: bool(host.failed), "the handler's send is refused")
        self.assertIsInstance(host.failed[0][1], SessionFull)
        await client.messages(3)
        await client.control("ack", received=3)
        await client.send("many:3")
        self.assertEqual(await client.messages(3), ["m0", "m1", "m2"])
