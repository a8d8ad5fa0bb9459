"""What running a course needs besides a transaction: the keyring, the operations, and the compiled models."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app import forms
from app.connectors import Registry
from app.courses.runtime.bell import Bell
from app.courses.runtime.guard import MessageGuard, NoGuard
from app.definitions import Bundle, library
from app.engine import CompiledModel, compile_model
from app.journal import Keyring

_MOST_MODELS = 64


@dataclass(frozen=True)
class Version:
    """One published version, ready to run: its bundle (files by digest), the compiled model, and its forms."""

    key: int
    bundle: Bundle
    model: CompiledModel
    _forms: dict[str, forms.Form] = field(default_factory=dict)

    def form(self, session: Session, form_id: str) -> tuple[forms.Form | None, str]:
        """Return a form as the version pins it, and its digest; (None, "") where it has none of that id."""
        digest = self.bundle.forms.get(form_id, "")
        if digest and digest not in self._forms:
            self._forms[digest] = forms.load(library.content(session, digest))
        return self._forms.get(digest), digest


class Models:
    """Compiled versions by key: immutable, so every course of a version in this process shares one."""

    def __init__(self) -> None:
        """Start empty; versions are compiled when they are first needed."""
        self._versions: OrderedDict[int, Version] = OrderedDict()
        self._called: OrderedDict[str, Version] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, session: Session, key: int) -> Version:
        """Return the version, compiling it on first use.

        Raises:
            NotFound: no version has this key.
        """
        with self._lock:
            if key in self._versions:
                self._versions.move_to_end(key)
                return self._versions[key]
        bundle = library.load_bundle(session, key)
        version = Version(key, bundle, _compiled(session, bundle))
        with self._lock:
            self._versions[key] = version
            while len(self._versions) > _MOST_MODELS:
                self._versions.popitem(last=False)
        return version

    def called(
        self, session: Session, digest: str, bundle: Callable[[], tuple[int, Bundle]]
    ) -> Version:
        """Return a version compiled to be called, known by its digest; `bundle` finds it (key, bundle) on first use."""
        with self._lock:
            if digest in self._called:
                self._called.move_to_end(digest)
                return self._called[digest]
        key, found = bundle()
        version = Version(key, found, _compiled(session, found, called=True))
        with self._lock:
            self._called[digest] = version
            while len(self._called) > _MOST_MODELS:
                self._called.popitem(last=False)
        return version


def _compiled(session: Session, bundle: Bundle, *, called: bool = False) -> CompiledModel:
    callables = {name: part.process for name, part in bundle.calls.items()}
    decisions = {
        name: library.decision_model(session, digest) for name, digest in bundle.decisions.items()
    }
    return compile_model(bundle.process, callables, decisions, called=called)


@dataclass(frozen=True)
class Runtime:
    """Carried by everything that changes a course.

    Attributes:
        keyring: seals journal payloads and keys the state digests.
        operations: what service tasks may call.
        models: compiled versions.
        bell: wakes those who wait for service work.
        guard: may hold messages between courses back.
    """

    keyring: Keyring
    operations: Registry
    models: Models = field(default_factory=Models)
    bell: Bell = field(default_factory=Bell)
    guard: MessageGuard = field(default_factory=NoGuard)
