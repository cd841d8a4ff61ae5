"""Compiles the expressions of `drivers.test.ts` with the dialect of each driver, made with the driver's own module.

No database is opened. A driver that is not installed, mysqlclient, has the parameter style that SQLAlchemy knows of it.
"""

import json
import pathlib
import sys

from sqlalchemy.engine import make_url

folder = pathlib.Path(sys.argv[1])
asked = json.loads(sys.argv[2])
sys.path.insert(0, str(folder))
names = {}
exec((folder / "queries.py").read_text(), names)


def dialect_of(url):
    cls = make_url(f"{url}://").get_dialect()
    try:
        return cls(dbapi=cls.import_dbapi())
    except ImportError:
        return cls()


def compiled(url):
    dialect = dialect_of(url)
    return [
        str(eval(query, names).compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
        for query in asked["queries"]
    ]


print(json.dumps({url: compiled(url) for url in asked["urls"]}))
