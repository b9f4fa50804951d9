"""Resumable WebSocket sessions for Starlette and FastAPI: every message once and in order.

Implements version 1 of the session protocol; see README.md beside this package.
"""

from .memory_store import MemoryStore
from .messages import EndReason, MessageContext, Unconfirmed
from .registry import Statistics
from .server import SessionServer
from .session import Session
from .store import (
    Data,
    SessionClosed,
    SessionError,
    SessionFull,
    SessionUnknown,
    Store,
    StoreUnavailable,
)

__all__ = [
    "Data",
    "EndReason",
    "MemoryStore",
    "MessageContext",
    "Session",
    "SessionClosed",
    "SessionError",
    "SessionFull",
    "SessionServer",
    "SessionUnknown",
    "Statistics",
    "Store",
    "StoreUnavailable",
    "Unconfirmed",
]
