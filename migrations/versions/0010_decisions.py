"""What people call a decision, and its version tag, beside its id."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("title", "version_tag"):
        op.add_column(
            "definition_resource",
            sa.Column(name, sa.String(length=200), nullable=False, server_default=""),
        )


def downgrade() -> None:
    with op.batch_alter_table("definition_resource") as table:
        table.drop_column("version_tag")
        table.drop_column("title")
