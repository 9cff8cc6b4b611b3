"""The first table of the rag service."""
from alembic import op
import sqlalchemy as sa

revision = "0001_rag"
down_revision = None


def upgrade():
    op.create_table("rag_items", sa.Column("id", sa.Text, primary_key=True), sa.Column("body", sa.Text))


def downgrade():
    op.drop_table("rag_items")
