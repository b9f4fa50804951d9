"""Several server processes with one Redis, some of which are killed while clients send both ways."""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
import time
import unittest
from typing import Any, Dict, List, Optional

from support import ROOT, Client, Proxy, Redis, child_environment, within
from websockets.exceptions import WebSocketException

#: What happens, one after the other, and the seconds between.
FAULTS = ["cut of a client", "kill", "lost reply", "cut of Redis", "kill", "cut of a client"]
PAUSE = 0.3


class ServerProcess:
    """A kit server that can be killed and started again, each time at another address."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._process: Optional["subprocess.Popen[str]"] = None
        self.url = ""

    async def start(self) -> None:
        self._process = subprocess.Popen(
            ["/usr/bin/python3", str(ROOT / "tests/sessions/servers/python_server.py"), "--store", "redis",
             "--redis", self._redis_url],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=child_environment(),
        )  # fmt: skip
        assert self._process.stdout is not None
        line = await within(asyncio.to_thread(self._process.stdout.readline), 15)
        found = re.search(r"ws://\S+", line)
        assert found is not None, line
        self.url = found[0] + "/"

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None
            self.url = ""


class ResumingClient:
    """A client that keeps its unacknowledged messages and resumes on any server."""

    def __init__(self, name: str, servers: List[ServerProcess]) -> None:
        self._name = name
        self._servers = servers
        self._session: Optional[str] = None
        self._attempt = 0
        self._numbered: Dict[int, str] = {}
        self._next = 1
        self.received = 0
        self.counted = 0
        self.got: List[str] = []
        self.resumptions = 0
        self.problem = ""
        self.socket: Any = None

    @property
    def sent(self) -> int:
        return self._next - 1

    async def run(self, trouble: "asyncio.Task[None]") -> None:
        """Sends until the trouble is over and all is answered and counted."""
        while not (trouble.done() and len(self.got) == self.sent == self.counted):
            url = random.choice(self._servers).url
            try:
                if url:
                    await self._connection(url, trouble)
            except (OSError, WebSocketException, asyncio.TimeoutError):
                pass
            await asyncio.sleep(0.02)

    async def _connection(self, url: str, trouble: "asyncio.Task[None]") -> None:
        client = await Client(url, self._name).connect()
        self.socket = client.socket
        try:
            self._attempt += 1
            await client.hello(session=self._session, attempt=self._attempt, received=self.received)
            welcome = await client.next(12)
            assert isinstance(welcome, dict)
            if self._session is not None and not welcome["resumed"]:
                self.problem = "the session was lost"
            if welcome["received"] < self.counted or welcome["received"] > self.sent:
                self.problem = f"welcome has {welcome['received']}, not {self.counted} to {self.sent}"
            self.resumptions += self._session is not None
            self._session = welcome["session"]
            self._count(welcome["received"])
            for number in sorted(self._numbered):
                await client.send(self._numbered[number])
            while not (trouble.done() and len(self.got) == self.sent == self.counted):
                await self._exchange(client, not trouble.done())
        finally:
            client.socket.transport.abort()

    async def _exchange(self, client: Client, may_send: bool) -> None:
        if may_send and len(self._numbered) < 100:
            self._numbered[self._next] = f"echo:{self._name}.{self._next}"
            self._next += 1
            await client.send(self._numbered[self._next - 1])
        end = time.monotonic() + 0.02
        while (left := end - time.monotonic()) > 0:
            try:
                frame = await client.next(left)
            except asyncio.TimeoutError:
                break
            if isinstance(frame, dict):
                self._count(frame.get("received", self.counted))
            else:
                self.received += 1
                self.got.append(str(frame))
                await client.control("ack", received=self.received)

    def _count(self, received: int) -> None:
        self.counted = received
        for number in [number for number in self._numbered if number <= received]:
            del self._numbered[number]


class Processes(unittest.IsolatedAsyncioTestCase):
    async def test_replies_come_once_and_in_order_whatever_dies(self) -> None:
        asyncio.get_running_loop().set_debug(False)
        redis = await asyncio.to_thread(Redis().start)
        self.addCleanup(redis.remove)
        proxy = await Proxy(redis.port).start()
        servers = [ServerProcess(proxy.url) for _ in range(3)]
        for server in servers:
            self.addCleanup(server.kill)
        await asyncio.gather(*(server.start() for server in servers))
        clients: List[ResumingClient] = []

        async def trouble() -> None:
            for turn, fault in enumerate(FAULTS):
                await asyncio.sleep(PAUSE)
                if fault == "kill":
                    server = servers[turn % len(servers)]
                    server.kill()
                    await server.start()
                elif fault == "cut of Redis":
                    proxy.cut()
                    await asyncio.sleep(0.3)
                    proxy.mend()
                elif fault == "cut of a client":
                    client = clients[turn % len(clients)]
                    if client.socket is not None:
                        client.socket.transport.abort()
                else:
                    proxy.lose_reply = lambda request: b"evalsha" in request.lower()
            await asyncio.sleep(PAUSE)

        clients += [ResumingClient(f"c{i}", servers) for i in range(5)]
        troubled = asyncio.create_task(trouble())
        try:
            await within(asyncio.gather(*(client.run(troubled) for client in clients)), 5 * len(FAULTS) + 20)
            await troubled
        finally:
            troubled.cancel()
            await proxy.stop()
        for client in clients:
            self.assertEqual((client.problem, client.counted), ("", client.sent))
            self.assertEqual(client.got, [f"c{clients.index(client)}.{i}" for i in range(1, client.sent + 1)])
        self.assertGreater(min(client.sent for client in clients), 30)
        self.assertGreater(sum(client.resumptions for client in clients), 0)


if __name__ == "__main__":
    unittest.main()
