/** Values that SQLAlchemy and Flask-SQLAlchemy make, by the names that `external` values have. */

/** What `MetaData()` gives. */
export const METADATA = 'sqlalchemy.MetaData()';
/** What `Table("users", metadata, …)` gives. */
export const TABLE = 'sqlalchemy.Table()';
/** What `SQLAlchemy(app)` of Flask-SQLAlchemy gives. */
export const FLASK_EXTENSION = 'flask_sqlalchemy.SQLAlchemy()';
/** What tables are gathered in as they are made: a metadata, or what has one. */
export const GATHERS_TABLES =
  /^(?:sqlalchemy\.(?:[\w.]*\.)?(?:MetaData|declarative_base|automap_base|registry|generate_base)|flask_sqlalchemy\.SQLAlchemy)\(\)(?:\.generate_base\(\))?$/;
