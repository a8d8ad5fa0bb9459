"""viewflow 2.4 in the same loop: what a completion costs, its form validated and the answers kept with the process.

Run in .venv-bench with a working folder; prints JSON. SQLite as for Forløb: WAL, synchronous FULL, BEGIN IMMEDIATE.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import django
from django.conf import settings

ANSWERS = {
    "held_on": "2026-11-02",
    "level": "2",
    "present": "on",
    "direction": "better",
    "topics": ["school", "housing"],
    "summary": "Sofie kommer op om morgenen og har været i skole fire dage om ugen. " * 8,
}
CYCLE = ("assess", "talk", "write_up")
AT = (10, 100)


def configure(folder: Path) -> None:
    """Set Django up on a file of its own."""
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(folder / "viewflow.sqlite"),
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
                },
            }
        },
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "viewflow",
            "viewflow.workflow",
            "loop_app",
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()


def main() -> None:
    """Measure, and print JSON."""
    configure(Path(sys.argv[1]))
    from django import forms
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import transaction
    from loop_app.flows import LoopFlow
    from viewflow.workflow.models import Process, Task

    class Assess(forms.Form):
        held_on = forms.DateField()
        level = forms.IntegerField(min_value=0, max_value=4)
        present = forms.BooleanField(required=False)
        why_absent = forms.CharField(max_length=200, required=False)
        direction = forms.ChoiceField(choices=[(v, v) for v in ("better", "same", "worse")])
        topics = forms.MultipleChoiceField(choices=[(v, v) for v in ("school", "housing", "job")])
        summary = forms.CharField(max_length=2000)

        def clean(self) -> dict[str, Any]:
            values: dict[str, Any] = super().clean() or {}
            if not values.get("present") and not values.get("why_absent"):
                self.add_error("why_absent", "Skal udfyldes")
            return values

    call_command("migrate", verbosity=0)
    mette = User.objects.create_user("mette")
    process = LoopFlow.start.run()

    def complete(name: str) -> float:
        began = perf_counter()
        with transaction.atomic():
            task = Task.objects.get(
                process_id=process.pk,
                flow_task=getattr(LoopFlow, name),
                status__in=("NEW", "ASSIGNED"),
            )
            form = Assess(ANSWERS)
            if not form.is_valid():
                raise ValueError(form.errors)
            activation = task.flow_task.activation_class(task)
            activation.assign(mette)
            activation.start(None)
            values = {**form.cleaned_data, "held_on": form.cleaned_data["held_on"].isoformat()}
            activation.process.data = {**activation.process.data, **values}
            activation.process.save()
            activation.execute()
        return perf_counter() - began

    found = {}
    done = 0
    for at in AT:
        while done < at - 5:
            for name in CYCLE:
                complete(name)
            done += 1
        taken = [complete(name) for _ in range(10) for name in CYCLE]
        done += 10
        found[str(at)] = {"median_ms": median(taken) * 1000}
    assert Process.objects.get(pk=process.pk).status == "NEW"  # noqa: S101 -- it must still be running
    print(json.dumps(found))


if __name__ == "__main__":
    main()
