"""Tables, connections and statements, without the ORM, from the top to the bottom of a file."""

from sqlalchemy import (
    Column, ForeignKey, Integer, MetaData, String, Table, bindparam, create_engine, func, insert, select, text,
)  # fmt: skip

engine = create_engine("sqlite+pysqlite:///:memory:")
metadata = MetaData()
authors = Table(
    "authors",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(50), nullable=False),
)
books = Table(
    "books",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(100), index=True),
    Column("pages", Integer, index=True),
    Column("author_id", ForeignKey("authors.id"), nullable=False),
)
metadata.create_all(engine)

with engine.connect() as connection:
    connection.execute(text("CREATE TABLE points (x int, y int)"))
    connection.execute(text("INSERT INTO points (x, y) VALUES (:x, :y)"), [{"x": 1, "y": 1}, {"x": 2, "y": 4}])
    connection.commit()

with engine.begin() as connection:
    connection.execute(insert(authors).values(name="Ada"))
    connection.execute(insert(authors), [{"name": "Grace"}, {"name": "Edith"}])
    connection.execute(
        books.insert(),
        [
            {"title": "Notes", "pages": 40, "author_id": 1},
            {"title": "Compilers", "pages": 300, "author_id": 2},
        ],
    )

statement = select(books.c.title, authors.c.name).join(authors).where(books.c.pages > 100)
with engine.connect() as connection:
    for title, name in connection.execute(statement):
        print(title, name)
    counted = select(authors.c.name, func.count(books.c.id).label("number")).join(books, isouter=True)
    counted = counted.group_by(authors.c.name).order_by(authors.c.name)
    for row in connection.execute(counted):
        print(row.name, row.number)
    largest = select(func.max(books.c.pages)).scalar_subquery()
    print(connection.execute(select(books.c.title).where(books.c.pages == largest)).scalar_one())

with engine.begin() as connection:
    connection.execute(books.update().where(books.c.title == "Notes").values(pages=books.c.pages + 1))
    connection.execute(books.delete().where(books.c.pages < 10))

rename = authors.update().where(authors.c.name == bindparam("old")).values(name=bindparam("new"))
with engine.begin() as connection:
    connection.execute(rename, {"old": "Ada", "new": "Ada L."})
