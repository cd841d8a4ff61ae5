"""Flask-SQLAlchemy without an application: its models and queries are its own, its session is the recording one.

https://flask-sqlalchemy.readthedocs.io/en/3.1.x/contexts/, https://flask-sqlalchemy.readthedocs.io/en/2.x/contexts/
"""

from sqlalchemy.orm import Session, class_mapper
from sqlalchemy.orm.exc import UnmappedClassError

from ..holes import is_hole, scalar
from ..imports import ADAPTED, REPLACED
from ..library import chosen


def install():
    ADAPTED["flask_sqlalchemy"] = _adapt


def _adapt():
    import flask_sqlalchemy
    from flask_sqlalchemy import SQLAlchemy

    original = SQLAlchemy.__init__

    def __init__(self, app=None, *arguments, use_native_unicode=None, **keywords):
        original(self, None, **keywords)

    SQLAlchemy.__init__ = __init__
    SQLAlchemy.init_app = lambda self, app: None
    # `db.session` is a scoped session, which gives the real one when it is called.
    Session.__call__ = lambda self, **keywords: self
    SQLAlchemy.session = property(_session_of, lambda self, value: None)
    SQLAlchemy.engine = property(lambda self: chosen().targets.engine)
    if "BaseQuery" in vars(flask_sqlalchemy):  # Version 3.0 gives it too, when it is asked.
        _adapt_version_2(flask_sqlalchemy)
    else:
        _adapt_version_3()


def _session_of(db):
    """Its queries are of the class that the extension was given: `db.session.query(User).first_or_404()`."""
    session = chosen().session
    session._query_cls = db.Query
    return session


def _adapt_version_3():
    from flask_sqlalchemy import model, pagination, query, session

    model._QueryProperty.__get__ = _query_of_model
    prepare = pagination.Pagination._prepare_page_args
    pagination.Pagination._prepare_page_args = staticmethod(_preparing(prepare))
    # What version 2 had at the top of its package.
    for name, value in (
        ("BaseQuery", query.Query), ("Model", model.Model), ("Pagination", pagination.QueryPagination),
        ("DefaultMeta", model.DefaultMeta), ("SignallingSession", session.Session),
    ):  # fmt: skip
        REPLACED["flask_sqlalchemy", name] = value


def _adapt_version_2(package):
    package._QueryProperty.__get__ = _query_of_mapped_model
    prepare = _preparing(lambda page, per_page, max_per_page, error_out: (page, min(per_page, max_per_page or per_page)))

    def paginate(self, page=None, per_page=None, error_out=True, max_per_page=None):
        page, per_page = prepare(page=page, per_page=per_page, max_per_page=max_per_page, error_out=error_out)
        items = self.limit(per_page).offset((page - 1) * per_page).all()
        return package.Pagination(self, page, per_page, self.order_by(None).count(), items)

    # The original compares the page with 1.
    package.BaseQuery.paginate = paginate


def _preparing(original):
    """`paginate(page=page)`: an unknown page is one that there is; where none is given, it comes with the request."""

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

    return prepare


def _query_of_model(_, __, cls):
    return cls.query_class(cls, session=chosen().session)


def _query_of_mapped_model(_, __, cls):
    try:
        return cls.query_class(class_mapper(cls), session=chosen().session)
    except UnmappedClassError:
        return None
