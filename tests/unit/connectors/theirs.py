"""An operation as another package would bring it."""

from __future__ import annotations

from app.connectors import OperationContext, Registry, Values, fields, operation
from app.storage import UnitOfWork


@operation("their:operation", fields.Input, fields.Output, title="Deres", description="Deres.")
def theirs(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    return {}


def register(registry: Registry) -> None:
    registry.add(theirs)
