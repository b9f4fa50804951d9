"""The control frames of the session protocol, version 1: reading, checking and writing.

Knows nothing of sockets, sessions or stores.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from typing import Any, Dict, Optional, Union

#: The first eight characters of every control frame.
PREFIX = '{"rws":"'
#: The largest control frame in bytes, and the largest `hello`.
MAX_CONTROL = 1024
MAX_HELLO = 16_384
#: The version of the protocol.
VERSION = 1
#: Counts are integers below this number.
COUNT_LIMIT = 2**53

CLOSE_VIOLATION = 4400
CLOSE_UNSUPPORTED = 4406
CLOSE_NO_HELLO = 4408
CLOSE_TAKEN = 4409
CLOSE_TOO_LARGE = 1009
CLOSE_RESTART = 1012
CLOSE_TRY_LATER = 1013
CLOSE_REFUSED = 4401
CLOSE_FAILED = 1011
CLOSE_NORMAL = 1000


class Violation(Exception):
    """A frame that the protocol forbids. `code` and `reason` are those of the close frame."""

    def __init__(self, reason: str, code: int = CLOSE_VIOLATION) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


@dataclass(frozen=True)
class Hello:
    """The first frame of a client."""

    session: Optional[str]
    attempt: int
    received: int
    window: int
    auth: Any


@dataclass(frozen=True)
class Control:
    """Any other control frame. `received` and `count` are set where the frame has them."""

    name: str
    received: int = 0
    count: int = 0
    ping_id: Union[str, int, float] = 0


def is_control(text: str) -> bool:
    """Whether a text frame is a control frame, well-formed or not."""
    return text.startswith(PREFIX)


def byte_length(data: Union[str, bytes]) -> int:
    """The length of a frame in bytes, as it is on the wire."""
    if isinstance(data, bytes) or data.isascii():
        return len(data)
    return len(data.encode())


def read_hello(text: str) -> Hello:
    """Reads the first frame. Raises Violation (4400 or 4406)."""
    members = _members(text, MAX_HELLO)
    if members["rws"] != "hello":
        raise Violation("the first frame is not hello")
    if _count(members, "hello", "v") != VERSION:
        raise Violation("hello: this version of the protocol is not supported, v must be 1", CLOSE_UNSUPPORTED)
    session = members.get("session", 0)
    if session is not None and not isinstance(session, str):
        raise Violation("hello: session must be a string or null")
    return Hello(
        session=session,
        attempt=_count(members, "hello", "attempt"),
        received=_count(members, "hello", "received"),
        window=_count(members, "hello", "window", minimum=1),
        auth=members.get("auth"),
    )


def read_control(text: str) -> Optional[Control]:
    """Reads a control frame behind `hello`. None: an extension that is to be ignored.

    Raises Violation.
    """
    members = _members(text, MAX_CONTROL)
    name: str = members["rws"]
    if name == "ack":
        return Control(name, received=_count(members, name, "received"))
    if name in ("ping", "pong"):
        ping_id = members.get("id")
        if not _can_be_repeated(ping_id):
            raise Violation(f"{name}: id must be a string or a finite number")
        return Control(name, received=_count(members, name, "received"), ping_id=ping_id)
    if name == "skip":
        return Control(name, count=_count(members, name, "count", minimum=1))
    if name == "bye":
        return Control(name)
    if name.startswith("x-"):
        return None
    if name == "hello":
        raise Violation("a second hello on one connection")
    if name == "welcome":
        raise Violation("welcome is a frame of the server")
    raise Violation("unknown control frame")


def write(name: str, **members: Any) -> str:
    """The text of a control frame."""
    frame: Dict[str, Any] = {"rws": name, **members}
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def _members(text: str, limit: int) -> Dict[str, Any]:
    if byte_length(text) > limit:
        # Only a hello may be longer than the other control frames.
        raise Violation(f"a control frame of more than {limit} bytes")
    try:
        members = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Violation("a control frame that is not valid JSON") from None
    if not isinstance(members, dict) or not isinstance(members.get("rws"), str):
        raise Violation("a control frame without a name in rws")
    return members


def _can_be_repeated(ping_id: Any) -> bool:
    """Whether a pong can carry it: an infinite number (1e400) or half of a surrogate pair has no text in UTF-8."""
    if isinstance(ping_id, str):
        return not any("\ud800" <= character <= "\udfff" for character in ping_id)
    if isinstance(ping_id, float):
        return math.isfinite(ping_id)
    return isinstance(ping_id, int) and not isinstance(ping_id, bool)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _count(members: Dict[str, Any], frame: str, field: str, minimum: int = 0) -> int:
    value = members.get(field)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value < COUNT_LIMIT:
        raise Violation(f"{frame}: {field} must be an integer from {minimum} to 2^53 - 1")
    return value


def now_ms() -> int:
    """Milliseconds since 1970."""
    return int(time.time() * 1000)
