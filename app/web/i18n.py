"""The two languages of the pages: Danish, which is the source, and English from a catalogue.

`gettext` and `ngettext` speak the language of the request, Danish outside of one. A person changes language with
`?lang=en` on any page; a cookie remembers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, Response, g, has_request_context, request
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

_CATALOGUES = Path(__file__).parent / "translations"
_COOKIE = "lang"
_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Language:
    """One language of the pages.

    Attributes:
        code: as in `<html lang>`.
        name: what its own speakers call it.
    """

    code: str
    name: str

    @cached_property
    def _catalogue(self) -> NullTranslations:
        """Read at the first text, as it is written: nothing is compiled. Danish is the source and has none."""
        return _read(_CATALOGUES / self.code) if self != DANISH else NullTranslations()

    def gettext(self, message: str) -> str:
        """Return `message` in this language, or the Danish itself where it is not translated."""
        return self._catalogue.gettext(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the form for `n` things in this language."""
        return self._catalogue.ngettext(singular, plural, n)


DANISH = Language("da", "Dansk")
LANGUAGES: Mapping[str, Language] = {"da": DANISH, "en": Language("en", "English")}
"""The languages of the pages by code."""


def current() -> Language:
    """Return the language of the request, or Danish outside of one."""
    try:
        language: Language = g.language  # asked for hundreds of times a page
    except (AttributeError, RuntimeError):  # the first time, or outside of a request
        language = _wanted()
    return language


def _wanted() -> Language:
    if not has_request_context():
        return DANISH
    wanted = request.args.get(_COOKIE) or request.cookies.get(_COOKIE) or ""
    language: Language = LANGUAGES.get(wanted, DANISH)
    g.language = language
    return language


def gettext(message: str) -> str:
    """Return the Danish `message` in the language of the request."""
    return current().gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """Return the form for `n` things in the language of the request."""
    return current().ngettext(singular, plural, n)


def install(app: Flask) -> None:
    """Give templates `_`, `ngettext`, `{% trans %}`, `language()` and `other_language()`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    app.jinja_env.globals.update(
        language=current, other_language=_other, gettext=_in_template, _=_in_template
    )
    app.after_request(_remember)


@pass_eval_context
def _in_template(context: EvalContext, message: str, /, **variables: Any) -> str:
    """Translate as the extension's own function does, which looks itself up and `gettext` again at each call."""
    text = gettext(message)
    if context.autoescape:
        text = Markup(text)  # noqa: S704 -- the templates' own words; what is put into them is escaped
    return text % variables if "%" in text else text


def _read(folder: Path) -> NullTranslations:
    with (folder / "LC_MESSAGES" / "messages.po").open("rb") as text:
        catalogue = read_po(text, locale=folder.name)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def _other() -> tuple[Language, str]:
    """Return the language that is not in use, and where this page is in it."""
    other = next(language for language in LANGUAGES.values() if language != current())
    if request.method not in {"GET", "HEAD"}:
        return other, f"/?{urlencode({_COOKIE: other.code})}"
    arguments = [(k, v) for k, v in request.args.items(multi=True) if k != _COOKIE]
    return other, f"{request.path}?{urlencode([*arguments, (_COOKIE, other.code)])}"


def _remember(response: Response) -> Response:
    wanted = request.args.get(_COOKIE, "")
    if wanted in LANGUAGES:
        response.set_cookie(
            _COOKIE,
            wanted,
            max_age=_YEAR,
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return response
