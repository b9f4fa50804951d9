"""The application of the conformance kit on the Python server, under uvicorn.

Command line: --port 0 --store memory|redis --redis redis://127.0.0.1:6379/0 --ttl ms --window n
--max-message bytes. The first line of the output is `listening ws://127.0.0.1:PORT`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any, List, Tuple

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "server" / "python"))

import uvicorn  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.routing import WebSocketRoute  # noqa: E402

from resilient_sessions import Data, MessageContext, Session, SessionServer  # noqa: E402


def kit_application(server: SessionServer) -> None:
    """Attaches the application to the server."""
    background: set[asyncio.Task[Any]] = set()

    async def push(session: Session, delay: int, text: str) -> None:
        await asyncio.sleep(delay / 1000)
        await session.send(text)

    @server.on_session
    def attach(session: Session) -> None:
        log: List[Tuple[int, str]] = []

        @session.on_message
        async def handle(data: Data, context: MessageContext) -> None:
            log.append((context.seq, data if isinstance(data, str) else f"binary:{len(data)}"))
            if isinstance(data, bytes):
                if data.startswith(b"echo:"):
                    await session.send(data[5:])
                return
            command, _, rest = data.partition(":")
            number, _, text = rest.partition(":")
            if command == "echo":
                await session.send(rest)
            elif command == "many":
                for i in range(int(number)):
                    await session.send(f"{text}{i}")
            elif command == "slow":
                await asyncio.sleep(int(number) / 1000)
                await session.send(text)
            elif command == "fail":
                await session.send(rest)
                raise RuntimeError("the kit asked for a failure")
            elif command == "push":
                task = asyncio.create_task(push(session, int(number), text))
                background.add(task)
                task.add_done_callback(background.discard)
            elif data == "close:":
                await session.close()
            elif command == "expire":
                for i in range(int(rest)):
                    await session.send(f"expired{i}", ttl=0)
            elif data == "log:":
                await session.send(json.dumps(log, ensure_ascii=False))


class KitServer(uvicorn.Server):  # type: ignore[misc]
    """uvicorn, but the sessions are closed with 1012 before it closes the sockets."""

    def __init__(self, config: uvicorn.Config, sessions: SessionServer) -> None:
        super().__init__(config)
        self.sessions = sessions

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        print(f"listening ws://127.0.0.1:{port}", flush=True)

    async def shutdown(self, sockets: Any = None) -> None:
        await self.sessions.shutdown()
        await super().shutdown(sockets)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--store", choices=["memory", "redis"], default="memory")
    parser.add_argument("--redis", default="redis://127.0.0.1:6379/0")
    parser.add_argument("--ttl", type=int, default=300_000)
    parser.add_argument("--window", type=int, default=1000)
    parser.add_argument("--max-message", type=int, default=1_048_576)
    arguments = parser.parse_args()
    store: Any = None
    if arguments.store == "redis":
        from resilient_sessions.redis_store import RedisStore

        store = RedisStore(arguments.redis)
    sessions = SessionServer(
        store=store,
        ttl=arguments.ttl,
        window=arguments.window,
        max_message=arguments.max_message,
        principal_of=lambda websocket, auth: websocket.query_params.get("user", ""),
    )
    kit_application(sessions)
    app = Starlette(
        routes=[WebSocketRoute("/", sessions.serve), WebSocketRoute("/{path:path}", sessions.serve)]
    )
    config = uvicorn.Config(app, host="127.0.0.1", port=arguments.port, log_level="warning", lifespan="off")
    await KitServer(config, sessions).serve()


if __name__ == "__main__":
    asyncio.run(main())
