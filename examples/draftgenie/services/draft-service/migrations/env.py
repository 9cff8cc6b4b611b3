import os

from alembic import context
from sqlalchemy import create_engine

url = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
table = os.environ.get("ALEMBIC_VERSION_TABLE", "alembic_version")
with create_engine(url).connect() as connection:
    context.configure(connection=connection, version_table=table)
    with context.begin_transaction():
        context.run_migrations()
