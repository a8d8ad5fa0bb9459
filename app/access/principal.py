"""Who acts: the value that every read and every command carries."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.access.permits import permits_of
from app.errors import Refused


@dataclass(frozen=True)
class Principal:
    """A person, or a registered client acting as one, who has proved who they are.

    Attributes:
        key: the person's key.
        username: how commands, journal and tasks name the person.
        name: as people know them.
        roles: role codes of `app.access.permits.ROLES`.
        groups: candidate groups that the person belongs to.
        areas: areas of work ("social", "employment", …).
        unit: organisational unit, as text.
        client: the registered outside system that acts, if it is none of the people.
        scopes: what a client may do, as permits.
        processes: the ids of the processes whose courses a client works in.
        basis: the legal basis on which it does.
    """

    key: int
    username: str
    name: str
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    unit: str = ""
    client: str | None = None
    scopes: frozenset[str] = frozenset()
    processes: frozenset[str] = frozenset()
    basis: str = ""
    permits: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Work out the permits from roles and scopes, once."""
        object.__setattr__(self, "permits", permits_of(self.roles) | self.scopes)

    def may(self, permit: str) -> bool:
        """Tell whether one of the roles gives the permit."""
        return permit in self.permits

    def require(self, permit: str) -> None:
        """Go on only with the permit.

        Raises:
            Refused: none of the roles gives it.
        """
        if not self.may(permit):
            raise Refused("access:permit", "Du har ikke adgang til at gøre det her.")
