"""What was sent just before the line to a browser is lost is done, and done as the person who sent it.

Streamlit stops a session's runs at once when its browser is gone, drops what waits for them, and knows no cookies from
then on: what was left by Tab right before F5, or before the network went, was lost, or was tried as nobody. Here
Streamlit hears of the loss only when a write that waits for another one would be over.
"""

from __future__ import annotations

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.server import ending
from data.limits import limit

_LOOKS = 0.2
"""Seconds between two looks at whether the server stops, which itself waits for what was begun."""


class LostLine:
    """Lets a WebSocket's loss be known after ``lost_line`` seconds; what is sent to it meanwhile goes nowhere."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await self.app(scope, receive, send)
        lost = False

        async def hear() -> Message:
            nonlocal lost
            message = await receive()
            if message["type"] == "websocket.disconnect":
                lost = True
                until = time.monotonic() + limit("lost_line")
                while time.monotonic() < until and not ending():
                    await asyncio.sleep(_LOOKS)
            return message

        async def tell(message: Message) -> None:
            if not lost:
                await send(message)

        await self.app(scope, hear, tell)
