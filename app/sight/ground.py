"""On which ground somebody may see something: a code for programs and the log, Danish words for the page."""

from __future__ import annotations

from dataclasses import dataclass

from app.access import Principal


@dataclass(frozen=True)
class Ground:
    """Why a person may see this.

    Attributes:
        code: stable, for programs and the access log.
        words: Danish, what the page answers to "Hvorfor ser jeg det her?".
        basis: `statute` (it is part of the person's work for the authority), `consent`, or `custody`.
        consent_key: the consent that opens it, where one does.
    """

    code: str
    words: str
    basis: str = "statute"
    consent_key: int | None = None

    @property
    def works(self) -> bool:
        """Whether the person works with the citizen for the authority, and may change things.

        An emergency and an audit only let one read, or they could be made to last: by another unit, a guardian's login.
        """
        return self.basis == "statute" and self.code not in {"emergency", "audit"}

    def opens_task(self, who: Principal, closed_by: str, *, candidate: bool) -> bool:
        """Tell whether it opens one task: a consent and custody only what the person is to do, or has sent themselves.

        Args:
            who: the person.
            closed_by: who sent the task; "" while it is open.
            candidate: the person is among those who may take it.
        """
        if self.basis == "statute":
            return True
        return closed_by == who.username if closed_by else candidate


COORDINATOR = Ground("coordinator", "Du er tovholder i forløbet.")
DEPUTY = Ground("deputy", "Du er stedfortræder for tovholderen.")
MEMBER = Ground("member", "Du er med i borgerens team.")
TASK = Ground("task", "Du har en opgave i forløbet.")
TASK_GROUP = Ground("task-group", "Din gruppe har en opgave i forløbet.")
INQUIRY = Ground("inquiry", "Du er ansvarlig for borgerens henvendelse.")
CONCERN = Ground("concern", "Du er ansvarlig for at vurdere en bekymring for barnet.")
INTAKE = Ground("intake", "Du arbejder i modtagelsen, og borgeren har en åben henvendelse.")
TEAM_LEADER = Ground("team-leader", "Du er leder af forløbets enhed.")
AUDIT = Ground("audit", "Du er revisor og efterprøver historikken.")
EMERGENCY = Ground("emergency", "Du har nødadgang, som en anden gennemgår bagefter.")
GUARDIAN = Ground("guardian", "Du har forældremyndigheden.", "custody")
TECHNICAL = Ground("technical", "Forløbet handler ikke om en borger.")


def consented(consent_key: int) -> Ground:
    """Return the ground of a partner outside whom a consent covers."""
    words = "Du er med i borgerens team, og borgeren har givet samtykke til, at du ser det her."
    return Ground("member-consent", words, "consent", consent_key)
