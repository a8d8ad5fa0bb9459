"""A young citizen's whole course in a real browser, from the first call to the last talk, with scripts and without.

Afterwards the auditor reads it, verifies it, and finds the entry that was changed behind the application's back.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from app.clock import LOCAL, SystemClock
from app.invented import PASSWORD, synthetic
from tests.acceptance.conftest import Installation, Server
from tests.acceptance.visitor import Visitor


def day(number: int) -> str:
    """A day counted from today, as people write it."""
    then = SystemClock().now().astimezone(LOCAL).date() + timedelta(days=number)
    return f"{then.day}. {then.month}. {then.year}"


GOAL = {
    "citizen_words": "Jeg vil op om morgenen",
    "goal": "Møder fire dage om ugen på produktionsskolen",
    "goal_type": "develop",
    "theme": "education",
    "target_date": day(120),
    "measure": "Skolens fraværsliste",
    "baseline": 3,
    "target": 1,
    "responsible": "mette",
}
LADDER = [
    {"channel": "in_person", "per_week": 3, "step_down_criterion": "Til tiden to uger i træk"},
    {"channel": "call", "per_week": 2, "step_down_criterion": "En måned uden fravær"},
]

TASKS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "lone", "Registrér henvendelse",
        {
            "channel": "phone", "sender_relation": "parent", "sender_name": "Hanne Prøvegaard",
            "sender_contact": "77 09 10 11", "topics": ["absence", "well_being"],
            "description": "Kommer ikke op om morgenen og har ikke været i skole i tre uger.",
            "concern_for_child": "no", "callback_wanted": True,
        },
    ),
    (
        "lone", "Behandl henvendelse",
        {
            "disciplines_present": ["social", "education"], "known_earlier": "no",
            "assessment": "Har brug for hjælp fra flere på én gang og én at ringe til.",
            "outcome": "open_course", "responsible": "mette", "first_contact_due": day(1),
        },
    ),
    ("mette", "Ring tilbage", {"reached": "yes", "call_note": "Glad for at blive ringet op."}),
    (
        "mette", "Orientér om samtykke",
        {
            "informed_topics": ["purpose", "who_shares", "voluntary", "withdraw", "refusal", "access"],
            "consent_givers": ["citizen"], "interpreter_needed": "no", "info_letter_sent": "yes",
        },
    ),
    (
        "mette", "Registrér samtykke",
        {
            "decision": "given", "purposes": ["coordination", "one_plan", "network_meetings"],
            "recipient_parties": ["school", "provider", "network"], "information_categories": ["education"],
            "form": "written", "given_at": day(0), "valid_until": day(365),
        },
    ),
    (
        "tina", "Udpeg den ansvarlige",
        {"coordinator": "mette", "deputy": "jonas", "appointment_reason": "De kender hinanden."},
    ),
    (
        "mette", "Saml team",
        {
            "members": [
                {"party_kind": "authority", "person": "jonas", "role": "Job", "area": "employment"},
                {"party_kind": "network", "name": "Moster Grethe", "role": "Moster", "area": "family"},
            ],
        },
    ),
    (
        "mette", "Kortlæg situationen",
        {
            "school_status": "dropout_risk", "absence_percent": 60, "housing": "parents",
            "network": "En moster og en god ven.", "interests": "Dyr.", "substance_use": "none",
        },
    ),
    (
        "mette", "Udarbejd dagsorden",
        {
            "agenda": [
                {"title": "Hvad vil jeg selv?", "from_citizen": True, "minutes": 20},
                {"title": "Hvem gør hvad?", "minutes": 15},
            ],
        },
    ),
    (
        "mette", "Indkald til møde",
        {
            "starts_at": f"{day(1)} kl. 10.00", "duration": 60, "place": "Ungecentret, lokale 2",
            "participants": [
                {"name": "Jonas Lind", "party_kind": "authority", "why": "Job"},
                {"name": "Moster Grethe", "party_kind": "network", "party": "network", "why": "Støtte"},
            ],
        },
    ),
    (
        "mette", "Skriv referat",
        {
            "attended": ["Jonas Lind", "Moster Grethe"], "citizen_present": "yes",
            "citizen_said": "Det var rart, at I hørte efter.", "resources": "Kom til tiden.",
            "needs": "En at følges med om morgenen.",
            "agreements": [{"what": "Ringer til skolen", "who": "Jonas Lind", "due": day(7)}],
        },
    ),
    (
        "mette", "Beskriv drømme og ønsker",
        {
            "dreams": "At blive dyrepasser.", "wishes_education_job": "En skole med dyr.",
            "strengths": "God til dyr.",
        },
    ),
    (
        "mette", "Saml de andre planer",
        {
            "existing_plans": [
                {"area": "school", "law": "Folkeskoleloven", "owner": "Skolen", "merge": "yes"},
            ],
        },
    ),
    (
        "mette", "Formulér mål",
        {
            "objective": "At komme i gang på en skole med dyr.", "objective_kind": "education",
            "goals": [GOAL],
        },
    ),
    (
        "mette", "Vælg indsatser",
        {
            "interventions": [
                {
                    "intervention_type": "morning_call", "provider": "Bostøtten Åhuset", "start": day(3),
                    "hours_per_week": "2,5", "ladder": LADDER,
                },
            ],
        },
    ),
    (
        "jonas", "Gør det aftalte",
        {"agreement_result": "done", "agreement_note": "Skolen tager imod på torsdag."},
    ),
    (
        "mette", "Få borgerens godkendelse",
        {
            "approved": "yes", "comment": "Det er min plan.", "approval_form": "in_person",
            "next_follow_up": day(14),
        },
    ),
    (
        "mette", "Revidér mål",
        {
            "reviews": [
                {
                    "current_level": 1, "citizen_view": "Jeg kommer op nu.",
                    "professional_view": "Stabilt fremmøde.", "status": "end",
                },
            ],
            "support_step": "down",
        },
    ),
    (
        "mette", "Afslut med borgeren",
        {
            "outcome": "education", "goals_result": "Målet er nået.", "citizen_evaluation": 5,
            "aftercare": "yes", "handover_to": "Ida Bruun, 77 00 13 55",
        },
    ),
)  # fmt: skip
WAITS_BEFORE = "Revidér mål"


@dataclass(frozen=True)
class Walked:
    """A course that has been walked to its end."""

    course: int
    citizen: str


@pytest.fixture(scope="module", params=[True, False], ids=["with-scripts", "without-scripts"])
def walked(request: pytest.FixtureRequest, server: Server, browser: Browser) -> Iterator[Walked]:
    """The whole course, done by the people it belongs to, each at a browser of their own."""
    scripts = bool(request.param)
    first_name = "Signe" if scripts else "Storm"
    cpr = synthetic(date(2005, 3, 9), 100 if scripts else 200)
    people = {
        name: Visitor(browser, server.base, name, scripts=scripts)
        for name in ("lone", "mette", "tina", "jonas")
    }
    citizen = f"{first_name} Prøvegaard"
    people["lone"].take_down(cpr, citizen, "youth_course", TASKS[0][2])
    for who, task, answers in TASKS[1:]:
        if task == WAITS_BEFORE:
            ask_for_adjustment(server, course_of(server, citizen))
        people[who].open_task(task, citizen)
        people[who].send(answers)
    yield Walked(course_of(server, citizen), citizen)
    for person in people.values():
        person.close()


def course_of(server: Server, citizen: str) -> int:
    found = _rows(
        server.installation,
        "SELECT course.key FROM course JOIN citizen ON citizen.key = course.citizen_key"
        " WHERE first_name || ' ' || last_name = ?",
        citizen,
    )
    assert len(found) == 1
    return int(found[0][0])


def ask_for_adjustment(server: Server, course: int) -> None:
    """Publish, as a colleague's program would, that somebody wants the goals looked at now."""
    citizen = _rows(server.installation, "SELECT citizen_key FROM course WHERE key = ?", course)
    body = {
        "name": "adjustment_requested",
        "correlationKey": str(citizen[0][0]),
        "variables": {"what": "Morgenopkald", "reason": "Kommer op af sig selv nu"},
    }
    token = base64.b64encode(f"mette:{PASSWORD}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 -- our own server's address
        f"{server.base}/v2/messages/correlation",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Basic {token}"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 -- our own server's address
        assert answer.status == 200


def test_the_course_ends_and_its_page_says_so(
    walked: Walked, server: Server, browser: Browser
) -> None:
    mette = Visitor(browser, server.base, "mette")
    mette.go(f"/courses/{walked.course}")
    assert walked.citizen in mette.heading
    assert "Afsluttet" in mette.page.locator("main").inner_text()
    mette.close()
    ended = "SELECT status, outcome FROM course WHERE key = ?"
    assert _rows(server.installation, ended, walked.course) == [("ended", "education")]


def test_the_auditor_reads_each_step_with_its_form_by_whom_and_when(
    walked: Walked, server: Server, browser: Browser
) -> None:
    henrik = Visitor(browser, server.base, "henrik")
    entries = _rows(
        server.installation,
        "SELECT seq, actor FROM journal_entry WHERE stream = ? AND kind LIKE 'course:task-completed%' ORDER BY seq",
        f"course:{walked.course}",
    )
    assert [actor for _, actor in entries] == [who for who, _, _ in TASKS]
    henrik.go(f"/audit/courses/{walked.course}")
    timeline = henrik.page.locator("main").inner_text()
    for _who, task, _answers in TASKS:
        assert task in timeline

    names = {
        "lone": "Lone Holt",
        "mette": "Mette Kragh",
        "tina": "Tina Lund",
        "jonas": "Jonas Lind",
    }
    today = datetime.now(LOCAL)
    for (seq, _), (who, task, answers) in zip(entries, TASKS, strict=True):
        henrik.go(f"/audit/courses/{walked.course}/entries/{seq}")
        text = henrik.page.locator("main").inner_text()
        assert task in text
        assert names[who] in text
        assert henrik.page.locator("main time, main [title]").count() or str(today.year) in text
        for answer in _free_text(answers):
            assert answer in text, f"{task} does not show what was answered"
    henrik.close()


def _free_text(answers: Any) -> list[str]:
    """The answers that are shown as they were typed: sentences."""
    if isinstance(answers, dict):
        return [text for one in answers.values() for text in _free_text(one)]
    if isinstance(answers, list):
        return [text for one in answers for text in _free_text(one)]
    return [answers] if isinstance(answers, str) and re.search(r"\w \w+.*\.$", answers) else []


def test_everything_verifies_afterwards_and_a_changed_byte_is_named(
    walked: Walked, server: Server, tmp_path: Path
) -> None:
    copy = _snapshot(server.installation, tmp_path)
    report = copy.json("audit", "verify", "--all")
    assert (report["ok"], report["first_broken"]) == (True, None)

    stream = f"course:{walked.course}"
    seq = _change_a_byte(copy, stream)
    ran = copy.run("audit", "verify", "--all", "--json")
    broken = json.loads(ran.stdout)
    assert (ran.returncode, broken["ok"]) == (1, False)
    assert (broken["first_broken"]["stream"], broken["first_broken"]["seq"]) == (stream, seq)


def _snapshot(installation: Installation, folder: Path) -> Installation:
    """Copy a running installation as a backup would: the database through SQLite, so that nothing is half there."""
    shutil.copytree(
        installation.folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sqlite*")
    )
    copy = Installation(folder)
    with (
        closing(sqlite3.connect(installation.database)) as source,
        closing(sqlite3.connect(copy.database)) as target,
    ):
        source.backup(target)
    return copy


def _change_a_byte(installation: Installation, stream: str) -> int:
    """Change one byte of an entry in the middle of a stream, triggers dropped, as somebody with the file could."""
    with closing(sqlite3.connect(installation.database)) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        seq, payload = database.execute(
            "SELECT seq, payload FROM journal_entry WHERE stream = ? AND kind LIKE 'course:task-completed%'"
            " ORDER BY seq LIMIT 1 OFFSET 8",
            (stream,),
        ).fetchone()
        raw = bytearray(payload.encode() if isinstance(payload, str) else payload)
        at = max(n for n, byte in enumerate(raw) if chr(byte).isalnum())
        raw[at] = ord("A") if raw[at] != ord("A") else ord("B")
        changed = raw.decode() if isinstance(payload, str) else bytes(raw)
        database.execute(
            "UPDATE journal_entry SET payload = ? WHERE stream = ? AND seq = ?",
            (changed, stream, seq),
        )
        database.commit()
    return int(seq)


def _rows(installation: Installation, query: str, *values: Any) -> list[tuple[Any, ...]]:
    address = f"file:{installation.database}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as database:
        return database.execute(query, values).fetchall()
