/** What is compared with a list that rows gave has as many parameters as there are rows. */
import { expect, test } from 'vitest';
import type { QueryView } from '../../server/src/ide/views.ts';
import { useAsking, valueOf } from './engine.ts';

const asking = useAsking();

const django = `
from django.db import models

class Order(models.Model):
    paid = models.BooleanField(default=False)

class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)

def lines(given: Order, known: list[int], unknown):
`;

/** Behind its condition what each statement has for which list, then when nothing is sent. */
function listsOf(view: QueryView | null): readonly string[] {
  const statements = view?.statements.map(({ when, params, lists }) => {
    const shown = lists?.map((list) => {
      const values = params.slice(...list.params).map(valueOf);
      return `${values.join()} for each ${'of' in list ? `of ${list.of}` : list.loop}`;
    });
    return `${when}: ${shown?.join() ?? 'as it is'}`;
  });
  return [...(statements ?? []), ...(view?.sendsNothingWhen.map((when) => `${when}: nothing`) ?? [])];
}

test.each([
  [
    'ids = [order.id for order in Order.objects.all()]',
    'ids',
    ['ids: order.id for each order in Order.objects.all()', 'not (ids): nothing'],
  ],
  [
    'orders = list(Order.objects.filter(paid=True))',
    'orders',
    ['orders: Order.id for each of orders', 'not (orders): nothing'],
  ],
  [
    'ids = Order.objects.values_list("id", flat=True)',
    'list(ids)',
    ['list(ids): as it is', 'list(ids): Order.id for each of list(ids)', 'not (list(ids)): as it is'],
  ],
  ['ids = Order.objects.values_list("id", flat=True)', 'ids', ['null: as it is']],
  ['order = Order.objects.get(paid=True)', '[order.id]', ['null: as it is']],
  ['pass', '[given.id]', ['null: as it is']],
  ['pass', 'known', ['known: known[0],known[1] for each of known', 'not (known): nothing']],
])('%s, order__in=%s in Django', async (before, list, lists) => {
  const view = await asking.viewAtEnd(
    `${django}    ${before}\n    Line.objects.filter(order__in=${list}).count()`,
    'shop/models.py',
  );
  expect(view?.reason).toBeNull();
  expect(listsOf(view)).toEqual(lists);
});

test('what may be a subquery is no list', async () => {
  const view = await asking.viewAtEnd(`${django}    Line.objects.filter(order__in=unknown).count()`, 'shop/models.py');
  expect(view?.reason).toBe('How many values `unknown` has.');
});

test.each([
  ['request.json["ids"]', true],
  ['schema.load(request.json)["ids"]', true],
  ['schema.load(unknown)["ids"]', false],
])('what is read from outside is a list of values: %s', async (ids, isKnown) => {
  const body = `\ndef of(request, schema, unknown):\n    return Line.objects.filter(order__in=${ids}).count()`;
  const view = await asking.viewAtEnd(`${django}    pass\n${body}`, 'shop/models.py');
  expect(view?.reason).toBe(isKnown ? null : `How many values \`${ids}\` has.`);
});

test('each pass of a loop asks for one', async () => {
  const body = '    for order in Order.objects.all():\n        Line.objects.filter(order__in=[order.id]).count()';
  const view = await asking.viewAtEnd(`${django}${body}`, 'shop/models.py');
  expect([view?.reason, ...listsOf(view)]).toEqual([null, 'null: as it is']);
});

test('a list of which one row is left out', async () => {
  const body =
    '    ids = [order.id for order in Order.objects.all()][1:]\n    Line.objects.filter(order__in=ids).count()';
  expect((await asking.viewAtEnd(`${django}${body}`, 'shop/models.py'))?.status).not.toBe('exact');
});

