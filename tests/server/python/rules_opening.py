"""The tests of the rules on opening, taking over and violations; each store runs them."""

from __future__ import annotations

import asyncio
from typing import Any

from support import until

#: Frames that break the protocol behind welcome, and a word of the reason.
VIOLATIONS = [
    ('{"rws":"hello","v":1,"session":null,"attempt":9,"received":0,"window":9}', "second hello"),
    ('{"rws":"ack"', "JSON"),
    ('{"rws":"ack"}', "received"),
    ('{"rws":"ack","received":"1"}', "received"),
    ('{"rws":"ack","received":true}', "received"),
    ('{"rws":"ack","received":-1}', "received"),
    ('{"rws":"ack","received":0.5}', "received"),
    ('{"rws":"ack","received":9007199254740992}', "received"),
    ('{"rws":"ack","received":NaN}', "JSON"),
    ('{"rws":"ack","received":1}', "above what was sent"),
    ('{"rws":"pong","id":1,"received":7}', "above what was sent"),
    ('{"rws":"ping","received":0}', "id"),
    ('{"rws":"ping","id":[],"received":0}', "id"),
    ('{"rws":"ping","id":1e400,"received":0}', "id"),
    ('{"rws":"ping","id":"\\ud800","received":0}', "id"),
    ('{"rws":"skip"}', "count"),
    ('{"rws":"skip","count":0}', "count"),
    ('{"rws":"skip","count":1001}', "window"),
    ('{"rws":"welcome","v":1}', "welcome"),
    ('{"rws":"surprise"}', "unknown"),
    ('{"rws":""}', "unknown"),
    ('{"rws":"ack","received":0,"pad":"%s"}' % ("x" * 1000), "1024"),
    ('{"rws":"x-deep","a":%s' % ("[" * 900), "JSON"),
]

#: First frames that are refused, and the close code.
BAD_HELLOS = [
    ("echo:a", 4400),
    (b"echo:a", 4400),
    ('{"rws":"ack","received":0}', 4400),
    ('{"rws":"x-before"}', 4400),
    ('{"rws":"hello"}', 4400),
    ('{"rws":"hello","v":2}', 4406),
    ('{"rws":"hello","v":1,"attempt":1,"received":0,"window":1}', 4400),
    ('{"rws":"hello","v":1,"session":7,"attempt":1,"received":0,"window":1}', 4400),
    ('{"rws":"hello","v":1,"session":null,"attempt":1.5,"received":0,"window":1}', 4400),
    ('{"rws":"hello","v":1,"session":null,"attempt":1,"received":-1,"window":1}', 4400),
    ('{"rws":"hello","v":1,"session":null,"attempt":1,"received":0,"window":0}', 4400),
    ('{"rws":"hello","v":1,"session":null,"attempt":1,"received":0,"window":1,"auth":"%s"}' % ("x" * 16384), 4400),
    ('{"rws":"hello","v":1,"session":null,"attempt":1,"received":0,"window":1,"auth":%s' % ("[" * 16000), 4400),
    ('{"rws":"hello","v":%s}' % ("1" * 9000), 4400),
]


