import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Modules with models that nothing imports any more. */

const asking = useAsking();

const old = `
from django.db import models
from shop.models.order import Order

class Refund(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    voucher = models.ForeignKey("vouchers.Voucher", on_delete=models.CASCADE)
`;

async function deleted(init: string, refund = old): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(
    'from shop.models import Order\n\ndef find(order: Order):\n    order.delete()\n',
    'shop/views.py',
    {
      'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
      'settings.py': 'INSTALLED_APPS = ["shop"]\n',
      'shop/__init__.py': '',
      'shop/models/__init__.py': init,
      'shop/models/order.py':
        'from django.db import models\n\nclass Order(models.Model):\n    title = models.CharField(max_length=20)\n',
      'shop/models/refund.py': refund,
    },
  );
  return [view?.status, view?.statements.filter(({ sql }) => sql.includes('shop_refund')).length];
}

test('one with a relation to a model that is gone is no part of the project', async () => {
  expect(await deleted('from .order import Order\n# from .refund import Refund\n')).toEqual(['exact', 0]);
});

test('one that is imported is', async () => {
  expect(await deleted('from .order import Order\nfrom .refund import *\n')).toEqual(['partial', 1]);
});

test('one whose relations all lead somewhere may be imported by its name', async () => {
  const refund = old.replace(/ {4}voucher.*\n/, '');
  expect(await deleted('from .order import Order\n', refund)).toEqual(['exact', 1]);
});

/** A class that nobody imports, in SQLAlchemy. */
const left = `
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship
from app.models import Base, Job

class JobMessage(Base):
    __tablename__ = "job_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    job: Mapped[Job] = relationship(back_populates="messages")
`;

const models = `
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Job(Base):
    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

def rename(session: Session, job: Job, name: str):
    job.name = name
    session.commit()
`;

test.each([
  ['', null],
  ['import app.job_messages', expect.stringContaining('`JobMessage.job`')],
])('SQLAlchemy: one of which the other side is gone, with "%s"', async (imported, reason) => {
  const view = await asking.viewAtEnd(models, 'app/models.py', {
    'app/__init__.py': '',
    'app/main.py': imported,
    'app/job_messages.py': left,
  });
  expect(view?.reason).toEqual(reason);
});
