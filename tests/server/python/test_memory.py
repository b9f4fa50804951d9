"""The rules with the store in memory, and what concerns one process: limits, options, hooks, logs."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import unittest
from typing import Any, List

from hosts import HostCase
from rules_messages import MessageRules
from rules_opening import OpeningRules
from support import ROOT, Client, child_environment, until, within

from resilient_sessions import MemoryStore, SessionServer


class MemoryRules(OpeningRules, MessageRules, HostCase):
    def make_store(self) -> Any:
        return MemoryStore()


class Limits(HostCase):
    def make_store(self) -> Any:
        return MemoryStore()

    async def test_a_message_above_max_message_closes_with_1009(self) -> None:
        host, client = await self.pair(max_message=100)
        await client.send("x" * 100, "€" * 33)
        await client.acknowledged(2)
        await client.send("€" * 34)
        self.assertEqual((await client.closed())[0], 1009)
        other, welcome = await self.again(host, client)
        self.assertEqual(welcome["received"], 2)
        await other.send(b"x" * 101)
        self.assertEqual((await other.closed())[0], 1009)

    async def test_too_many_waiting_bytes_close_with_1013_and_lose_nothing(self) -> None:
        host, client = await self.pair(max_message=1000, max_waiting_bytes=2000)
        await client.send("wait:", *["x" * 900] * 3)
        self.assertEqual((await client.closed())[0], 1013)
        host.gate.set()
        await until(lambda: len(host.handed) == 3, "what was taken is handled")
        other, welcome = await self.again(host, client)
        await other.send(*["y" * 900] * (4 - welcome["received"]))
        await other.acknowledged(4)

    async def test_a_client_that_acknowledges_nothing_is_cut_off(self) -> None:
        host = await self.host(stall_timeout=100)
        client = self.client(host)
        await client.open(window=2)
        await client.send("many:3")
        code, reason = await client.closed()
        self.assertEqual(code, 4400)
        self.assertIn("acknowledged", reason)

    async def test_a_full_window_without_further_messages_is_no_stall(self) -> None:
        host = await self.host(stall_timeout=50)
        client = self.client(host)
        await client.open(window=2)
        await client.send("many:2")
        await client.messages(2)
        await client.acknowledged(1)
        await client.silent(0.2)

    async def test_a_client_that_pings_and_reads_nothing_costs_no_memory(self) -> None:
        host, client = await self.pair()
        client.socket.transport.pause_reading()
        for i in range(20_000):
            await client.control("ping", id=i, received=0)
        second = self.client(host)
        await second.open()
        await second.send("echo:fine")
        self.assertEqual(await second.messages(1), ["fine"])
        senders = [c._sender for c in host.server._connections if c._session is host.sessions[0] and c._sender]
        self.assertEqual([len(sender._pongs) <= 16 for sender in senders], [True])

    async def test_an_unanswered_session_is_kept_for_a_short_time_only(self) -> None:
        import resilient_sessions.registry as registry

        self.addCleanup(setattr, registry, "UNANSWERED_TTL", registry.UNANSWERED_TTL)
        registry.UNANSWERED_TTL = 50
        host, client = await self.pair(ttl=60_000)
        await client.cut()
        await until(lambda: host.ends == ["expired"], "the session has expired")

    async def test_what_cannot_be_sent_is_refused(self) -> None:
        host, client = await self.pair(max_message=10)
        for data, error, word in [
            (7, TypeError, "data"),
            ('{"rws":"x"}', ValueError, "begin"),
            ("x" * 11, ValueError, "max_message"),
            ("\ud800", ValueError, "surrogates"),
        ]:
            with self.assertRaisesRegex(error, word):
                await host.session.send(data)  # type: ignore[arg-type]
        for ttl, error in ((1.5, TypeError), (True, TypeError), (-1, ValueError)):
            with self.assertRaisesRegex(error, "ttl"):
                await host.session.send("x", ttl=ttl)  # type: ignore[arg-type]

    async def test_sends_of_tasks_that_outlive_the_handler_are_stored_at_once(self) -> None:
        host, client = await self.pair()
        later: "list[asyncio.Task[None]]" = []
        go = asyncio.Event()

        async def push() -> None:
            await go.wait()
            await host.session.send("pushed")

        @host.session.on_message
        async def handle(data: Any, context: Any) -> None:
            later.append(asyncio.create_task(push()))
            await host.session.send("reply")

        await client.send("x")
        self.assertEqual(await client.messages(1), ["reply"])
        go.set()
        self.assertEqual(await client.messages(1), ["pushed"])
        await within(later[0])

    async def test_a_cancelled_task_inside_a_handler_is_a_failure_of_the_handler(self) -> None:
        host, client = await self.pair()

        @host.session.on_message
        async def handle(data: Any, context: Any) -> None:
            raise asyncio.CancelledError

        await client.send("x", "y")
        await client.acknowledged(2)
        self.assertEqual([seq for seq, _ in host.failed], [1, 2])

    async def test_hooks_that_raise_are_logged_without_their_text(self) -> None:
        host = await self.host()

        @host.server.on_session
        async def attach(session: Any) -> None:
            raise RuntimeError(session.id)

        client = self.client(host)
        with self.assertLogs("resilient_sessions", "ERROR") as logs:
            await client.open()
            await client.send("x")
            await client.acknowledged(1)
        self.assertEqual([record.getMessage() for record in logs.records], ["on_session raised RuntimeError"])
        self.assertIsNone(logs.records[0].exc_info)

    async def test_ids_and_data_are_in_no_representation(self) -> None:
        host, client = await self.pair()
        contexts = []

        @host.session.on_message
        async def handle(data: Any, context: Any) -> None:
            contexts.append(context)

        await client.send("payload")
        await client.acknowledged(1)
        self.assertEqual(contexts[0].id, f"{client.session}:1")
        for item in (host.session, contexts[0]):
            self.assertNotIn(client.session, repr(item))


class OptionRules(unittest.TestCase):
    def test_each_option_is_checked(self) -> None:
        cases: List[Any] = [
            ({"ttl": 0}, ValueError),
            ({"ttl": 1.5}, TypeError),
            ({"ttl": True}, TypeError),
            ({"window": 0}, ValueError),
            ({"max_queue": "9"}, TypeError),
            ({"max_message": 0}, ValueError),
            ({"max_message": None}, TypeError),
            ({"max_waiting_bytes": 5}, ValueError),
            ({"ack_delay": -1}, ValueError),
            ({"hello_timeout": 0}, ValueError),
            ({"stall_timeout": 0}, ValueError),
            ({"principal_of": "anna"}, TypeError),
            ({"store": object()}, TypeError),
        ]
        for options, error in cases:
            with self.subTest(options=options), self.assertRaisesRegex(error, next(iter(options))):
                SessionServer(**options)

    def test_handlers_must_be_functions(self) -> None:
        server = SessionServer()
        for name in ("on_session", "on_message_failed", "on_message_unconfirmed"):
            with self.assertRaisesRegex(TypeError, name):
                getattr(server, name)("no function")


class Process(unittest.IsolatedAsyncioTestCase):
    """The kit's server as a process of its own."""

    async def test_sigterm_finishes_handlers_and_no_log_has_ids_or_payloads(self) -> None:
        process = subprocess.Popen(
            ["/usr/bin/python3", str(ROOT / "tests/sessions/servers/python_server.py"), "--port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=child_environment(),
        )  # fmt: skip
        self.addCleanup(process.kill)
        assert process.stdout is not None
        first = await within(asyncio.to_thread(process.stdout.readline), 15)
        address = re.fullmatch(r"listening (ws://127\.0\.0\.1:\d+)\n", first)
        assert address is not None, first
        client = Client(address[1] + "/")
        await client.open()
        await client.send("slow:300:payload-reply", "fail:payload-of-failure")
        await asyncio.sleep(0.1)
        os.kill(process.pid, signal.SIGTERM)
        self.assertEqual(await client.messages(1), ["payload-reply"])
        self.assertEqual((await client.closed())[0], 1012)
        output, _ = await within(asyncio.to_thread(process.communicate), 15)
        self.assertEqual(process.returncode, 0)
        self.assertNotIn(client.session, output)
        self.assertNotIn("payload", output)


if __name__ == "__main__":
    unittest.main()
