"""Flask-SQLAlchemy without an application: its models and queries are its own, its session is the recording one.

https://flask-sqlalchemy.readthedocs.io/en/3.1.x/contexts/
"""

from sqlalchemy.orm import Session

from ..holes import is_hole, scalar
from ..imports import ADAPTED, REPLACED
from ..library import chosen


def install():
    ADAPTED["flask_sqlalchemy"] = _adapt


def _adapt():
    from flask_sqlalchemy import SQLAlchemy, model, pagination, query, session

    original = SQLAlchemy.__init__

    def __init__(self, app=None, *arguments, use_native_unicode=None, **keywords):
        original(self, None, **keywords)

    SQLAlchemy.__init__ = __init__
    SQLAlchemy.init_app = lambda self, app: None
    # `db.session` is a scoped session, which gives the real one when it is called.
    Session.__call__ = lambda self, **keywords: self
    SQLAlchemy.session = property(lambda self: chosen().session, lambda self, value: None)
    SQLAlchemy.engine = property(lambda self: chosen().targets.engine)
    model._QueryProperty.__get__ = _query_of_model
    _paging_unknown(pagination.Pagination)
    # What version 2 had at the top of its package.
    for name, value in (
        ("BaseQuery", query.Query), ("Model", model.Model), ("Pagination", pagination.QueryPagination),
        ("DefaultMeta", model.DefaultMeta), ("SignallingSession", session.Session),
    ):  # fmt: skip
        REPLACED["flask_sqlalchemy", name] = value


def _paging_unknown(pagination):
    """`paginate(page=page)`: an unknown page is one that there is; where none is given, it comes with the request."""
    original = pagination._prepare_page_args

    def prepare(*, page=None, per_page=None, max_per_page=None, error_out=True):
        if page is None:
            page = scalar('int(request.args.get("page", 1))', "int")
        if per_page is None:
            per_page = scalar('int(request.args.get("per_page", 20))', "int")
        given = {"page": 1 if is_hole(page) else page, "per_page": 1 if is_hole(per_page) else per_page}
        known = original(**given, max_per_page=max_per_page, error_out=error_out)
        if is_hole(per_page) and max_per_page is not None:
            per_page = scalar(f"min({per_page.text}, {max_per_page})", "int")
        return page if is_hole(page) else known[0], per_page if is_hole(per_page) else known[1]

    pagination._prepare_page_args = staticmethod(prepare)


def _query_of_model(_, __, cls):
    return cls.query_class(cls, session=chosen().session)
