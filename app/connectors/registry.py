"""Operations: what a model's service task may have done, each with a schema for what goes in and what comes out.

An operation reads and writes this database and the outbox, nothing else, in the transaction of the command that asked
for it; it may run again from the start. Its result is journaled, so a replay calls none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points
from typing import Any

from marshmallow import Schema, ValidationError

from app.errors import DomainError, complaints
from app.storage import UnitOfWork

ENTRY_POINTS = "forloeb.operations"
"""Third parties name a function here that takes the registry and adds to it."""


@dataclass(frozen=True)
class OperationContext:
    """In which course an operation is performed, for whom and by whom.

    Attributes:
        course_key: the course.
        citizen_key: the citizen whom the course is about; None in a technical course.
        actor: username of who completed the task that led to it, or `system`.
        at: the command's instant (aware); an operation asks no other clock.
    """

    course_key: int
    citizen_key: int | None
    actor: str
    at: datetime

    @property
    def citizen(self) -> int:
        """The citizen's key, for operations that make no sense without one.

        Raises:
            DomainError: the course is about nobody.
        """
        if self.citizen_key is None:
            raise DomainError("operation:no-citizen", "Forløbet har ingen borger.")
        return self.citizen_key


Values = dict[str, Any]
Act = Callable[[UnitOfWork, OperationContext, Values], Values]


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        name: the job type that models name, `noun:verb`.
        takes: schema of the variables that it picks.
        gives: schema of its result.
        title: Danish, for the designer's list.
        description: Danish, one or two sentences.
        act: what it does: unit of work, context and loaded values in; result out.
    """

    name: str
    takes: type[Schema]
    gives: type[Schema]
    title: str
    description: str
    act: Act


def operation(
    name: str, takes: type[Schema], gives: type[Schema], *, title: str, description: str
) -> Callable[[Act], Operation]:
    """Make an operation of a function; its noun adds it to the registry. See `Operation` for the arguments."""
    return lambda act: Operation(name, takes, gives, title, description, act)


class Registry:
    """The operations of this installation by name; filled in `create_app`, read ever after."""

    def __init__(self) -> None:
        """Start empty."""
        self._operations: dict[str, Operation] = {}

    def add(self, *operations: Operation) -> None:
        """Add operations.

        Raises:
            ValueError: there is one of that name already.
        """
        for one in operations:
            if one.name in self._operations:
                raise ValueError(f"two operations are called {one.name}")
            self._operations[one.name] = one

    def add_installed(self) -> None:
        """Add what other installed packages bring, through the entry points `forloeb.operations`."""
        for point in entry_points(group=ENTRY_POINTS):
            point.load()(self)

    def __contains__(self, name: object) -> bool:
        return name in self._operations

    def __getitem__(self, name: str) -> Operation:
        return self._operations[name]

    def __iter__(self) -> Iterator[Operation]:
        return iter(sorted(self._operations.values(), key=lambda one: one.name))

    @property
    def names(self) -> frozenset[str]:
        """The job types that are performed here: publishing warns of others."""
        return frozenset(self._operations)


def perform(
    work: UnitOfWork,
    registry: Registry,
    name: str,
    context: OperationContext,
    variables: Mapping[str, Any],
) -> Values:
    """Perform an operation and return its result as JSON values.

    Args:
        work: the command's transaction.
        registry: where the operation is found.
        name: which one; must be in the registry.
        context: in which course.
        variables: all that the service task sees; the operation picks its own by name.

    Raises:
        DomainError: a variable is missing or cannot be used (`fields` names it), or the operation refuses.
    """
    found = registry[name]
    try:
        values = found.takes().load(variables)
    except ValidationError as error:
        wrong = {_place(path): ", ".join(said) for path, said in complaints(error.messages)}
        said = "; ".join(f"{name} {text}" for name, text in wrong.items())
        text = f"{found.title} kan ikke udføres: {said}."
        raise DomainError("operation:input", text, fields=wrong) from error
    result: Values = found.gives().dump(found.act(work, context, values))
    return result


def _place(path: tuple[str | int, ...]) -> str:
    """Write `goals[0].target`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")
