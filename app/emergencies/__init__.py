"""Emergency access: seeing a citizen without a ground, with a reason, for hours, and reviewed by somebody else."""

from __future__ import annotations

from app.emergencies.emergency import HOURS, SEVERAL, Emergency
from app.emergencies.operations import open_access, review
from app.emergencies.queries import emergency, holds, of_person, reviewed, to_review

__all__ = [
    "HOURS",
    "SEVERAL",
    "Emergency",
    "emergency",
    "holds",
    "of_person",
    "open_access",
    "review",
    "reviewed",
    "to_review",
]
