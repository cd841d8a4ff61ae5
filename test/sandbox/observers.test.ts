/** Methods that SQLAlchemy-Utils calls when objects are written: https://sqlalchemy-utils.readthedocs.io/en/latest/listeners.html#observers */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

const models = `
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy_utils import observes

class Base(DeclarativeBase):
    pass

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]
    total: Mapped[int]
    lines: Mapped[list["Line"]] = relationship(back_populates="order")

    @observes("lines")
    def add_up(self, lines):
        self.total = sum(line.price for line in lines)

class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    order: Mapped[Order] = relationship(back_populates="lines")

class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]

def change(session: Session, order: Order, line: Line, note: Note):
`;

test.each([
  ['order.note = "x"', 'What `add_up` of `Order` does when a session writes.'],
  ['session.delete(order)', 'What `add_up` of `Order` does when a session writes.'],
  ['line.price = 3', 'What `add_up` of `Order` does when a session writes.'],
  ['note.text = "x"', null],
])('%s', async (changed, reason) => {
  const view = await asking.viewAtEnd(`${models}    ${changed}\n    session.commit()\n`);
  expect(view?.statements.length).toBeGreaterThan(1);
  expect(view?.reason).toBe(reason);
});
