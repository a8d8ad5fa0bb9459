"""Who is told what by mail around the one entrance, and that no mail says anything of a citizen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest

from app import access, intake, jobs, mail
from app.clock import LOCAL
from app.mail import NewMail, OutgoingMail
from tests.post_office import PostOffice, post_office
from tests.web import youth
from tests.web.test_intake_meeting import TREATED, inquiry
from tests.web.youth import YouthTown

SECRETS = re.compile(r"Emil|Bro\b|030304|fravær|skole", re.IGNORECASE)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory, office: PostOffice) -> Iterator[YouthTown]:
    built = youth.build(
        tmp_path_factory.mktemp("mail"),
        smtp_host="127.0.0.1",
        smtp_port=office.port,
        smtp_tls="none",
        mail_from="forloeb@kommune.example",
        public_url="https://forloeb.example/",
    )
    for username in ("lone", "mette", "jonas"):
        address = f"{username}@kommune.example"
        built.house.database.run(
            lambda work, who=username, to=address: access.set_mail(work, who, address=to)
        )
    yield built
    built.house.database.engine.dispose()


def deliver(town: YouthTown) -> None:
    jobs.run_due(town.house.database, town.house.handlers)


def test_who_is_given_an_inquiry_is_told_once_with_the_deadline_and_no_name(
    town: YouthTown, office: PostOffice
) -> None:
    key = inquiry(town)
    town.complete(key, "treat_inquiry", **TREATED)
    deliver(town)
    deliver(town)

    (sent,) = office.box
    text = sent.get_content()
    assert sent["To"] == "mette@kommune.example"
    assert "kontakt efter en henvendelse – frist 20. august 2026" in text
    assert "https://forloeb.example/inbox" in text
    assert not SECRETS.search(sent["Subject"] + text)


def test_who_takes_an_inquiry_themselves_is_not_told(town: YouthTown, office: PostOffice) -> None:
    key = inquiry(town)
    town.complete(key, "treat_inquiry", **TREATED | {"responsible": "lone"})
    deliver(town)

    assert office.to == []


def test_half_an_hour_before_the_meeting_those_who_take_part_hear_what_waits(
    town: YouthTown, office: PostOffice
) -> None:
    inquiry(town)
    inquiry(town, "Ida", "120388-1111")
    town.house.database.run(lambda work: intake.plan_hour(work, intake.AHEAD, time(9, 30)))

    for hour in (time(9, 29), time(9, 30), time(9, 45)):
        town.clock.set(datetime.combine(date(2026, 8, 18), hour, LOCAL))
        deliver(town)

    (sent,) = office.box
    assert sent["To"] == "lone@kommune.example", "Mette cannot open the meeting's page"
    assert sent["Subject"] == "Der er 2 henvendelser til mødet kl. 10"
    assert "https://forloeb.example/intake/meeting" in sent.get_content()
    assert not SECRETS.search(sent.get_content())


def test_nobody_hears_of_a_meeting_that_has_nothing_to_treat_or_has_begun(
    town: YouthTown, office: PostOffice
) -> None:
    town.house.database.run(lambda work: intake.plan_hour(work, intake.AHEAD, time(9, 30)))
    town.clock.set(datetime.combine(date(2026, 8, 18), time(9, 30), LOCAL))
    deliver(town)

    inquiry(town)
    town.browser("lone").post("/intake/meeting")
    town.clock.set(datetime.combine(date(2026, 8, 19), time(9, 30), LOCAL))
    deliver(town)

    assert office.to == []


def test_a_colleague_is_asked_to_be_ready_before_the_meeting(
    town: YouthTown, office: PostOffice
) -> None:
    inquiry(town)
    lone = town.browser("lone")
    page = lone.get("/intake/meeting").text
    where = re.search(r'action="(/intake/inquiries/(\d+)/colleagues)"', page)
    assert where is not None
    assert 'value="lone"' not in page, "nobody asks themselves"

    assert lone.post(where.group(1), {}).status_code == 422
    field = f"colleague-{where.group(2)}"
    page = lone.post(where.group(1), {field: "jonas"}, follow_redirects=True).text
    deliver(town)

    assert "Bedt om at være klar: Jonas" in re.sub(r"\s+", " ", page)
    (sent,) = office.box
    assert sent["To"] == "jonas@kommune.example"
    assert "du bliver bedt om at være klar" in sent.get_content()
    assert not SECRETS.search(sent["Subject"] + sent.get_content())


def test_without_a_mail_server_no_page_speaks_of_mail(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    town = youth.build(tmp_path_factory.mktemp("without"))
    key = inquiry(town)

    assert "mail" not in town.browser("lone").get("/intake/meeting").text.casefold()
    town.complete(key, "treat_inquiry", **TREATED)
    with town.house.database.read() as session:
        assert session.query(OutgoingMail).count() == 0
    town.house.database.engine.dispose()


def test_an_operator_sees_what_did_not_arrive_and_sends_it_again_or_puts_it_away(
    town: YouthTown, office: PostOffice
) -> None:
    office.say = {"RCPT": "550 no such user"}
    for number in (1, 2):
        new = NewMail(f"cause:{number}", "mette", "Du har fået en ny opgave", "Frist i morgen.")
        town.house.database.run(lambda work, new=new: mail.queue(work, new))
    deliver(town)
    bo = town.browser("bo")
    page = bo.get("/courses/incidents").text
    assert "Mail, der ikke kom frem" in page
    assert "550 no such user" in page

    again = re.findall(r'action="(/courses/incidents/mail/\d+)"', page)
    office.say = {}
    bo.post(again[0])
    bo.post(f"{again[1]}/dismiss")
    town.clock.advance(timedelta(minutes=1))
    deliver(town)

    assert office.to == ["mette@kommune.example"]
    assert "Mail, der ikke kom frem" not in bo.get("/courses/incidents").text
    assert bo.post(again[0]).status_code == 404
