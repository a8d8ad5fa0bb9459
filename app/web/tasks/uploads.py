"""Files sent with a task's form: kept at once in the person's draft, so that they stay chosen whatever comes back."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import current_app, g, request
from werkzeug.datastructures import FileStorage, MultiDict

from app import courses, documents, forms, house_of
from app.access.session import current_principal
from app.documents import NewDocument
from app.errors import DomainError
from app.forms import FileField
from app.web.tasks import desk
from app.web.tasks.desk import Desk


@dataclass(frozen=True)
class Sent:
    """What this request sent.

    Attributes:
        posted: names and texts of the form, with the keys of the files that were kept.
        wrong: why files were not kept, by dotted path of their fields.
    """

    posted: MultiDict[str, str]
    wrong: dict[str, str] = field(default_factory=dict)


def sent() -> Sent:
    """Return what was sent; `take_in` has kept the files before."""
    found: Sent = g.get("sent") or Sent(request.form)
    return found


def take_in(key: int) -> None:
    """Keep the files that were sent with a task's form, in transactions of their own; once in a request.

    Files of fields that the form does not have, or from whom the task is not, are left alone.
    """
    files = {
        name: [file for file in request.files.getlist(name) if file.filename]
        for name in request.files
    }
    if "sent" in g or not any(files.values()):
        return
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        now = house.clock.now()
        at = desk.lay_out(session, house.runtime, key, person, now)
        if at.form is None or not courses.may_work(at.task, person):
            return
        fields = forms.file_fields(at.form, files, variables=at.variables, now=now)
    posted, wrong = MultiDict(request.form), {}
    for name, asked in fields.items():
        try:
            keys = [_kept(at, name, asked, file) for file in files[name]]
        except DomainError as error:
            wrong[name] = error.message
            continue
        if keys:
            before = posted.getlist(name) if asked.several else []
            posted.setlist(name, [*before, *keys])
    g.sent = Sent(posted, wrong)


def _kept(at: Desk, name: str, asked: FileField, file: FileStorage) -> str:
    """Keep one file, and return its key.

    Raises:
        DomainError: the field does not take it, or nobody does.
    """
    house, person = house_of(current_app), current_principal()
    most = house.settings.document_bytes
    content = file.stream.read(most + 1)
    called = documents.clean_name(file.filename or "")
    if len(content) <= most:
        problem = asked.problem(called, documents.type_of(called, content))
        if problem is not None:
            raise DomainError("document:not-asked-for", problem)
    new = NewDocument(at.course.key, at.course.citizen_key, called, content, at.task.key, name)
    keyring = house.runtime.keyring
    made = house.database.run(
        lambda work: documents.receive(work, keyring, new, by=person.username, most=most)
    )
    return str(made.key)
