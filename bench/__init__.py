"""Measures the budgets of the design (docs/performance.md): `python -m bench`, or `make bench`."""
