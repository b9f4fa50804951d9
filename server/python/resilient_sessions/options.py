"""The options of a SessionServer, with their rules."""

from __future__ import annotations

from dataclasses import dataclass, fields

#: Field: least and greatest value.
_RANGES = {
    "ttl": (1000, 2_592_000_000),
    "window": (1, 1_000_000),
    "max_unacknowledged": (1, 1_000_000),
    "max_message": (1, 1_073_741_824),
    "ack_delay": (0, 60_000),
    "hello_timeout": (100, 600_000),
    "stall_timeout": (100, 3_600_000),
}


@dataclass(frozen=True)
class Options:
    """See SessionServer. Raises TypeError for what is no integer, ValueError for what is out of range."""

    ttl: int
    window: int
    max_unacknowledged: int
    max_message: int
    ack_delay: int
    hello_timeout: int
    stall_timeout: int

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            least, greatest = _RANGES[item.name]
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError(f"{item.name} must be an integer, not {type(value).__name__}")
            if not least <= value <= greatest:
                raise ValueError(f"{item.name} must be from {least} to {greatest}, not {value}")
