"""What the pages on the dialects ask for."""

from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine
from sqlalchemy.orm import Session

metadata = MetaData()
metadata_obj = metadata
my_table = Table(
    "my_table",
    metadata,
    Column("id", String, primary_key=True),
    Column("data", String),
    Column("inserted_at", String),
    Column("author", String),
    Column("updated_at", String),
    Column("user_email", String),
    Column("status", Integer),
)
