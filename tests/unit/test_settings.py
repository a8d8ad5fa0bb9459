"""Secrets that nobody gave are drawn once, readable by their owner alone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.settings import Settings, with_secrets


def test_processes_that_start_at_once_share_what_the_first_drew(tmp_path: Path) -> None:
    settings, ready = Settings(var=str(tmp_path / "var")), threading.Barrier(8)

    def start(_number: int) -> Settings:
        ready.wait()
        return with_secrets(settings)

    with ThreadPoolExecutor(8) as processes:
        started = set(processes.map(start, range(8)))

    assert len(started) == 1
    assert all((one.secret_key and one.master_key and one.signing_key) for one in started)
    kept = sorted((tmp_path / "var").iterdir())
    assert [path.name for path in kept] == ["master-key", "secret-key", "signing-key"]
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}


def test_what_is_given_is_neither_drawn_nor_kept(tmp_path: Path) -> None:
    given = Settings(var=str(tmp_path), secret_key="a", master_key="b", signing_key="c")
    assert with_secrets(given) == given
    assert not list(tmp_path.iterdir())
