"""The receiver as it runs, in a thread of the test: the end-point's own store, its own sockets."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

from tests.support.configured import put  # noqa: F401 - for the tests beside this
from upstander.inbound.doors import Server, Store


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(run: Server, store: Store) -> Iterator[None]:
    """What `doors.server` would start, until left."""
    ready, loops = threading.Event(), []
    trouble: list[BaseException] = []

    async def serve() -> None:
        loops.append((asyncio.get_running_loop(), asyncio.Event()))
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(run(store))
            except BaseException as error:
                trouble.append(error)
                raise
            finally:
                ready.set()
            await loops[0][1].wait()

    thread = threading.Thread(target=asyncio.run, args=[serve()], daemon=True)
    thread.start()
    assert ready.wait(20)
    if trouble:
        raise trouble[0]
    try:
        yield
    finally:
        loop, end = loops[0]
        loop.call_soon_threadsafe(end.set)
        thread.join(20)
        assert not thread.is_alive()
