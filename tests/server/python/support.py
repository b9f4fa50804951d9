"""What the tests of the Python server share: a client that speaks in frames, a Redis of their own,
and a proxy before it that can be cut.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, List, Optional, Tuple, Union

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "server" / "python"))

from websockets.exceptions import ConnectionClosed  # noqa: E402
from websockets.legacy.client import connect  # noqa: E402

from resilient_sessions import Data  # noqa: E402

#: Seconds that anything may take before a test fails.
TIME_LIMIT = 8.0

Frame = Union[str, bytes, Dict[str, Any]]


async def within(awaitable: Awaitable[Any], seconds: float = TIME_LIMIT) -> Any:
    """The result of something that has to come in time."""
    return await asyncio.wait_for(awaitable, seconds)


async def until(condition: Callable[[], bool], what: str, seconds: float = TIME_LIMIT) -> None:
    """Waits for a condition. `what`: names it in the failure."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"in vain: {what}")
        await asyncio.sleep(0.005)


class Client:
    """A client that sends and receives frames one by one."""

    def __init__(self, url: str, user: str = "") -> None:
        self._url = f"{url}?user={user}" if user else url
        self.socket: Any = None
        self.session: Optional[str] = None

    async def connect(self) -> "Client":
        self.socket = await within(connect(self._url, max_size=None, close_timeout=1, ping_interval=None))
        return self

    async def control(self, name: str, **members: Any) -> None:
        await self.socket.send(json.dumps({"rws": name, **members}, separators=(",", ":")))

    async def hello(self, **members: Any) -> None:
        frame = {"v": 1, "session": None, "attempt": 1, "received": 0, "window": 1000, **members}
        await self.control("hello", **frame)

    async def open(self, **members: Any) -> Dict[str, Any]:
        """Connects, says hello and returns the welcome."""
        await self.connect()
        await self.hello(**members)
        welcome = await self.next()
        assert isinstance(welcome, dict) and welcome["rws"] == "welcome", welcome
        self.session = welcome["session"]
        return welcome

    async def send(self, *messages: Data) -> None:
        for message in messages:
            await self.socket.send(message)

    async def next(self, seconds: float = TIME_LIMIT) -> Frame:
        """The next frame; a control frame as a dict."""
        data: Frame = await within(self.socket.recv(), seconds)
        if isinstance(data, str) and data.startswith('{"rws":"'):
            data = json.loads(data)
        return data

    async def messages(self, count: int) -> List[Frame]:
        """The next messages and skips; acknowledgements and pongs between them are left out."""
        found: List[Frame] = []
        while len(found) < count:
            frame = await self.next()
            if not isinstance(frame, dict) or frame["rws"] in ("skip", "bye"):
                found.append(frame)
        return found

    async def acknowledged(self, count: int) -> None:
        """Waits until the server has acknowledged so many messages."""
        while True:
            frame = await self.next()
            if isinstance(frame, dict) and frame.get("received", -1) >= count:
                assert frame["received"] == count, frame
                return

    async def silent(self, seconds: float = 0.1) -> None:
        """Fails if a frame comes."""
        try:
            frame = await asyncio.wait_for(self.socket.recv(), seconds)
        except asyncio.TimeoutError:
            return
        raise AssertionError(f"an unexpected frame: {frame!r}")

    async def closed(self, seconds: float = TIME_LIMIT) -> Tuple[int, str]:
        """Code and reason of the server's close frame; frames before it are dropped."""
        try:
            while True:
                await within(self.socket.recv(), seconds)
        except ConnectionClosed:
            return self.socket.close_code, self.socket.close_reason

    async def cut(self) -> None:
        """Ends the connection without a close frame."""
        self.socket.transport.abort()
        await within(self.socket.wait_closed())


def accepts_connections(port: int) -> bool:
    """Whether a server of this machine listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Redis:
    """A redis-server with an append-only file in a directory of its own. It is one node of a
    cluster, so that it refuses a script whose keys lie in different slots."""

    def __init__(self) -> None:
        self.directory = tempfile.mkdtemp(prefix="sessions-redis-")
        self.port = free_port()
        self.process: Optional["subprocess.Popen[bytes]"] = None
        atexit.register(self.remove)  # Also when the runner itself fails.

    def start(self) -> "Redis":
        command = [
            "/usr/bin/redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "yes", "--dir", self.directory, "--cluster-enabled", "yes", "--cluster-port",
            str(free_port()),
        ]  # fmt: skip
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + TIME_LIMIT
        while b"cluster_state:ok" not in (state := self.command("CLUSTER", "INFO")):
            if b"cluster_slots_assigned:0" in state:
                self.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
            if time.monotonic() > end:
                raise AssertionError("redis-server did not start")
            time.sleep(0.02)
        return self

    def command(self, *words: str) -> bytes:
        """The raw reply to a command, empty if there is none."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                text = "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
                connection.sendall(f"*{len(words)}\r\n{text}".encode())
                return connection.recv(1 << 20)
        except OSError:
            return b""

    def kill(self) -> None:
        """Ends the process at once, as a crash would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)


class Proxy:
    """Carries TCP connections to Redis. `cut` breaks them and refuses new ones until `mend`.
    `lose_reply`: the next reply of Redis is dropped and its connection broken."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: Optional[asyncio.AbstractServer] = None
        self._writers: List[asyncio.StreamWriter] = []
        self._is_cut = False
        self.lose_reply: Optional[Callable[[bytes], bool]] = None
        self.lost = 0
        self.url = ""

    async def start(self) -> "Proxy":
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.url = "redis://127.0.0.1:%d/0" % self._server.sockets[0].getsockname()[1]
        return self

    def cut(self) -> None:
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def mend(self) -> None:
        self._is_cut = False

    async def stop(self) -> None:
        self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers += [writer, far_writer]
        request: Dict[str, bytes] = {"last": b""}
        await asyncio.gather(
            self._pump(reader, far_writer, request, True), self._pump(far_reader, writer, request, False)
        )

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Dict[str, bytes], is_request: bool
    ) -> None:
        try:
            while data := await reader.read(65536):
                if is_request:
                    request["last"] = data
                elif self.lose_reply is not None and self.lose_reply(request["last"]):
                    self.lose_reply = None
                    self.lost += 1
                    break
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.transport.abort()


def child_environment() -> Dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1"}
