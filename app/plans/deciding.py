"""Keeping what the authority decided about support, once everything is there that a decision must say."""

from __future__ import annotations

from app.connectors import OperationContext, Values, operation
from app.errors import DomainError
from app.plans.rows import DecisionRow
from app.plans.rules import missing_in_decision
from app.plans.schemas import DecideIn, DecideOut
from app.storage import UnitOfWork


@operation(
    "plan:decide",
    DecideIn,
    DecideOut,
    title="Gem afgørelsen",
    description="Gemmer afgørelsen, når begrundelse, hjemmel, partshøring og klagevejledning er på plads.",
)
def decide(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Keep a decision.

    Raises:
        DomainError: reasoning, legal basis, party hearing or complaint guidance is missing where the law wants it
            (forvaltningsloven §§ 19, 22, 24 and 25).
    """
    wrong = missing_in_decision(values)
    if wrong:
        text = " ".join(["Afgørelsen kan ikke gemmes endnu.", *wrong.values()])
        raise DomainError("plan:decision", text, fields=wrong)
    row = DecisionRow(
        key=work.next_key(),
        citizen_key=context.citizen_key,
        course_key=context.course_key,
        result=values["decision_result"],
        reasoning=values["reasoning"],
        legal_basis=values["decision_basis"],
        burdens=values["decision_burdens"] or values["decision_result"] != "granted",
        heard="yes" if values["hearing_sent"] else values["party_heard"],
        hearing_exemption=values["hearing_exemption"],
        complaint_guidance=values["complaint_guidance"],
        valid_from=values["decision_valid_from"],
        at=context.at,
        by=context.actor,
    )
    work.session.add(row)
    work.session.flush()
    return {"decision": row}
