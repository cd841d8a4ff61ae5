/** What is compared with a list that rows gave has as many parameters as there are rows. */
import { expect, test } from 'vitest';
import { useAsking, valueOf } from './engine.ts';

const asking = useAsking();

const django = `
from django.db import models

class Order(models.Model):
    paid = models.BooleanField(default=False)

class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)

def lines(given: Order):
`;

test.each([
  [
    'ids = [order.id for order in Order.objects.all()]',
    'ids',
    'How often the loop over `Order.objects.all()` runs; how many values `ids` has.',
  ],
  ['orders = list(Order.objects.filter(paid=True))', 'orders', 'How many values `orders` has.'],
  ['ids = Order.objects.values_list("id", flat=True)', 'list(ids)', 'How many values `list(ids)` has.'],
  ['ids = Order.objects.values_list("id", flat=True)', 'ids', null],
  ['order = Order.objects.get(paid=True)', '[order.id]', null],
  ['pass', '[given.id]', null],
])('%s, order__in=%s in Django', async (before, list, reason) => {
  const view = await asking.viewAtEnd(
    `${django}    ${before}\n    Line.objects.filter(order__in=${list}).count()`,
    'shop/models.py',
  );
  expect(view?.reason).toBe(reason);
  expect(view?.statements.at(-1)?.sql).toMatch(/"order_id" IN \(/);
});

/** The reason, and under which conditions which parameters are sent, of a query that comes last in a function. */
async function sent(body: string): Promise<readonly [string | null, readonly (readonly unknown[])[]]> {
  const view = await asking.viewAtEnd(`${django}    ${body.replaceAll('\n', '\n    ')}`, 'shop/models.py');
  const statements = view?.statements.map(({ when, params }) => [when, ...params.map(valueOf)]);
  return [view?.reason ?? null, statements ?? []];
}

test('there are as many as there are rows', async () => {
  expect(await sent('orders = list(Order.objects.all())\nLine.objects.filter(id=len(orders)).exists()')).toEqual([
    null,
    [[null, 1, 'len(orders)']],
  ]);
});

test('there may be none', async () => {
  const body =
    'orders = list(Order.objects.all())\nlines = Line.objects.all()\nif orders:\n    lines = lines.filter(id=3)';
  expect(await sent(`${body}\nlines.first()`)).toEqual([null, [['orders', 3], ['not (orders)']]]);
});

test.each([
  ['lines = lines.filter(order=order)', 'How often the loop over `Order.objects.filter(paid=True)` runs.'],
  ['total += order.id', 'How often the loop over `Order.objects.filter(paid=True)` runs.'],
  ['order.paid = False', null],
])('a loop goes over all of them: %s', async (inside, reason) => {
  const body = `lines, total = Line.objects.all(), 0\nfor order in Order.objects.filter(paid=True):\n    ${inside}`;
  const [said] = await sent(`${body}\nlines.filter(id=total).first()`);
  expect(said).toBe(reason);
});

const sqlalchemy = `
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    paid: Mapped[bool]

def orders(session: Session, given: Order):
`;

test.each([
  [
    'ids = [order.id for order in session.scalars(select(Order))]',
    'ids',
    'How often the loop over `session.scalars(select(Order))` runs; how many values `ids` has.',
  ],
  ['ids = session.scalars(select(Order.id)).all()', 'ids', 'How many values `ids` has.'],
  ['order = session.scalars(select(Order)).one()', '[order.id]', null],
  ['pass', '[given.id]', null],
  ['pass', 'select(Order.id)', null],
])('%s, in_(%s) in SQLAlchemy', async (before, list, reason) => {
  const sent = `session.scalars(select(Order.paid).where(Order.id.in_(${list})))`;
  const view = await asking.viewAtEnd(`${sqlalchemy}    ${before}\n    ${sent}`);
  expect(view?.reason).toBe(reason);
  expect(view?.statements.at(-1)?.sql).toMatch(/orders.id IN \(/);
});
