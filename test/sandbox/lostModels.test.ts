/** Models of which something cannot be had, or not yet: what stands for it may be a column as well as a value. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

const imports = `
from sqlalchemy import Column, ForeignKey, Integer, String, Table, case, func, select
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.orm import Session, declarative_base, relationship

Base = declarative_base()

`;

const unmappable = `${imports}
class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    views = Column(Integer)
    __mapper_args__ = {"polymorphic_on": "kind"}


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    rank = Column(Integer)

`;

test.each([
  'select(case((Post.views > 1000, "hot"), else_="cold"))',
  'select(User.id).where(User.rank == Post.views)',
  'select(User.id).where(User.rank == -Post.views)',
])('%s is not exact without the model', async (expression) => {
  const view = await asking.viewAtEnd(`${unmappable}${expression}\n`);
  expect(view?.status).toBe('partial');
  expect(view?.reason).toMatch(/^What `.*` is: ArgumentError: /);
});

test('a function of another model that sends queries does not keep a model from being made', async () => {
  const view = await asking.viewAtEnd(`${imports}
post_tags = Table(
    "post_tags",
    Base.metadata,
    Column("post_id", ForeignKey("posts.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class Tag(Base):
    __tablename__ = "tags"
    id = Column(Integer, primary_key=True)
    name = Column(String(30))

    @classmethod
    def named(cls, name):
        with Session(engine) as session:
            return session.scalars(select(cls).where(cls.name == name)).one()


class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    tags = relationship("Tag", secondary=post_tags)
    tag_names = association_proxy("tags", "name", creator=Tag.named)


select(Post.id).where(Post.tag_names == "new")
`);
  expect(view?.reason).toBeNull();
  expect(view?.statements[0]?.sql).toMatch(/^SELECT posts.id .*WHERE EXISTS/s);
});

test('an annotation may name a class further down, without quotes', async () => {
  const view = await asking.viewAtEnd(`
from sqlmodel import Field, Relationship, Session, SQLModel, select

class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    items: list[Item] = Relationship(back_populates="owner")

class Item(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    owner_id: int | None = Field(default=None, foreign_key="user.id")
    owner: User | None = Relationship(back_populates="items")

def find(session: Session):
    session.exec(select(Item).join(User))`);
  expect(view?.reason).toBeNull();
  expect(view?.statements[0]?.sql).toMatch(/JOIN "user" ON/);
});

const shop = `${imports}
class Shop(Base):
    __tablename__ = "shops"
    id = Column(Integer, primary_key=True)
    desks = relationship("Desk")
    staff = relationship("Clerk")
    shelves = relationship("Shelf")
    doors = relationship("Door")

${['Desk', 'Clerk', 'Shelf', 'Door']
  .map(
    (name) => `
class ${name}(Base):
    __tablename__ = "${name.toLowerCase()}"
    id = Column(Integer, primary_key=True)
    shop_id = Column(ForeignKey("shops.id"))
`,
  )
  .join('\n')}

def close(session: Session):
    shop = session.get(Shop, 1)
    session.delete(shop)
    session.commit()`;

test('of more collections than can be shown, a deletion says that the rest is not known', async () => {
  const view = await asking.viewAtEnd(shop);
  expect(view?.status).toBe('partial');
  expect(view?.reason).toMatch(/^Whether there are rows in `shop\.\w+`\.$/);
  expect(new Set(view?.statements.map(({ when }) => when)).size).toBe(8);
});
