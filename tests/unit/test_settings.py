"""Secrets that nobody gave are drawn once, readable by their owner alone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from pathlib import Path

import pytest

from app.errors import DomainError
from app.settings import Settings, from_environment, with_secrets


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


MAILS = {
    "FORLOEB_SMTP_HOST": "mail.kommune.example",
    "FORLOEB_MAIL_FROM": "forloeb@kommune.example",
    "FORLOEB_PUBLIC_URL": "https://forloeb.example",
}


def test_no_server_no_mail_and_with_one_all_that_it_takes() -> None:
    assert not from_environment({}).sends_mail
    assert from_environment(MAILS).sends_mail


@pytest.mark.parametrize(
    "wrong",
    [
        {"FORLOEB_MAIL_FROM": ""},
        {"FORLOEB_MAIL_FROM": "Forløb"},
        {"FORLOEB_PUBLIC_URL": "forloeb.example"},
        {"FORLOEB_SMTP_TLS": "ssl"},
    ],
)
def test_half_a_mail_server_is_refused_by_the_name_of_what_is_wrong(wrong: dict[str, str]) -> None:
    with pytest.raises(DomainError) as raised:
        _ = from_environment(MAILS | wrong).sends_mail
    assert next(iter(wrong)) in raised.value.message


def test_an_hour_is_one_of_the_clock_or_none_at_all() -> None:
    assert from_environment({}).meeting_at == time(10)
    assert from_environment({"FORLOEB_INTAKE_MEETING": ""}).meeting_at is None
    with pytest.raises(DomainError) as raised:
        _ = from_environment({"FORLOEB_INTAKE_MEETING": "ti"}).meeting_at
    assert "FORLOEB_INTAKE_MEETING" in raised.value.message
