"""The field's nouns: inquiries, consents, teams, meetings and the one plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("citizen_key", KEY, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("giver", sa.String(length=40), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("purposes", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("excluded", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("given_at", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_citizen_key"), "consent", ["citizen_key"], unique=False)
    op.create_table(
        "goal_stand",
        sa.Column("goal_key", KEY, autoincrement=False, nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("target_date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("goal_key", name=op.f("pk_goal_stand")),
    )
    op.create_table(
        "inquiry",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("citizen_key", KEY, nullable=True),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("received_at", sa.String(27), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("sender_name", sa.String(length=200), nullable=False),
        sa.Column("sender_relation", sa.String(length=40), nullable=False),
        sa.Column("sender_contact", sa.String(length=254), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("concern", sa.Boolean(), nullable=False),
        sa.Column("callback_wanted", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("responsible", sa.String(length=100), nullable=True),
        sa.Column("first_contact_due", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inquiry")),
    )
    op.create_index(op.f("ix_inquiry_citizen_key"), "inquiry", ["citizen_key"], unique=False)
    op.create_index(op.f("ix_inquiry_course_key"), "inquiry", ["course_key"], unique=False)
    op.create_index(
        op.f("ix_inquiry_status_received_at"), "inquiry", ["status", "received_at"], unique=False
    )
    op.create_table(
        "meeting",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("citizen_key", KEY, nullable=True),
        sa.Column("starts_at", sa.String(27), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("convened_by", sa.String(length=100), nullable=False),
        sa.Column("attended", sa.Text(), nullable=False),
        sa.Column("citizen_present", sa.Boolean(), nullable=True),
        sa.Column("resources", sa.Text(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("disagreements", sa.Text(), nullable=False),
        sa.Column("citizen_said", sa.Text(), nullable=False),
        sa.Column("next_meeting", sa.String(27), nullable=True),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meeting")),
    )
    op.create_index(op.f("ix_meeting_citizen_key"), "meeting", ["citizen_key"], unique=False)
    op.create_index(
        op.f("ix_meeting_course_key_starts_at"),
        "meeting",
        ["course_key", "starts_at"],
        unique=False,
    )
    op.create_table(
        "plan",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("citizen_key", KEY, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_plan")),
        sa.UniqueConstraint("citizen_key", name=op.f("uq_plan_citizen_key")),
    )
    op.create_table(
        "team_post",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("citizen_key", KEY, nullable=True),
        sa.Column("post", sa.String(length=20), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("area", sa.String(length=60), nullable=False),
        sa.Column("party_kind", sa.String(length=20), nullable=False),
        sa.Column("access_until", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.String(27), nullable=False),
        sa.Column("valid_to", sa.String(27), nullable=True),
        sa.Column("handover_note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_team_post")),
    )
    op.create_index(op.f("ix_team_post_citizen_key"), "team_post", ["citizen_key"], unique=False)
    op.create_index(
        op.f("ix_team_post_course_key_valid_to"),
        "team_post",
        ["course_key", "valid_to"],
        unique=False,
    )
    op.create_index(
        op.f("ix_team_post_username_valid_to"), "team_post", ["username", "valid_to"], unique=False
    )
    op.create_table(
        "concern",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("inquiry_key", KEY, nullable=False),
        sa.Column("citizen_key", KEY, nullable=True),
        sa.Column("responsible", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.Column("due", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(
            ["inquiry_key"], ["inquiry.key"], name=op.f("fk_concern_inquiry_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_concern")),
    )
    op.create_index(
        op.f("ix_concern_citizen_key_status"), "concern", ["citizen_key", "status"], unique=False
    )
    op.create_index(op.f("ix_concern_status_due"), "concern", ["status", "due"], unique=False)
    op.create_table(
        "consent_end",
        sa.Column("consent_key", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_key"], ["consent.key"], name=op.f("fk_consent_end_consent_key")
        ),
        sa.PrimaryKeyConstraint("consent_key", name=op.f("pk_consent_end")),
    )
    op.create_table(
        "goal_review",
        sa.Column("goal_key", KEY, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan_key", KEY, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("citizen_view", sa.Text(), nullable=False),
        sa.Column("professional_view", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("new_target_date", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["plan_key"], ["plan.key"], name=op.f("fk_goal_review_plan_key")),
        sa.PrimaryKeyConstraint("goal_key", "seq", name=op.f("pk_goal_review")),
    )
    op.create_index(op.f("ix_goal_review_plan_key"), "goal_review", ["plan_key"], unique=False)
    op.create_table(
        "inquiry_event",
        sa.Column("inquiry_key", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inquiry_key"], ["inquiry.key"], name=op.f("fk_inquiry_event_inquiry_key")
        ),
        sa.PrimaryKeyConstraint("inquiry_key", "seq", name=op.f("pk_inquiry_event")),
    )
    op.create_table(
        "meeting_agreement",
        sa.Column("meeting_key", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_key"], ["meeting.key"], name=op.f("fk_meeting_agreement_meeting_key")
        ),
        sa.PrimaryKeyConstraint("meeting_key", "seq", name=op.f("pk_meeting_agreement")),
    )
    op.create_table(
        "meeting_participant",
        sa.Column("meeting_key", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("party_kind", sa.String(length=20), nullable=False),
        sa.Column("external", sa.Boolean(), nullable=False),
        sa.Column("consent_key", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_key"], ["meeting.key"], name=op.f("fk_meeting_participant_meeting_key")
        ),
        sa.PrimaryKeyConstraint("meeting_key", "seq", name=op.f("pk_meeting_participant")),
    )
    op.create_table(
        "plan_approval",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("plan_key", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("approved", sa.String(length=10), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["plan_key"], ["plan.key"], name=op.f("fk_plan_approval_plan_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_plan_approval")),
    )
    op.create_index(
        op.f("ix_plan_approval_plan_key_version"),
        "plan_approval",
        ["plan_key", "version"],
        unique=False,
    )
    op.create_table(
        "plan_goal",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan_key", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("citizen_words", sa.Text(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("goal_type", sa.String(length=40), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("target_date", sa.Date(), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("legal_basis", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["plan_key"], ["plan.key"], name=op.f("fk_plan_goal_plan_key")),
        sa.PrimaryKeyConstraint("key", "version", name=op.f("pk_plan_goal")),
    )
    op.create_index(
        op.f("ix_plan_goal_plan_key_version"), "plan_goal", ["plan_key", "version"], unique=False
    )
    op.create_table(
        "plan_intervention",
        sa.Column("plan_key", KEY, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("intervention_type", sa.String(length=60), nullable=False),
        sa.Column("provider", sa.String(length=200), nullable=False),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("hours_per_week", sa.Text(), nullable=True),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_key"], ["plan.key"], name=op.f("fk_plan_intervention_plan_key")
        ),
        sa.PrimaryKeyConstraint("plan_key", "version", "seq", name=op.f("pk_plan_intervention")),
    )
    op.create_table(
        "plan_version",
        sa.Column("plan_key", KEY, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("dreams", sa.Text(), nullable=False),
        sa.Column("wishes_education_job", sa.Text(), nullable=False),
        sa.Column("strengths", sa.Text(), nullable=False),
        sa.Column("worries", sa.Text(), nullable=False),
        sa.Column("existing_plans", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.String(27), nullable=False),
        sa.Column("drafted_by", sa.String(length=100), nullable=False),
        sa.Column("adopted_at", sa.String(27), nullable=True),
        sa.Column("retired_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["plan_key"], ["plan.key"], name=op.f("fk_plan_version_plan_key")),
        sa.PrimaryKeyConstraint("plan_key", "version", name=op.f("pk_plan_version")),
    )
    op.create_index(
        op.f("ix_plan_version_plan_key_status"),
        "plan_version",
        ["plan_key", "status"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("plan_version")
    op.drop_table("plan_intervention")
    op.drop_table("plan_goal")
    op.drop_table("plan_approval")
    op.drop_table("meeting_participant")
    op.drop_table("meeting_agreement")
    op.drop_table("inquiry_event")
    op.drop_table("goal_review")
    op.drop_table("consent_end")
    op.drop_table("concern")
    op.drop_table("team_post")
    op.drop_table("plan")
    op.drop_table("meeting")
    op.drop_table("inquiry")
    op.drop_table("goal_stand")
    op.drop_table("consent")
