"""On which ground somebody may see something: a code for programs and the log, Danish words for the page."""

from __future__ import annotations

from dataclasses import dataclass


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
