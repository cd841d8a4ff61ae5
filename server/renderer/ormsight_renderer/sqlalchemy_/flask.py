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
    from flask_sqlalchemy import SQLAlchemy, model, pagination, query, session

    SQLAlchemy.engines = property(_Engines)
    SQLAlchemy._call_for_binds = _call_for_binds

    model._QueryProperty.__get__ = _query_of_model
    prepare = pagination.Pagination._prepare_page_args
    pagination.Pagination._prepare_page_args = staticmethod(_preparing(prepare))
    # What version 2 had at the top of its package.
    for name, value in (
        ("BaseQuery", query.Query), ("Model", model.Model), ("Pagination", pagination.QueryPagination),
        ("DefaultMeta", model.DefaultMeta), ("SignallingSession", session.Session),
    ):  # fmt: skip
        REPLACED["flask_sqlalchemy", name] = value


class _Engines(dict):
    """By bind: a project has configured whatever it names."""

    def __init__(self, db):
        super().__init__({key: chosen().targets.engine for key in db.metadatas})

    def __missing__(self, key):
        return chosen().targets.engine


def _call_for_binds(db, bind_key, op_name):
    """`db.create_all()`; of a bind that no model names there are no tables."""
    for key in list(db.metadatas) if bind_key == "__all__" else _as_list(bind_key):
        if key in db.metadatas:
            getattr(db.metadatas[key], op_name)(bind=db.engines[key])


def _execute_for_all_tables(db, app, bind, operation, skip_tables=False):
    """The same of version 2, where all tables are in one metadata and say themselves which bind they are of."""
    tables = db.metadata.tables.values()
    binds = dict.fromkeys([None, *(table.info.get("bind_key") for table in tables)]) if bind == "__all__" else _as_list(bind)
    for each in binds:
        those = {} if skip_tables else {"tables": [table for table in tables if table.info.get("bind_key") == each]}
        getattr(db.metadata, operation)(bind=chosen().targets.engine, **those)


def _as_list(bind):
    return [bind] if bind is None or isinstance(bind, str) else bind


def _adapt_version_2(package):
    package.SQLAlchemy._execute_for_all_tables = _execute_for_all_tables
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
