/** What is asked for by its key may be held already, and what is found may be of a subclass. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

const models = `
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Account(Base):
    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[int]

class City(Base):
    __tablename__ = "cities"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "city"}

class Capital(City):
    __tablename__ = "capitals"
    id: Mapped[int] = mapped_column(ForeignKey("cities.id"), primary_key=True)
    country: Mapped[str]
    __mapper_args__ = {"polymorphic_identity": "capital"}

class Village(City):
    __mapper_args__ = {"polymorphic_identity": "village"}

`;

async function sent(...lines: readonly string[]): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(models + lines.map((line, index) => (index ? '    ' : '') + line).join('\n'));
  const first = (view?.statements ?? []).map(({ when, sql }) => `${when} | ${sql.split(/\s/, 1)[0]}`);
  return [view?.reason, ...first, ...(view?.sendsNothingWhen ?? [])];
}

test.each(['session.get(Account, to)', 'session.merge(Account(id=to, total=3))'])('%s', async (asked) => {
  const found = await sent(
    'def move(session: Session, source: int, to: int):',
    'held = session.get(Account, source)',
    asked,
  );
  expect(found).toEqual([null, 'held.id != to | SELECT', 'held.id == to']);
});

test('an object of another model is none of them', async () => {
  const found = await sent(
    'def move(session: Session, source: int, to: int):',
    'held = session.get(City, source)',
    'session.get(Account, to)',
  );
  expect(found).toEqual([null, 'null | SELECT']);
});

test.each([
  ['city = session.get(City, key)', 'Whether `city` is a `Capital`.'],
  ['city = session.get(Capital, key)', null],
  ['city = session.get(Village, key)', null],
])('%s; session.delete(city)', async (found, reason) => {
  const [said] = await sent(
    'def remove(session: Session, key: int):',
    found,
    'session.delete(city)',
    'session.commit()',
  );
  expect(said).toBe(reason);
});

test('what is changed is in the same table', async () => {
  const found = await sent('def rename(session: Session, city: City):', 'city.name = "x"', 'session.commit()');
  expect(found).toEqual([null, 'null | BEGIN', 'null | UPDATE', 'null | COMMIT']);
});

test('what comes along with what is deleted along may be none', async () => {
  const view = await asking.viewAtEnd(`
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    orders: Mapped[list["Order"]] = relationship(cascade="all, delete-orphan")

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    lines: Mapped[list["Line"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))

def remove(session: Session, customer: Customer):
    session.delete(customer)
    session.flush()
`);
  const deleted: Record<string, string[]> = {};
  for (const { when, sql } of view?.statements ?? [])
    if (sql.startsWith('DELETE')) (deleted[when ?? ''] ??= []).push(sql.split(' ')[2]!);
  expect(view?.status).toBe('exact');
  expect(deleted).toEqual({
    'customer.orders and Order.lines': ['lines', 'orders', 'customers'],
    'customer.orders and not (Order.lines)': ['orders', 'customers'],
    'not (customer.orders)': ['customers'],
  });
});
