"""The regular work for the sessions of one process: lost fences, messages of other servers, refreshing, expiry."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, List, Set

from . import frames
from .session import Session
from .store import SessionError, SessionUnknown, StoreUnavailable, WritesLost

if TYPE_CHECKING:
    from .registry import Registry

logger = logging.getLogger("resilient_sessions")

#: Most seconds between two looks at the store for lost fences and messages of other servers.
LOOK_INTERVAL = 0.8


class Upkeep:
    """See the module."""

    def __init__(self, registry: "Registry") -> None:
        self._registry = registry
        self._noticed: Set[str] = set()
        self._notice = asyncio.Event()

    def notified(self, session_id: str) -> None:
        """Another server has written to a session or taken it: its record is read soon."""
        if session_id in self._registry.sessions:
            self._noticed.add(session_id)
            self._notice.set()

    async def run(self) -> None:
        """Does the regular work until it is cancelled."""
        loop = asyncio.get_running_loop()
        interval = min(LOOK_INTERVAL, max(0.02, self._registry.options.ttl / 4000))
        next_round = loop.time() + interval
        while True:
            try:
                await asyncio.wait_for(self._notice.wait(), max(0.001, next_round - loop.time()))
            except asyncio.TimeoutError:
                pass
            self._notice.clear()
            every = loop.time() >= next_round
            noticed, self._noticed = self._noticed, set()
            try:
                await self._look(list(self._registry.sessions) if every else list(noticed))
                if every:
                    await self._keep_time()
            except StoreUnavailable as error:
                logger.warning("the store of sessions does not answer: %s", error)
                self._close_all()
            except Exception as error:
                logger.error("looking after the sessions raised %s", type(error).__name__)
            if every:
                next_round = loop.time() + interval

    def _close_all(self) -> None:
        """Closes all connections: other servers may still reach the store, and clients try again."""
        for session in self._registry.sessions.values():
            if session._connection is not None:
                session._connection.close(frames.CLOSE_TRY_LATER, "the store of sessions does not answer")

    async def _look(self, session_ids: List[str]) -> None:
        sessions = self._registry.sessions
        held = [sessions[session_id] for session_id in session_ids if session_id in sessions]
        before = [(session._counted, session._last) for session in held]
        states = await self._registry.store.look([session.id for session in held])
        for session, (counted, last), state in zip(held, before, states):
            if state is None:
                self._registry.refused(session, SessionUnknown())
            elif state.fence > session._fence:
                self._registry.lose(session, "taken")
            elif state.fence < session._fence:
                self._registry.lose(session, "lost")
            elif state.received < counted or state.last < last:
                self._registry.refused(session, WritesLost())
            elif state.last > session._last or state.closing:
                session._advanced(state.last, state.closing)

    async def _keep_time(self) -> None:
        """Refreshes the sessions with a connection, and ends those that have expired."""
        now = asyncio.get_running_loop().time()
        for session in list(self._registry.sessions.values()):
            if session._connection is not None:
                if now >= session._refresh_at:
                    self.refresh(session, self._registry.options.ttl)
            elif now >= session._expires_at and not session._ending:
                await self._expire(session)

    def refresh(self, session: Session, ttl: int) -> None:
        """The session expires in `ttl` ms from now."""
        session._refresh_at = asyncio.get_running_loop().time() + self._registry.options.ttl / 3000
        self._registry.background(self._try_refresh(session, ttl))

    async def _try_refresh(self, session: Session, ttl: int) -> None:
        try:
            await self._registry.store.refresh(session.id, session._fence, ttl)
        except StoreUnavailable:
            session._refresh_at = 0.0
        except SessionError as refusal:
            self._registry.refused(session, refusal)

    async def _expire(self, session: Session) -> None:
        try:
            left = await self._registry.store.mark_ended(session.id, session._fence, only_expired=True)
        except StoreUnavailable:
            return
        except SessionError as refusal:
            self._registry.refused(session, refusal)
            return
        if left == 0:
            self._registry.background(self._registry.report_and_delete(session, "expired", session._acked))
        else:
            session._expires_at = asyncio.get_running_loop().time() + left / 1000
