"""The organisation's units, and the unit of each course: until now a course's was its coordinator's of today."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

BY_COORDINATOR = """
INSERT INTO course_unit (course_key, valid_from, unit, valid_to, assumed)
SELECT team_post.course_key, team_post.valid_from, person.unit, MAX(team_post.valid_to), :yes
FROM team_post JOIN person ON person.username = team_post.username
WHERE team_post.post = 'coordinator' AND person.unit <> ''
  AND (team_post.valid_to IS NULL OR team_post.valid_to > team_post.valid_from)
GROUP BY team_post.course_key, team_post.valid_from, person.unit
"""
BY_STARTER = """
INSERT INTO course_unit (course_key, valid_from, unit, valid_to, assumed)
SELECT course.key, course.started_at, person.unit, MIN(course_unit.valid_from), :yes
FROM course JOIN person ON person.username = course.started_by
LEFT JOIN course_unit ON course_unit.course_key = course.key
WHERE person.unit <> ''
GROUP BY course.key, course.started_at, person.unit
HAVING MIN(course_unit.valid_from) IS NULL OR MIN(course_unit.valid_from) > course.started_at
"""


def upgrade() -> None:
    op.create_table(
        "unit",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("parent", sa.String(100), nullable=True),
        sa.Column("uuid", sa.String(36), nullable=True),
        sa.Column("parent_since", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_unit_uuid")),
    )
    op.create_index(op.f("ix_unit_parent"), "unit", ["parent"])
    op.create_table(
        "course_unit",
        sa.Column("course_key", KEY, autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.String(27), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("valid_to", sa.String(27), nullable=True),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("course_key", "valid_from", name=op.f("pk_course_unit")),
    )
    op.create_index(op.f("ix_course_unit_unit_valid_to"), "course_unit", ["unit", "valid_to"])
    for fill in (BY_COORDINATOR, BY_STARTER):
        op.execute(sa.text(fill).bindparams(yes=True))


def downgrade() -> None:
    op.drop_table("course_unit")
    op.drop_table("unit")
