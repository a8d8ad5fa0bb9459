"""Views are closed unless they say who may open them: `@permit("inbox:read")` or `@public` stands on each.

Pages and API share this; what comes before it, such as finding out who asks, is each one's own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from app.access.permits import PERMITS
from app.access.session import current_principal

P = ParamSpec("P")
R = TypeVar("R")


def permit(*codes: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open a view to those who have one of the permits; others are refused, and so is who is not signed in.

    Args:
        codes: some of `app.access.PERMITS`; the view's attribute `permit` is the first one.
    """
    if not codes or not PERMITS.keys() >= set(codes):
        raise ValueError(f"no such permit among {codes}")

    def guarded(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            who = current_principal()
            if not any(who.may(code) for code in codes):
                who.require(codes[0])
            return view(*args, **kwargs)

        checked.permit = codes[0]  # type: ignore[attr-defined]  # `permit_of` reads it
        return checked

    return guarded


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open a view to everybody, signed in or not; its attribute `permit` is empty."""
    view.permit = ""  # type: ignore[attr-defined]  # as above
    return view


def permit_of(view: Callable[..., object]) -> str:
    """Return the permit that a view names, empty where it is public.

    Raises:
        RuntimeError: it names none: that is a bug, and must not open anything.
    """
    code: str | None = getattr(view, "permit", None)
    if code is None:
        raise RuntimeError(f"{view.__module__}.{view.__name__} names no permit")
    return code
