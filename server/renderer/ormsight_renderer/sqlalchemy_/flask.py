"""Flask-SQLAlchemy without an application: its models and queries are its own, its session is the recording one.

https://flask-sqlalchemy.readthedocs.io/en/3.1.x/contexts/
"""

from sqlalchemy.orm import Session

from ..imports import ADAPTED
from ..library import chosen


def install():
    ADAPTED["flask_sqlalchemy"] = _adapt


def _adapt():
    from flask_sqlalchemy import SQLAlchemy, model

    original = SQLAlchemy.__init__

    def __init__(self, app=None, **keywords):
        original(self, None, **keywords)

    SQLAlchemy.__init__ = __init__
    SQLAlchemy.init_app = lambda self, app: None
    # `db.session` is a scoped session, which gives the real one when it is called.
    Session.__call__ = lambda self, **keywords: self
    SQLAlchemy.session = property(lambda self: chosen().session, lambda self, value: None)
    SQLAlchemy.engine = property(lambda self: chosen().targets.engine)
    model._QueryProperty.__get__ = _query_of_model


def _query_of_model(_, __, cls):
    return cls.query_class(cls, session=chosen().session)
