"""The hooks of the application. An error of a hook is logged, and has no other effect."""

from __future__ import annotations

import inspect
import logging
from typing import Any, Callable, Dict

logger = logging.getLogger("resilient_sessions")


class Hooks:
    """The hooks of a server by name. Log lines hold the kind of an error only: its text may be secret."""

    def __init__(self) -> None:
        self._hooks: Dict[str, Callable[..., Any]] = {}

    def set(self, name: str, hook: Any) -> None:
        """Raises TypeError if `hook` is no function."""
        self._hooks[name] = check_callable(name, hook)

    async def call(self, name: str, *arguments: Any) -> None:
        """Calls the hook of this name, if there is one, and waits for it."""
        if name in self._hooks:
            await call_guarded(name, self._hooks[name], *arguments)

    async def report_failed(self, session: Any, seq: int, error: BaseException) -> None:
        """Calls `on_message_failed`; without one the kind of the error is logged."""
        if "on_message_failed" not in self._hooks:
            logger.error("a message handler raised %s", type(error).__name__)
        await self.call("on_message_failed", session, seq, error)


async def call_guarded(name: str, hook: Callable[..., Any], *arguments: Any) -> None:
    """Calls a function of the application, waits for it if it is async, and logs the kind of its error."""
    try:
        result = hook(*arguments)
        if inspect.isawaitable(result):
            await result
    except Exception as error:
        logger.error("%s raised %s", name, type(error).__name__)


def check_callable(name: str, value: Any) -> Any:
    """Raises TypeError if `value` is no function."""
    if not callable(value):
        raise TypeError(f"{name} must be a function")
    return value
