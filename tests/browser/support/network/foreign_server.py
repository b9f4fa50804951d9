# Owns a WebSocket server of another make (python3-websockets) that tells every numbered message on its output.
# Refuses to keep anything: it is meant to be killed. Usage: foreign_server.py HOST PORT
import asyncio
import json
import os
import sys
import threading
import time

import websockets

connections = 0


def tell(**fact):
    print(json.dumps(fact), flush=True)


async def serve(websocket):
    global connections
    connections += 1
    connection = connections
    tell(port=websocket.remote_address[1])
    try:
        async for text in websocket:
            message = json.loads(text)
            if "n" in message:
                tell(n=message["n"], at=int(time.time() * 1000), connection=connection)
            if message.get("type") == "ping":
                await websocket.send(json.dumps({"type": "pong", "timestamp": message["timestamp"]}))
    except websockets.ConnectionClosed:
        pass


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


async def main(host, port):
    # Its own pings are off: only the client is to notice a dead link.
    async with websockets.serve(serve, host, port, ping_interval=None):
        tell(listening=True)
        await asyncio.Future()


threading.Thread(target=end_with_parent, daemon=True).start()
asyncio.run(main(sys.argv[1], int(sys.argv[2])))
