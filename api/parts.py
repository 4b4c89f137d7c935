"""What the API is built from: parts made by the composition root, handed to every request."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from temporalio.client import Client

from agencies.signatures import SharedSecret
from api.feed import Feed
from commands.directories import Directories
from commands.documents import Documents
from commands.gate import Gate
from commands.pinning import Catalogue
from store.database import Database


@dataclass(frozen=True)
class Parts:
    """Everything a request may reach."""

    gate: Gate
    database: Database
    documents: Documents
    catalogue: Catalogue
    client: Client
    #: The journal, as whoever listens at this process hears it.
    feed: Feed
    now: Callable[[], datetime]
    #: Where people read Temporal's own pages.
    temporal_ui_url: str | None = None
    #: Whether a filing may bring a fast clock: demonstration and acceptance only.
    fast_clock_allowed: bool = False
    #: Shared with the simulated payment gateway; without it nobody pays online.
    payment_secret: SharedSecret | None = None
    #: Set when this process is about to stop, and whoever spreads requests should send it no more.
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    #: Set when it stops: whoever listens is sent away.
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def directories(self) -> Directories:
        return self.catalogue.directories


def parts_of(request: Request) -> Parts:
    parts = request.app.state.parts
    assert isinstance(parts, Parts), "create_app sets it"
    return parts


KnownParts = Annotated[Parts, Depends(parts_of)]
