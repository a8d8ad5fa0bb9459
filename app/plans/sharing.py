"""One plan for those who live together."""

from __future__ import annotations

from sqlalchemy import select

from app import citizens
from app.connectors import OperationContext, Values, operation
from app.errors import DomainError
from app.plans.drafting import plan_of
from app.plans.queries import plan_key_of
from app.plans.rows import PlanMemberRow
from app.plans.schemas import ShareIn, ShareOut
from app.storage import UnitOfWork


@operation(
    "plan:share",
    ShareIn,
    ShareOut,
    title="Del planen i husstanden",
    description="Gør borgerens plan til husstandens: de andre, der bor sammen, har samme ene plan.",
)
def share_plan(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Let others of the citizen's household have the same one plan, each with goals in it.

    Raises:
        DomainError: somebody does not live with the citizen, or has a plan of their own and is not to be left out.
    """
    left_out = []
    plan = plan_of(work, context.citizen)
    home = citizens.household(work.session, context.citizen, context.at)
    at_home = {one.key for one in home.members} if home is not None else set()
    for number, one in enumerate(values["members"]):
        field = f"members[{number}].key"
        if one["key"] not in at_home:
            text = "Kun dem, der bor sammen, kan have én plan sammen."
            raise DomainError("plan:household", text, fields={field: text})
        theirs = plan_key_of(work.session, one["key"])
        has_own = theirs not in {None, plan.key}
        if has_own and values["own_plans"] == "leave_out":
            left_out.append(citizens.citizen(work.session, one["key"]).first_name)
        elif has_own:
            text = "En af dem har en plan i forvejen. Skriv den ind under planer i forvejen."
            raise DomainError("plan:two", text, fields={field: text})
        elif theirs is None:
            work.session.add(
                PlanMemberRow(
                    citizen_key=one["key"], plan_key=plan.key, since=context.at, by=context.actor
                )
            )
            work.session.flush()
    shared = select(PlanMemberRow.citizen_key).where(PlanMemberRow.plan_key == plan.key)
    return {
        "plan_shared": len(work.session.scalars(shared).all()),
        "own_plans_of": left_out,
    }