class OpeningRules:
    """Mixed into a HostCase."""

    async def test_rule_1_the_server_sends_nothing_before_welcome(self: Any) -> None:
        host = await self.host(window=7, max_message=500, ttl=5000)
        client = await self.client(host).connect()
        await client.silent()
        await client.hello()
        welcome = await client.next()
        self.assertGreaterEqual(len(welcome.pop("session")), 22)
        self.assertEqual(
            welcome,
            {"rws": "welcome", "v": 1, "resumed": False, "received": 0, "window": 7, "maxMessage": 500, "ttl": 5000},
        )

    async def test_rule_1_a_message_between_hello_and_welcome_is_a_violation(self: Any) -> None:
        waiting = asyncio.Event()

        async def slow(websocket: Any, auth: Any) -> str:
            await waiting.wait()
            return ""

        host = await self.host(principal_of=slow)
        client = await self.client(host).connect()
        await client.hello()
        await client.send("echo:early")
        code, reason = await client.closed()
        waiting.set()
        self.assertEqual((code, reason), (4400, "a message before welcome"))
        self.assertEqual(host.handed, [])

    async def test_first_frames_that_are_no_hello_are_refused(self: Any) -> None:
        host = await self.host()
        for frame, expected in BAD_HELLOS:
            with self.subTest(frame=frame[:60]):
                client = await self.client(host).connect()
                await client.send(frame)
                code, reason = await client.closed()
                self.assertEqual(code, expected)
                self.assertNotEqual(reason, "")
        self.assertEqual(host.sessions, [])

    async def test_an_id_of_any_form_gets_a_new_session(self: Any) -> None:
        host = await self.host()
        for session in ("", "*", "{x}", "../", "\x00", "\ud800" * 30, "x" * 10_000, "ä" * 30):
            with self.subTest(session=ascii(session)[:40]):
                client = self.client(host)
                welcome = await client.open(session=session)
                self.assertFalse(welcome["resumed"])
                await client.cut()

    async def test_violations_close_with_a_reason_and_keep_the_session(self: Any) -> None:
        host, client = await self.pair()
        await client.send("note")
        await client.acknowledged(1)
        for attempt, (frame, word) in enumerate(VIOLATIONS, start=2):
            with self.subTest(frame=frame[:60]):
                other, welcome = await self.again(host, client, attempt=attempt)
                self.assertTrue(welcome["resumed"])
                await other.send(frame)
                code, reason = await other.closed()
                self.assertEqual(code, 4400)
                self.assertIn(word, reason)
        self.assertEqual(host.handed, [(1, "note")])

    async def test_a_count_below_an_earlier_one_is_a_violation_and_an_equal_one_is_not(self: Any) -> None:
        host, client = await self.pair()
        await client.send("echo:a", "echo:b")
        self.assertEqual(await client.messages(2), ["a", "b"])
        for received in (2, 2):
            await client.control("ack", received=received)
        await client.control("ping", id="p", received=2)
        frame = await client.next()
        while frame["rws"] == "ack":
            frame = await client.next()
        self.assertEqual(frame, {"rws": "pong", "id": "p", "received": 2})
        await client.control("ack", received=1)
        self.assertEqual(await client.closed(), (4400, "ack: received is below an earlier count"))

    async def test_no_hello_in_time_closes(self: Any) -> None:
        host = await self.host(hello_timeout=50)
        client = await self.client(host).connect()
        self.assertEqual((await client.closed())[0], 4408)

    async def test_unknown_members_and_extensions_are_ignored(self: Any) -> None:
        host = await self.host()
        client = self.client(host)
        await client.open(more={"deep": [1]}, auth={"token": "t"})
        await client.send('{"rws":"x-future","n":1}', '{"rws": "no control frame"}', "echo:a")
        self.assertEqual(await client.messages(1), ["a"])
        self.assertEqual(host.handed, [(1, '{"rws": "no control frame"}'), (2, "echo:a")])

    async def test_rule_5_a_running_message_is_not_handed_over_again(self: Any) -> None:
        host, client = await self.pair()
        await client.send("wait:a", "echo:dropped")
        await until(lambda: len(host.handed) == 1, "the handler runs")
        other, welcome = await self.again(host, client)
        self.assertEqual((welcome["resumed"], welcome["received"]), (True, 0))
        await other.send("wait:a", "echo:dropped")
        await other.silent(0.05)
        host.gate.set()
        self.assertEqual(await other.messages(2), ["a", "dropped"])
        await other.acknowledged(2)
        self.assertEqual(host.handed, [(1, "wait:a"), (2, "echo:dropped")])

    async def test_rule_6_a_higher_attempt_takes_over_and_others_change_nothing(self: Any) -> None:
        host, client = await self.pair()
        other, welcome = await self.again(host, client, attempt=5)
        self.assertTrue(welcome["resumed"])
        self.assertEqual((await client.closed())[0], 4409)
        for attempt in (5, 4, 0):
            late = await self.client(host).connect()
            await late.hello(session=client.session, attempt=attempt)
            self.assertEqual((await late.closed())[0], 4409)
        await other.send("echo:alive")
        self.assertEqual(await other.messages(1), ["alive"])

    async def test_rule_7_the_session_of_another_principal_resumes_nothing(self: Any) -> None:
        host = await self.host()
        owner = self.client(host, "anna")
        await owner.open()
        await owner.send("echo:secret")
        await owner.messages(1)
        thief = self.client(host, "eve")
        welcome = await thief.open(session=owner.session, attempt=99)
        self.assertFalse(welcome["resumed"])
        self.assertNotEqual(welcome["session"], owner.session)
        await thief.silent(0.05)
        await owner.send("echo:still mine")
        self.assertEqual(await owner.messages(1), ["still mine"])

    async def test_rule_7_nobody_and_failures_are_refused(self: Any) -> None:
        def principal_of(websocket: Any, auth: Any) -> Any:
            return {"none": None, "number": 7}[auth] if auth != "raise" else 1 // 0

        host = await self.host(principal_of=principal_of)
        for auth, expected in (("none", 4401), ("number", 1011), ("raise", 1011)):
            client = await self.client(host).connect()
            with self.assertLogs("resilient_sessions", "ERROR") if expected == 1011 else self.subTest():
                await client.hello(auth=auth)
                self.assertEqual((await client.closed())[0], expected)

    async def test_rule_8_impossible_counts_end_the_session_and_are_reported(self: Any) -> None:
        for received, acked in ((4, 0), (0, 1)):
            with self.subTest(received=received):
                host, client = await self.pair()
                await client.send("many:3")
                await client.messages(3)
                if acked:
                    await client.control("ack", received=acked)
                    await client.control("ping", id=1, received=acked)
                    await client.acknowledged(1)
                    await asyncio.sleep(0.05)
                other, welcome = await self.again(host, client, received=received)
                self.assertFalse(welcome["resumed"])
                self.assertNotEqual(welcome["session"], client.session)
                await until(lambda: len(host.unconfirmed) == 3 - acked, "the messages are reported")
                self.assertEqual([m.data for m in host.unconfirmed], ["m0", "m1", "m2"][acked:])
                self.assertEqual({m.reason for m in host.unconfirmed}, {"lost"})
                _, third = await self.again(host, client, attempt=9)
                self.assertFalse(third["resumed"])
