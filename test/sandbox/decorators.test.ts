import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Functions behind decorators that are not at hand, which may do anything to what is called. */

const asking = useAsking();

/** What is said of a query that a decorated function builds, in a project of Django. */
async function reason(decorated: string, call = 'least(3)'): Promise<string | null | undefined> {
  const view = await asking.viewAtEnd(`
from celery import shared_task
from django.contrib.auth.decorators import login_required
from django.db import models
from django.dispatch import receiver
from elsewhere import limited, order_paid, registry

class Order(models.Model):
    total = models.IntegerField()

${decorated}

def find():
    return ${call}.order_by("total")
`);
  expect(view?.statements).toHaveLength(1);
  return view?.reason;
}

const least = 'def least(total):\n    return Order.objects.filter(total__gt=total)';

test.each(['limited', 'limited(5)', 'registry.limited'])('@%s', async (decorator) => {
  expect(await reason(`@${decorator}\n${least}`)).toBe(`What the decorator \`${decorator}\` does to \`least\`.`);
});

test.each(['shared_task', 'shared_task(bind=False)', 'login_required', 'receiver(order_paid)'])(
  '@%s leaves the function as it is',
  async (decorator) => {
    expect(await reason(`@${decorator}\n${least}`)).toBeNull();
  },
);

test('a method', async () => {
  const decorated = `class Orders:\n    @limited\n    def least(self, total):\n        return Order.objects.filter(total__gt=total)`;
  expect(await reason(decorated, 'Orders().least(3)')).toBe('What the decorator `limited` does to `least`.');
});

test('a function that is not called', async () => {
  expect(await reason(`@limited\n${least}`, 'Order.objects.filter(total=2)')).toBeNull();
});

test('SQLAlchemy', async () => {
  const view = await asking.viewAtEnd(`
from elsewhere import limited
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[int]

@limited
def least(total):
    return select(Order).where(Order.total > total)

def find(session: Session):
    return session.scalars(least(3).order_by(Order.total))
`);
  expect(view?.reason).toBe('What the decorator `limited` does to `least`.');
});

test.each([
  ['Animal', null],
  ['Dog', 'What the decorator `marked` does to `Dog`.'],
])('%s, one of which is decorated', async (model, expected) => {
  const view = await asking.viewAtEnd(
    `
from django.db import models
from elsewhere import tell

def marked(model):
    tell(model)
    return model

class Animal(models.Model):
    name = models.CharField(max_length=20)

@marked
class Dog(Animal):
    pass

${model}.objects.filter(name="a")
`,
    'zoo/models.py',
  );
  expect(view?.reason).toBe(expected);
});
