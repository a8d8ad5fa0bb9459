"""The tables of procrastinate, in a schema of their own; on PostgreSQL only.

They are made by the steps that procrastinate ships, up to the version named here: it never changes a step that it has
shipped, so a later version of it needs a revision with the later steps only.
"""

from __future__ import annotations

from importlib.resources import files

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LAST = "03.04.00_50"
"""The last step of procrastinate 3.10.0."""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    before = connection.execute(sa.text("SELECT current_setting('search_path')")).scalar_one()
    connection.execute(sa.text("CREATE SCHEMA procrastinate"))
    connection.execute(sa.text("SET LOCAL search_path TO procrastinate"))
    steps = files("procrastinate.sql").joinpath("migrations").iterdir()
    for step in sorted(steps, key=lambda step: step.name):
        if step.name.endswith(".sql") and step.name[: len(LAST)] <= LAST:
            # Past SQLAlchemy: the driver must not take a per cent sign for a parameter.
            connection.connection.driver_connection.execute(step.read_text())
    restore = sa.text("SELECT set_config('search_path', :before, true)")
    connection.execute(restore, {"before": before})


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SCHEMA procrastinate CASCADE")
