# A WebSocket server made with python3-websockets. It answers pings and prints each numbered message as a line of JSON.
# Usage: python_server.py HOST PORT
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
                await websocket.send(json.dumps({"type": "pong", "timestamp": message["timestamp"]}))
    except websockets.ConnectionClosed:
        pass


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


async def main(host, port):
    # The server sends no pings, so that only the client can notice a dead link.
    async with websockets.serve(serve, host, port, ping_interval=None):
        report(listening=True)
        await asyncio.Future()


threading.Thread(target=end_with_parent, daemon=True).start()
asyncio.run(main(sys.argv[1], int(sys.argv[2])))
