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
