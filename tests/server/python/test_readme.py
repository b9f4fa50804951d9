"""The example of server/python/README.md, under uvicorn's own command with two workers."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import ROOT, Client, Redis, accepts_connections, child_environment, free_port, until, within


def kill_group(pid: int) -> None:
    """Ends uvicorn and its workers, if the test has not."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


class Example(unittest.IsolatedAsyncioTestCase):
    async def test_the_example_serves_sessions_with_two_workers(self) -> None:
        text = (ROOT / "server/python/README.md").read_text()
        example = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0]
        self.assertLessEqual(len(example.splitlines()), 25)
        redis = await asyncio.to_thread(Redis().start)
        self.addCleanup(redis.remove)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        (Path(folder.name) / "example.py").write_text(example.replace(":6379/", f":{redis.port}/"))
        port = free_port()
        process = subprocess.Popen(
            ["/usr/bin/python3", "-m", "uvicorn", "example:app", "--port", str(port), "--workers", "2"],
            cwd=folder.name, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**child_environment(), "PYTHONPATH": str(ROOT / "server/python")}, start_new_session=True,
        )  # fmt: skip
        self.addCleanup(kill_group, process.pid)
        output = process.stdout
        assert output is not None
        lines = [""]
        while "startup complete" not in lines[-1]:
            lines.append(await within(asyncio.to_thread(output.readline), 15))
            self.assertNotEqual(lines[-1], "", "".join(lines))
        # A worker says that it is complete before it listens.
        await until(lambda: accepts_connections(port), "a worker listens")
        url = f"ws://127.0.0.1:{port}/ws"
        session = None
        for attempt in range(1, 7):
            client = Client(url)
            welcome = await client.open(session=session, attempt=attempt, received=attempt - 1, auth="token-of-anna")
            self.assertEqual((welcome["resumed"], welcome["received"]), (attempt > 1, attempt - 1))
            session = welcome["session"]
            await client.send(f"m{attempt}")
            self.assertEqual(await client.messages(1), [f"anna sent number {attempt}: 'm{attempt}'"])
            await client.acknowledged(attempt)
            await client.cut()
        stranger = await Client(url).connect()
        await stranger.hello(session=session, attempt=9, auth={"token": 7})
        self.assertEqual(await stranger.closed(), (4401, "refused"))
        process.send_signal(signal.SIGTERM)
        rest, _ = await within(asyncio.to_thread(process.communicate), 20)
        log = "".join(lines) + rest
        self.assertNotIn(session or "?", log)
        self.assertNotIn("token-of", log)
        self.assertNotIn("Traceback", log)


if __name__ == "__main__":
    unittest.main()
