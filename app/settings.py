"""Settings: read once from the environment (prefix `FORLOEB_`), then carried as one value.

Every field is documented in docs/operating.md; a test keeps the two together.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import time
from pathlib import Path
from tempfile import NamedTemporaryFile

from app.errors import DomainError
from app.keys import random_bytes

_PREFIX = "FORLOEB_"
_ADDRESS = re.compile(r"[!-?A-~]+@[A-Za-z0-9.-]+")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?[!-~]*")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Settings:
    """How this installation runs.

    Attributes:
        database_url: SQLAlchemy URL; an SQLite file under `var/` unless told.
        demo: demo municipality: login page with demo users, HTTP Basic for them on the API.
        host: address to listen on.
        port: TCP port to listen on.
        secret_key: signs sessions; drawn into `var/secret-key` on first start where it is empty.
        master_key: wraps the data keys of citizens and courses (base64, 32 bytes); kept in `var/master-key`.
        signing_key: signs the daily heads (base64, 32 bytes, Ed25519); kept in `var/signing-key`.
        municipality: the municipality's name, shown in the top bar.
        municipality_code: its three-digit code: a citizen with another one has moved away.
        var: folder for what the installation itself writes.
        proxies: how many proxies stand before it, whose word for the caller's address and for TLS is taken.
        embedded_worker: run background work in the serving process (the embedded shape).
        web_processes: how many processes `forloeb serve` serves with on PostgreSQL; on SQLite it is one.
        document_megabytes: how large a document sent with a form may be.
        intake_mail: when those who take part in the meeting are told by mail what waits for it; empty: never.
        smtp_host: the mail server; empty: no mail is sent, and no page speaks of any.
        smtp_port: its TCP port.
        smtp_tls: `starttls`, `tls` (from the first byte) or `none` (a server on the same machine).
        smtp_user: whom to log in as there; empty: no login.
        smtp_password: that user's.
        mail_from: address that mails come from.
        public_url: where people find this installation, as links in mails say.
        intake_meeting: when the daily intake meeting begins by itself, in Danish time; empty: never.
    """

    database_url: str = ""
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 5000
    secret_key: str = ""
    master_key: str = ""
    signing_key: str = ""
    municipality: str = "Nørreå Kommune"
    municipality_code: str = "999"
    var: str = "var"
    proxies: int = 0
    embedded_worker: bool = True
    web_processes: int = 2
    document_megabytes: int = 10
    intake_meeting: str = "10:00"
    intake_mail: str = "09:30"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_tls: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    mail_from: str = ""
    public_url: str = ""

    @property
    def database(self) -> str:
        """The database URL, with the default filled in."""
        return self.database_url or f"sqlite:///{Path(self.var).resolve() / 'forloeb.sqlite'}"

    @property
    def distributed(self) -> bool:
        """Whether this is the distributed shape: PostgreSQL, several web processes, and workers of their own."""
        return self.database.startswith("postgresql")

    @property
    def document_bytes(self) -> int:
        """How large a document may be, in bytes."""
        return self.document_megabytes * 1_000_000

    @property
    def secure_cookies(self) -> bool:
        """Whether the session's cookie travels with TLS alone: always, but for a demo on one's own machine."""
        return not (self.demo and self.host in _LOOPBACK)

    @property
    def meeting_at(self) -> time | None:
        """The hour at which the daily intake meeting begins by itself.

        Raises:
            DomainError: it is no time of day.
        """
        return _hour("FORLOEB_INTAKE_MEETING", self.intake_meeting)

    @property
    def mail_at(self) -> time | None:
        """The hour at which colleagues are told by mail what waits for the meeting.

        Raises:
            DomainError: it is no time of day.
        """
        return _hour("FORLOEB_INTAKE_MAIL", self.intake_mail)

    @property
    def sends_mail(self) -> bool:
        """Whether mail goes out: a server is named.

        Raises:
            DomainError: one is named, but not all that it takes, or something that cannot be.
        """
        if not self.smtp_host:
            return False
        wrong = ""
        if self.smtp_tls not in {"starttls", "tls", "none"}:
            wrong = "FORLOEB_SMTP_TLS skal være starttls, tls eller none."
        elif not _ADDRESS.fullmatch(self.mail_from):
            wrong = "FORLOEB_MAIL_FROM skal være den adresse, som mails kommer fra."
        elif not _URL.fullmatch(self.public_url):
            wrong = (
                "FORLOEB_PUBLIC_URL skal være installationens adresse, som https://forloeb.example."
            )
        if wrong:
            raise DomainError("settings:mail", wrong)
        return True


def _hour(name: str, text: str) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        wrong = f"{name} skal være et klokkeslæt som 10:00, ikke {text!r}."
        raise DomainError("settings:value", wrong) from None


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read settings from environment variables named `FORLOEB_` and the field's name in capitals.

    Raises:
        DomainError: a number or a yes/no that cannot be read; the message names the variable.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, str | bool | int] = {}
    for field in fields(Settings):
        name = _PREFIX + field.name.upper()
        if name not in environ:
            continue
        text = environ[name]
        if field.type == "bool":
            if text.lower() not in {"0", "1", "false", "true", "no", "yes", ""}:
                raise DomainError("settings:value", f"{name} skal være 0 eller 1, ikke {text!r}.")
            values[field.name] = text.lower() in {"1", "true", "yes"}
        elif field.type == "int":
            if not text.isdigit():
                raise DomainError("settings:value", f"{name} skal være et helt tal, ikke {text!r}.")
            values[field.name] = int(text)
        else:
            values[field.name] = text
    return Settings(**values)  # type: ignore[arg-type]  # the loop above gives each field its own type


def with_secrets(settings: Settings) -> Settings:
    """Fill in the secrets that were not given: read from `var/`, drawn and kept there on first start.

    Raises:
        OSError: the folder cannot be written to.
    """
    return replace(
        settings,
        secret_key=settings.secret_key or _kept(Path(settings.var) / "secret-key"),
        master_key=settings.master_key or _kept(Path(settings.var) / "master-key"),
        signing_key=settings.signing_key or _kept(Path(settings.var) / "signing-key"),
    )


def _kept(path: Path) -> str:
    """Read the secret; of several processes that find none, the first draws it, and none reads half of it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}-") as drawn:
            drawn.write(base64.b64encode(random_bytes(32)).decode())
            drawn.flush()
            os.fsync(drawn.fileno())
            with suppress(FileExistsError):
                os.link(drawn.name, path)
    return path.read_text().strip()
