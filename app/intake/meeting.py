"""The daily meeting (kl. 10-møde): what waits for it, and when it may close. Values and decisions only.

"Når vi afslutter behandlingen af en henvendelse, er der kun én, der har ansvaret for den videre kontakt": the meeting
closes when every inquiry since the last one has exactly one person and a day, decided or carried over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.intake.queries import Inquiry
from app.intake.unattached import Unattached

BY_ITSELF = "system"
"""Who began a meeting that nobody began."""

LEAST_PRESENT = 2
"""How many areas must be at the table: with one, it is no meeting."""


@dataclass(frozen=True)
class IntakeMeeting:
    """One meeting. `present` are codes of `app.access.AREAS`; while it runs, nobody has closed it."""

    key: int
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str
    present: tuple[str, ...]
    inquiries: int

    @property
    def by_itself(self) -> bool:
        """Whether the clock began it, and nobody by hand."""
        return self.opened_by == BY_ITSELF


@dataclass(frozen=True)
class CarriedOver:
    """An inquiry that waits for the next meeting: who keeps hold of it, until when, and why."""

    inquiry_key: int
    responsible: str
    contact_due: date
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Item:
    """An inquiry on the board."""

    inquiry: Inquiry
    carried_over: CarriedOver | None = None

    @property
    def responsible(self) -> str | None:
        """The one person who has it now, or None."""
        if self.inquiry.status == "open" and self.carried_over is not None:
            return self.carried_over.responsible
        return self.inquiry.responsible

    @property
    def contact_due(self) -> date | None:
        """The day by which that person gets in touch, or None."""
        if self.inquiry.status == "open" and self.carried_over is not None:
            return self.carried_over.contact_due
        return self.inquiry.first_contact_due

    @property
    def settled(self) -> bool:
        """Tell whether it has one person and a day, or is closed."""
        if self.inquiry.status == "closed":
            return True
        return self.responsible is not None and self.contact_due is not None


@dataclass(frozen=True)
class Board:
    """What a meeting has before it.

    Attributes:
        since: what was received or treated after this instant is on it, beside all that nobody has; None: only that.
        items: the unsettled first, each by when it was received.
        unattached: those about somebody whose number nobody knows yet, likewise.
    """

    since: datetime | None
    items: tuple[Item, ...]
    unattached: tuple[Unattached, ...] = ()

    @property
    def unsettled(self) -> tuple[Item, ...]:
        """Those that nobody has yet."""
        return tuple(item for item in self.items if not item.settled)

    @property
    def missing(self) -> int:
        """How many have nobody yet, with a number or without."""
        return len(self.unsettled) + sum(not one.settled for one in self.unattached)


def board(
    since: datetime | None,
    inquiries: Sequence[Inquiry],
    carried: Mapping[int, CarriedOver],
    unattached: Sequence[Unattached] = (),
) -> Board:
    """Put the inquiries in the order in which a meeting takes them."""
    items = [Item(one, carried.get(one.key)) for one in inquiries]
    items.sort(key=lambda item: (item.settled, item.inquiry.received_at, item.inquiry.key))
    return Board(since, tuple(items), tuple(unattached))


def wrong_to_close(on_board: Board, present: Sequence[str]) -> dict[str, str]:
    """Return what keeps the meeting from closing: Danish sentences by field, nothing where it may close."""
    wrong = {}
    if len(set(present)) < LEAST_PRESENT:
        wrong["present"] = f"Sæt kryds ved mindst {LEAST_PRESENT} områder, der er til stede."
    missing = on_board.missing
    if missing:
        whom = "Én henvendelse mangler" if missing == 1 else f"{missing} henvendelser mangler"
        wrong["board"] = f"{whom} en ansvarlig og en dato. Behandl, eller udskyd med en ansvarlig."
    return wrong
