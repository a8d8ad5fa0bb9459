"""Workers as outside systems write them: the official client's job workers, in a thread with a loop of their own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from camunda_orchestration_sdk import CamundaAsyncClient, WorkerConfig

from tests.api.conftest import PASSWORD, Town

Handler = Callable[[Any], Any]


@contextmanager
def working(
    town: Town,
    handlers: Mapping[str, Handler],
    *,
    username: str = "bo",
    password: str = PASSWORD,
    **config: Any,
) -> Iterator[None]:
    """Let a worker of the official client do each type of job until the block ends."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()
    said = {"job_timeout_milliseconds": 60_000, "request_timeout_milliseconds": 2_000} | config

    async def main() -> None:
        async with CamundaAsyncClient(
            configuration={
                "CAMUNDA_REST_ADDRESS": town.url,
                "CAMUNDA_AUTH_STRATEGY": "BASIC",
                "CAMUNDA_BASIC_AUTH_USERNAME": username,
                "CAMUNDA_BASIC_AUTH_PASSWORD": password,
            }
        ) as client:
            workers = [
                client.create_job_worker(WorkerConfig(job_type=kind, **said), handler)
                for kind, handler in handlers.items()
            ]
            ready.set()
            await stop.wait()
            for worker in workers:
                await worker.aclose()

    thread = threading.Thread(target=lambda: loop.run_until_complete(main()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        loop.close()


def until(found: Callable[[], Any], seconds: float = 30) -> Any:
    """Ask until the answer is true, and return it."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
    return answer
