/** Functions that libraries for caching make keep their answers: the first call sends what the later ones do not. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

const models = `
from aiocache import cached as kept
from cachetools import TTLCache, cached
from cachetools.func import ttl_cache
from dogpile.cache import make_region
from flask_caching import Cache
from flask_sqlalchemy import SQLAlchemy

class OwnCache(Cache):
    def size(self):
        return len(self.cache)

db = SQLAlchemy()
cache = Cache()
own_cache = OwnCache()
region = make_region().configure("dogpile.cache.memory")

class Setting(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    key = db.Column(db.Text)
    value = db.Column(db.Text)

class Team(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.Text)
    leader_id = db.Column(db.ForeignKey("user.id"))
    leader = db.relationship("User")

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)

def value_of(key):
    return db.session.query(Setting.value).filter_by(key=key).scalar()

@cache.memoize(timeout=60)
def memoized(key):
    return value_of(key)

@cached(TTLCache(10, 60))
def with_cachetools(key):
    return value_of(key)

@ttl_cache(maxsize=3)
def for_a_time(key):
    return value_of(key)

@region.cache_on_arguments()
def with_dogpile(key):
    return value_of(key)

@kept(ttl=3)
async def with_aiocache(key):
    return value_of(key)

@own_cache.memoize()
def with_own(key):
    return value_of(key)

@cache.memoize()
def team_of(name):
    return Team.query.filter_by(name=name).one()

`;

async function sent(...lines: readonly string[]): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(
    `${models}async def show(key, name):\n${lines.map((line) => `    ${line}\n`).join('')}`,
  );
  return [view?.status, ...(view?.statements ?? []).map(({ when, sql }) => `${when} | ${/FROM (\w+)/.exec(sql)?.[1]}`)];
}

test.each(['memoized', 'with_cachetools', 'for_a_time', 'with_dogpile', 'with_own', 'await with_aiocache'])(
  '%s',
  async (call) => {
    const name = call.replace('await ', '');
    expect(await sent(`return Team.query.filter(Team.name == ${call}("x"), Team.id == 3).all()`)).toEqual([
      'exact',
      `${name}('x') is not cached | setting`,
      `${name}('x') is not cached | team`,
      `${name}('x') is cached | team`,
    ]);
  },
);

test('what was called in an earlier line is cached by then', async () => {
  expect(
    await sent(
      'name = memoized(key)',
      'return Team.query.filter(Team.name == name, Team.id == memoized(key), Team.id > 3).all()',
    ),
  ).toEqual(['exact', 'null | team']);
});

test('each argument has an answer of its own', async () => {
  expect(await sent('return Team.query.filter_by(name=memoized("x")).filter_by(id=memoized(key)).all()')).toHaveLength(
    9,
  );
});

test('an object that comes from a cache is in no session', async () => {
  const view = await asking.viewAtEnd(`${models}
def rename(name):
    team = team_of(name)
    team.name = "new"
    db.session.commit()
`);
  expect(view?.status).toBe('exact');
  expect(view?.statements.map(({ when, sql }) => `${when} | ${sql.split(' ')[0]}`)).toEqual([
    'team_of(name) is not cached | UPDATE',
    'team_of(name) is not cached | COMMIT',
  ]);
  expect(view?.sendsNothingWhen).toEqual(['team_of(name) is cached']);
});
