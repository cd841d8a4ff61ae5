"""Says as JSON which tables modules make when they are imported: `native_tables.py FOLDER MODULE…`.

The project's own Python runs it, with the project's own libraries: {name: {dialect: text of CREATE TABLE}}.
"""

import gc
import importlib
import json
import sys

DIALECTS = ("postgresql", "sqlite")


def main(folder, *modules):
    sys.path.insert(0, folder)
    for name in modules:
        importlib.import_module(name)

    import sqlalchemy
    from sqlalchemy.schema import CreateTable

    sqlalchemy.orm.configure_mappers()
    tables = {}
    for metadata in [each for each in gc.get_objects() if issubclass(type(each), sqlalchemy.MetaData)]:
        for table in metadata.tables.values():
            if (table.schema or "").rpartition(".")[2].lower() in ("pg_catalog", "information_schema", "sys"):  # SQLAlchemy's own
                continue
            tables[table.fullname] = {name: create(CreateTable(table), name) for name in DIALECTS}
    json.dump({"sqlalchemy": sqlalchemy.__version__, "tables": tables}, sys.stdout)


def create(statement, name):
    dialect = importlib.import_module(f"sqlalchemy.dialects.{name}").dialect
    try:
        return str(statement.compile(dialect=dialect()))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


main(*sys.argv[1:])
