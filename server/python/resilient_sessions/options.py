"""The options of a SessionServer, with their rules."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Optional

_LONGEST = 2_147_483_647

#: Field: least and greatest value.
_RANGES = {
    "ttl": (1, _LONGEST),
    "window": (1, 1_000_000),
    "max_queue": (1, 1_000_000),
    "max_message": (1, 1_073_741_824),
    "max_waiting_bytes": (1, 2**53 - 1),
    "ack_delay": (0, 60_000),
    "hello_timeout": (1, _LONGEST),
    "stall_timeout": (1, _LONGEST),
}


@dataclass(frozen=True)
class Options:
    """See SessionServer. Raises TypeError for what is no integer, ValueError for what is out of range."""

    ttl: int
    window: int
    max_queue: int
    max_message: int
    max_waiting_bytes: Optional[int]
    ack_delay: int
    hello_timeout: int
    stall_timeout: int

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name == "max_waiting_bytes" and value is None:
                continue
            least, greatest = _RANGES[item.name]
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError(f"{item.name} must be an integer, not {type(value).__name__}")
            if not least <= value <= greatest:
                raise ValueError(f"{item.name} must be from {least} to {greatest}, not {value}")
        if self.max_waiting_bytes is not None and self.max_waiting_bytes < self.max_message:
            raise ValueError("max_waiting_bytes must be at least max_message")
