/** Objects and statements that get their values from a mapping of which nothing is known. */
import { expect, test } from 'vitest';
import { parameterText } from '../../server/src/ide/labels.ts';
import type { QueryView } from '../../server/src/ide/views.ts';
import { useAsking } from './engine.ts';

const asking = useAsking();

const sqlalchemy = `
from sqlalchemy import ForeignKey, insert, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)

def write(session: Session, data: dict, rows: list):
`;

/** The reason, and the parameters of the last statement. */
function answer(view: QueryView | null): readonly unknown[] {
  const params = view?.statements.findLast(({ role }) => role !== 'transaction')?.params ?? [];
  return [view?.reason, ...params.map((param) => `${param.name ?? ''} = ${parameterText(param)}`)];
}

async function written(body: string): Promise<readonly unknown[]> {
  return answer(await asking.viewAtEnd(`${sqlalchemy}    ${body.replaceAll('\n', '\n    ')}`));
}

test('a new object', async () => {
  const name = 'name = data["name"]';
  expect(await written('session.add(User(**data))\nsession.flush()')).toEqual([
    'What `**data` holds.',
    name,
    'is_active = True',
  ]);
  expect(await written('session.add(User(is_active=False, **data))\nsession.flush()')).toEqual([
    'What `**data` holds.',
    name,
    'is_active = False',
  ]);
});

test('the next object takes nothing from it', async () => {
  const body = 'User(**data)\nsession.add(User(name="a"))\nsession.flush()';
  expect((await written(body)).slice(1)).toEqual(["name = 'a'", 'is_active = True']);
});

test('the values of a statement', async () => {
  expect(await written('session.execute(insert(User).values(rows))')).toEqual([
    'What `rows` holds.',
    'name = name',
    'is_active = is_active',
  ]);
  expect(await written('session.execute(update(User).values(**data))')).toEqual([
    'What `**data` holds.',
    'name = data["name"]',
    'is_active = data["is_active"]',
  ]);
});

test('a statement that was sent before says nothing of the next one', async () => {
  const body = 'session.execute(insert(User).values(rows))\nsession.execute(insert(User), rows)';
  expect((await written(`${body}\nsession.execute(insert(User).values(data))`))[0]).toBe('What `data` holds.');
  expect((await written(`${body}\nsession.commit()`))[0]).toBeNull();
});

test('an object of another session is merged', async () => {
  const view = await asking.viewAtEnd(
    `${sqlalchemy.replace('rows: list', 'user: User')}    session.merge(user)\n    session.flush()`,
  );
  expect(view?.reason).toBe('Which columns of `user` are set, and differ from its row.');
  expect(view?.statements.map(({ when, sql }) => [when, sql.split(' ', 1)[0]])).toEqual([
    ['session.get(User, user.id)', 'UPDATE'],
    ['not (session.get(User, user.id))', 'INSERT'],
  ]);
});

test('a merged object has the version of its row', async () => {
  const versioned = sqlalchemy.replace(
    '\n\ndef write',
    '\n    version: Mapped[int] = mapped_column()\n    __mapper_args__ = {"version_id_col": version}\n\ndef write',
  );
  const view = await asking.viewAtEnd(
    `${versioned.replace('rows: list', 'user: User')}    session.merge(user)\n    session.flush()`,
  );
  expect(view?.reason).toBe('Which columns of `user` are set, and differ from its row.');
  expect(view?.statements[0]?.sql).toContain('version=%(version)s WHERE users.id = %(users_id)s AND users.version =');
});

const django = `
from django.db import models

class Team(models.Model):
    title = models.CharField(max_length=20)

class User(models.Model):
    name = models.CharField(max_length=20)
    is_active = models.BooleanField(default=True)
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE)

def write(data):
`;

test.each([
  ['User.objects.create(**data)', ['data["name"]', 'True', 'data["team_id"]']],
  ['User(name="a", **data).save()', ["'a'", 'True', 'data["team_id"]']],
  ['User.objects.update_or_create(name="a", defaults=data)', ["'a'", 'True', 'data["team_id"]']],
])('in Django: %s', async (body, params) => {
  const view = await asking.viewAtEnd(`${django}    ${body}`, 'shop/models.py');
  const insert = view?.statements.find(({ sql }) => sql.startsWith('INSERT'));
  expect(insert?.params.map(parameterText)).toEqual(params);
  expect(view?.reason).toMatch(/^What `(\*\*)?data` holds\.$/);
});