test('rows of which some are put into the list', async () => {
  const body = `    ids = []
    for order in Order.objects.all():
        if order.paid:
            ids.append(order.id)
    Line.objects.filter(order__in=ids).count()`;
  const view = await asking.viewAtEnd(`${django}${body}`, 'shop/models.py');
  expect(view?.reason).toBeNull();
  expect(listsOf(view)).toContain('order.paid and ids: order.id for each order in Order.objects.all()');
  expect(view?.sendsNothingWhen).toContain('not (order.paid)');
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

def orders(session: Session, given: Order, request, shop, text: str, known: list[int]):
`;

test.each([
  [
    'ids = [order.id for order in session.scalars(select(Order))]',
    'ids',
    ['ids: order.id for each order in session.scalars(select(Order))', 'not (ids): as it is'],
  ],
  ['ids = session.scalars(select(Order.id)).all()', 'ids', ['ids: Order.id for each of ids', 'not (ids): as it is']],
  ['order = session.scalars(select(Order)).one()', '[order.id]', ['null: as it is']],
  ['pass', '[given.id]', ['null: as it is']],
  ['pass', 'select(Order.id)', ['null: as it is']],
])('%s, in_(%s) in SQLAlchemy', async (before, list, lists) => {
  const sent = `session.scalars(select(Order.paid).where(Order.id.in_(${list})))`;
  const view = await asking.viewAtEnd(`${sqlalchemy}    ${before}\n    ${sent}`);
  expect(view?.reason).toBeNull();
  expect(listsOf(view)).toEqual(lists);
});

test.each([
  [
    'the elements of something unknown',
    'ids = [order.id for order in shop.orders]',
    'order.id',
    'order in shop.orders',
  ],
  ['the words of a text', 'ids = text.split(",")', 'ids', 'text.split(",")'],
  ['what a request brings', 'ids = request.form.getlist("ids")', 'ids', 'request.form.getlist("ids")'],
  ['JSON', 'ids = request.get_json()["ids"]', 'ids', 'request.get_json()["ids"]'],
])('values of a list: %s', async (_, before, value, of) => {
  const body = `    ${before}\n    session.scalars(select(Order.paid).where(Order.id.in_(ids)))`;
  const view = await asking.viewAtEnd(`${sqlalchemy}${body}`);
  const shown = value === 'ids' ? `${of}[0],${of}[1]` : value;
  const when = value === 'ids' ? of : 'ids';
  expect([view?.reason, ...listsOf(view)]).toEqual([
    null,
    `${when}: ${shown} for each ${value === 'ids' ? `of ${of}` : of}`,
    `not (${when}): as it is`,
  ]);
});

test('a loop that goes on without says nothing of what comes behind it', async () => {
  const before = 'for each in shop.orders:\n        if not known:\n            continue\n        print(each)';
  const body = `    ${before}\n    session.scalars(select(Order.paid).where(Order.id.in_(known)))`;
  const view = await asking.viewAtEnd(`${sqlalchemy}${body}`);
  expect(view?.statements.map(({ when }) => when)).toEqual(['known', 'not (known)']);
});

test('among more variants than are shown', async () => {
  const flags = ['a', 'b', 'c', 'd'].map(
    (name) => `    if shop.${name}: query = query.where(Order.id > shop.${name})\n`,
  );
  const body = `    ids = [each.id for each in shop.orders]
    query = select(Order.paid).where(Order.id.in_(ids))
${flags.join('')}    session.scalars(query)`;
  const view = await asking.viewAtEnd(`${sqlalchemy}${body}`);
  expect(view?.reason).toBeNull();
  // Five conditions, and the first eight variants are shown.
  expect(view?.moreVariants).toBe(2 ** 5 - 8);
  expect(listsOf(view)[0]).toMatch(/ and ids: each\.id for each each in shop\.orders$/);
});

test.each([
  ['if not known:\n        return', 'known'],
  ['ids = [each + 1 for each in known]\n    if not ids:\n        raise ValueError', 'ids'],
])('where the program has left, a list is not empty: %s', async (before, list) => {
  const body = `    ${before}\n    session.scalars(select(Order.paid).where(Order.id.in_(${list})))`;
  const view = await asking.viewAtEnd(`${sqlalchemy}${body}`);
  expect(view?.reason).toBeNull();
  expect(view?.statements.map(({ when, lists }) => [when, lists?.length])).toEqual([[null, 1]]);
});
