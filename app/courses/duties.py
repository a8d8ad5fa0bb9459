"""The due work that courses do, by the names under which it stands in the list of due work."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.courses.between.beginnings import START, fire_start
from app.courses.between.delivery import deliver_signal, offer, offer_again
from app.courses.kept.caches import TIMER
from app.courses.kept.messages import HELD, MESSAGE
from app.courses.kept.signals import SIGNAL
from app.courses.running.operations import fire_timer
from app.courses.runtime import Runtime
from app.courses.tasks.handing_over import HANDOVER
from app.courses.tasks.handing_over import move as hand_over
from app.storage import UnitOfWork


def duties(runtime: Runtime) -> dict[str, Callable[[UnitOfWork, str], None]]:
    """Return what is done for timers, of courses and start events, for messages and signals, and after a handover."""

    def on(act: Callable[[UnitOfWork, Runtime, str], None]) -> Callable[[UnitOfWork, str], None]:
        return partial(_do, act, runtime)

    return {
        TIMER: on(fire_timer),
        START: on(fire_start),
        MESSAGE: on(offer),
        HELD: on(offer_again),
        SIGNAL: on(deliver_signal),
        HANDOVER: on(hand_over),
    }


def _do(
    act: Callable[[UnitOfWork, Runtime, str], None], runtime: Runtime, work: UnitOfWork, ref: str
) -> None:
    act(work, runtime, ref)
