"""Streams that end when the server does: without this a stop would wait for every page that looks."""

import asyncio
from collections.abc import AsyncIterator


async def until_closed(items: AsyncIterator[bytes], closing: asyncio.Event) -> AsyncIterator[bytes]:
    """Pass items on until there are no more, whoever takes them goes, or closing is set."""
    end = asyncio.create_task(closing.wait())
    coming: asyncio.Future[bytes] | None = None
    try:
        while not end.done():
            coming = asyncio.ensure_future(anext(items))
            await asyncio.wait({coming, end}, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                try:
                    yield coming.result()
                except StopAsyncIteration:
                    return
    finally:
        for task in (coming, end):
            if task:
                task.cancel()
        await asyncio.gather(*(task for task in (coming, end) if task), return_exceptions=True)
        await items.aclose()  # type: ignore[attr-defined]
