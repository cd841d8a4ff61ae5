import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Plain classes that a call maps, whose functions use the session of another module. */

const asking = useAsking();

const META = `
import sqlalchemy.orm as orm
from sqlalchemy import MetaData

Session = orm.scoped_session(orm.sessionmaker(autoflush=False))
registry = orm.registry(metadata=MetaData())
`;

const TOKENS = `
from sqlalchemy import Column, Integer, String, Table, select

import meta

tokens = Table("tokens", meta.registry.metadata, Column("id", Integer, primary_key=True), Column("name", String(9)))


class Token:
    @classmethod
    def get(cls, id):
        return meta.Session.get(cls, id)

    @classmethod
    def named(cls, name):
        return select(cls).where(cls.name == name)

    @classmethod
    def revoke(cls, id):
        token = cls.get(id)
        if token:
            meta.Session.delete(token)
            meta.Session.commit()


meta.registry.map_imperatively(Token, tokens)
`;

async function seen(body: string): Promise<unknown> {
  const view = await asking.viewAtEnd(`import meta\nfrom tokens import Token\n\n${body}\n`, 'use.py', {
    'meta.py': META,
    'tokens.py': TOKENS,
  });
  return [view?.reason, ...(view?.statements ?? []).map(({ sql }) => sql.replace(/^SELECT.*?(?=FROM)/s, ''))];
}

test('a function of the class is given a value that is not known', async () => {
  expect(await seen('def find(name):\n    return meta.Session.scalars(Token.named(name)).all()')).toEqual([
    null,
    'FROM tokens \nWHERE tokens.name = %(name_1)s',
  ]);
});

test('what the session of another module gathered is written', async () => {
  expect(await seen('def make(name):\n    meta.Session.delete(Token.get(name))\n    meta.Session.commit()')).toEqual([
    null,
    'DELETE FROM tokens WHERE tokens.id = %(id)s',
    'COMMIT',
  ]);
});
