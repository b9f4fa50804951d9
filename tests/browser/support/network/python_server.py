# A WebSocket server made with python3-websockets. It answers pings and prints each numbered message as a line of JSON.
# Usage: python_server.py HOST PORT [PING_INTERVAL]
# PING_INTERVAL: seconds between WebSocket pings of the server, which have a payload. Default: none are sent.
import asyncio
import json
import os
import sys
import threading
import time

import websockets

connections = 0


def report(**values):
    print(json.dumps(values), flush=True)


async def answer(websocket, timestamp):
    try:
        await websocket.send(json.dumps({"type": "pong", "timestamp": timestamp}))
    except websockets.ConnectionClosed:
        # The client has closed the connection. The messages it sent before are still read.
        pass


async def serve(websocket):
    global connections
    connections += 1
    connection = connections
    report(port=websocket.remote_address[1])
    try:
        async for text in websocket:
            message = json.loads(text)
            if "n" in message:
                report(n=message["n"], at=int(time.time() * 1000), connection=connection)
            if message.get("type") == "ping":
                await answer(websocket, message["timestamp"])
    except websockets.ConnectionClosed:
        pass


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


async def main(host, port, ping_interval):
    # The server never closes a connection for a missing answer, so that only the client can notice a dead link.
    # Without compression the messages, which repeat one letter, have their size on the wire too.
    options = {"ping_interval": ping_interval, "ping_timeout": None, "compression": None}
    async with websockets.serve(serve, host, port, **options):
        report(listening=True)
        await asyncio.Future()


threading.Thread(target=end_with_parent, daemon=True).start()
asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else None))
