"""Opens the installation for one command, and lets go of it when the command is done."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # loaded when a command needs it
    from app.clock import Clock
    from app.house import House


def opened(*, clock: Clock | None = None) -> House:
    """Open the installation that the environment names; its connections are closed with the command.

    Args:
        clock: another clock than the system's.

    Raises:
        DomainError: the database lacks its schema, or the master key is not its own.
    """
    from app.house import check, open_house

    house = click.get_current_context().with_resource(closing(open_house(clock=clock)))
    check(house)
    return house
