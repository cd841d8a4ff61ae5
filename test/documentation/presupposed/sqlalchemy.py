"""What the pages on relationships and on expressions ask for."""

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")
session = Session(engine)
connection = conn = engine.connect()
