"""The types of component that Forløb knows: one file each, and the registry of them all."""

from __future__ import annotations

from collections.abc import Mapping

from app.forms.component import Kind, Question
from app.forms.fields.checkbox import CHECKBOX
from app.forms.fields.checklist import CHECKLIST
from app.forms.fields.datetime import DATETIME
from app.forms.fields.document_preview import DOCUMENT_PREVIEW
from app.forms.fields.dynamiclist import DYNAMICLIST
from app.forms.fields.expression import EXPRESSION
from app.forms.fields.filepicker import FILEPICKER
from app.forms.fields.group import GROUP
from app.forms.fields.html import HTML
from app.forms.fields.image import IMAGE
from app.forms.fields.number import NUMBER
from app.forms.fields.radio import RADIO
from app.forms.fields.select import SELECT
from app.forms.fields.separator import SEPARATOR, SPACER
from app.forms.fields.table import TABLE
from app.forms.fields.taglist import TAGLIST
from app.forms.fields.text import TEXT
from app.forms.fields.textarea import TEXTAREA
from app.forms.fields.textfield import TEXTFIELD

_ANSWERED: tuple[Question, ...] = (
    TEXTFIELD, TEXTAREA, NUMBER, CHECKBOX, CHECKLIST, RADIO, SELECT, TAGLIST, DATETIME, FILEPICKER,
)  # fmt: skip
_SHOWN: tuple[Kind, ...] = (
    GROUP, DYNAMICLIST, TEXT, SEPARATOR, SPACER, HTML, TABLE, IMAGE, DOCUMENT_PREVIEW, EXPRESSION,
)  # fmt: skip

QUESTIONS: Mapping[str, Question] = {kind.type: kind for kind in _ANSWERED}
"""The types that take an answer, by name."""

KINDS: Mapping[str, Kind] = {kind.type: kind for kind in (*_ANSWERED, *_SHOWN)}
"""All types, by name."""
