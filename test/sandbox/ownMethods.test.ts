/** What a method of a model changes of the object itself before it is written. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

async function sent(body: string, path?: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(body, path);
  return [view?.reason, ...(view?.statements ?? []).flatMap(({ sql, params }) => [sql, params])];
}

test('a value and an expression, in Django', async () => {
  const [reason, sql, parameters] = await sent(
    `
from django.db import models
from django.db.models import F

class Counter(models.Model):
    name = models.CharField(max_length=20)
    hits = models.IntegerField(default=0)

    def hit(self):
        self.name = "x"
        self.hits = F("hits") + 1
        self.save(update_fields=["name", "hits"])`,
    'blog/models.py',
  );
  expect(reason).toBeNull();
  expect(sql).toBe(
    'UPDATE "blog_counter" SET "name" = %s, "hits" = ("blog_counter"."hits" + %s) WHERE "blog_counter"."id" = %s',
  );
  expect(parameters).toMatchObject([{ value: 'x' }, { value: 1 }, { hole: 'self.id' }]);
});

test('a value, in SQLAlchemy', async () => {
  const [reason, , , update] = await sent(`
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Counter(Base):
    __tablename__ = "counters"
    id: Mapped[int] = mapped_column(primary_key=True)
    hits: Mapped[int]

    def hit(self, session: Session):
        self.hits = Counter.hits + 1
        session.commit()`);
  expect(reason).toBeNull();
  expect(update).toMatch(/^UPDATE counters SET hits=\(counters.hits \+ \S+\) WHERE/);
});

const order = `
from django.db import models

class Order(models.Model):
    title = models.CharField(max_length=20)
    is_paid = models.BooleanField(default=False)

    def pay(self):
        if self.is_paid:
            return False
        self.is_paid = True
        self.save(update_fields=["is_paid"])
        return True

    def label(self):
        return self.title.upper()

    @property
    def has_newer(self):
        return Order.objects.filter(pk__gt=self.pk).exists()

def use(key):
    order = Order.objects.get(pk=key)
`;

test('a method that sends something in one case', async () => {
  const view = await asking.viewAtEnd(`${order}    order.pay()`, 'shop/models.py');
  expect(view?.reason).toBeNull();
  expect(view?.sendsNothingWhen).toEqual(['order.is_paid']);
  expect(view?.statements).toMatchObject([
    { when: 'not (order.is_paid)', sql: 'UPDATE "shop_order" SET "is_paid" = %s WHERE "shop_order"."id" = %s' },
  ]);
});

test('a method that sends nothing is worth no word', async () => {
  expect(await asking.viewAtEnd(`${order}    order.label()`, 'shop/models.py')).toBeNull();
});

test('a property, where it is read', async () => {
  const [reason, sql] = await sent(`${order}    return order.has_newer`, 'shop/models.py');
  expect(reason).toBeNull();
  expect(sql).toBe('SELECT %s AS "a" FROM "shop_order" WHERE "shop_order"."id" > %s LIMIT 1');
});

test.each(['super()', 'super(Post, self)'])('what %s changes, below it', async (base) => {
  const statements = await sent(`
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Hideable:
    hidden: Mapped[bool] = mapped_column(default=False)

    def hide(self):
        self.hidden = True

class Post(Hideable, Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)

    def hide(self, session: Session):
        ${base}.hide()
        session.commit()`);
  expect(statements).toMatchObject([
    null,
    'BEGIN',
    [],
    'UPDATE posts SET hidden=%(hidden)s WHERE posts.id = %(posts_id)s',
    [{ value: true }, { hole: 'self.id' }],
    'COMMIT',
    [],
  ]);
});
