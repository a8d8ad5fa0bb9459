"""What the demo municipality leaves for those who keep people safe: a block, and an inquiry without a number."""

from __future__ import annotations

from app import citizens, intake
from app.house import House
from app.intake import NewUnattached
from app.storage import UnitOfWork

_KEPT_SAFE = "Nanna Egelykke"
_ANSWERS = {
    "channel": "phone",
    "sender_relation": "teacher",
    "sender_name": "Bodil Ravn, 8. b på Østerskolen",
    "sender_contact": "77 05 10 14",
    "topics": ["absence", "well_being"],
    "description": "En dreng fra parallelklassen venter hver dag uden for skolen og vil ikke sige, hvad han hedder.",
    "concern_for_child": "no",
    "callback_wanted": True,
}


def leave_for_intake(house: House) -> None:
    """Put somebody on a citizen's block list, and take down an inquiry about somebody unknown."""
    received = house.clock.now().isoformat(timespec="minutes")

    def act(work: UnitOfWork) -> None:
        for one in citizens.search(work.session, _KEPT_SAFE):
            citizens.bar(
                work,
                one.key,
                "Torben Egelykke",
                by="mette",
                reason="Nannas far har tilhold. Hun bor et sted, han ikke må kende.",
            )
        answers = {**_ANSWERS, "received_at": received}
        new = NewUnattached("Dreng på omkring 14 år, går på Østerskolen", "youth_course", answers)
        intake.keep(work, house.runtime.keyring, new, by="lone")

    house.database.run(act)
