"""What a citizen's plan says already, where another of their courses, or the household, has written it before."""

from __future__ import annotations

from app.connectors import OperationContext, Values, operation
from app.plans.queries import current, draft
from app.plans.schemas import FindIn, FindOut
from app.storage import UnitOfWork

_WORDS = (
    "dreams",
    "wishes_education_job",
    "strengths",
    "worries",
    "objective",
    "objective_kind",
)


@operation(
    "plan:find",
    FindIn,
    FindOut,
    title="Find planen",
    description="Finder det, der allerede står i borgerens ene plan, så ingen skal fortælle det to gange.",
)
def find_plan(work: UnitOfWork, context: OperationContext, _values: Values) -> Values:
    """Return the words of the plan in force, else of the draft; nothing where the citizen has no plan."""
    key = context.citizen
    found = current(work.session, key) or draft(work.session, key)
    if found is None:
        return {**dict.fromkeys(_WORDS), "existing_plans": []}
    return {
        **{name: getattr(found, name) or None for name in _WORDS},
        "existing_plans": [
            {
                "area": one.area,
                "law": one.law,
                "owner": one.owner,
                "merge": "yes" if one.merge else "no",
                "contradicts": one.contradicts,
            }
            for one in found.existing_plans
        ],
    }
