"""The values that application, session and connection exchange: messages, their context, reports."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, List, Literal, Optional, Union

from . import frames
from .options import Options
from .store import Data, NewEntry

if TYPE_CHECKING:
    from .session import Session

#: Why a session has ended for this process. `bye`: the client ended it. `closed`: the application did.
#: `expired`: no connection for `ttl`. `lost`: the record is gone, or does not match the client's
#: counts. `taken`: another server has it now, and it goes on there.
EndReason = Literal["bye", "closed", "expired", "lost", "taken"]


@dataclass(frozen=True)
class MessageContext:
    """The second argument of a handler.

    `seq`: the number of the message, from 1. `id`: session and number, the same whenever this
    message is handed over: the idempotency key for effects outside the session. It holds the secret id.
    """

    session: "Session" = field(repr=False)
    seq: int
    id: str = field(repr=False)


@dataclass(frozen=True)
class Unconfirmed:
    """A message of the server that may not have arrived and is not sent again. `reason`: why the
    session ended, or "message_expired" when the message's own `ttl` was over. `seq` is 0 for a message
    of a handler that was never stored, because the session ended while the handler ran."""

    seq: int
    data: Data = field(repr=False)
    reason: Literal["bye", "closed", "expired", "lost", "message_expired"]


MessageHandler = Callable[[Data, MessageContext], Any]
EndHandler = Callable[[EndReason], Any]


@dataclass(frozen=True)
class Skip:
    """Numbers of the client without a message."""


@dataclass(frozen=True)
class Bye:
    """The client ends the session."""


Item = Union[Data, Skip, Bye]


@dataclass
class Step:
    """What a running handler has sent: it is stored together with the count."""

    session: "Session"
    entries: List[NewEntry] = field(default_factory=list)
    closing: bool = False
    open: bool = True


#: The step of the handler that runs in this context.
current_step: ContextVar[Optional[Step]] = ContextVar("resilient_sessions_step", default=None)


def new_entry(data: Data, ttl: Optional[int], options: Options) -> NewEntry:
    """Checks what the application sends. Raises TypeError, ValueError."""
    if not isinstance(data, (str, bytes)):
        raise TypeError(f"data must be str or bytes, not {type(data).__name__}")
    if isinstance(data, str) and frames.is_control(data):
        raise ValueError(f"data must not begin with {frames.PREFIX}, which marks control frames")
    try:
        size = frames.byte_length(data)
    except UnicodeEncodeError:
        raise ValueError("data must be text without lone surrogates") from None
    if size > options.max_message:
        raise ValueError(f"data must have at most max_message = {options.max_message} bytes, not {size}")
    if ttl is None:
        return NewEntry(data)
    if isinstance(ttl, bool) or not isinstance(ttl, int):
        raise TypeError("ttl must be an integer of milliseconds, or None")
    if not 0 <= ttl < frames.COUNT_LIMIT // 2:
        raise ValueError("ttl must be from 0 to 2^52 - 1 ms")
    return NewEntry(data, frames.now_ms() + ttl)
