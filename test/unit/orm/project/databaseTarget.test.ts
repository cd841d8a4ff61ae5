import { describe, expect, test } from 'vitest';
import { databaseTarget } from '../../../../server/src/orm/project/databaseTarget.ts';
import { Project, root } from '../../../harness/project.ts';

/** `dialect+driver path:line`, as seen from `app/models.py`. */
function target(files: Readonly<Record<string, string>>, near = 'app/models.py'): string | undefined {
  const project = new Project({ [near]: '', ...files });
  const found = databaseTarget(project.snapshot, project.program, `${root}/${near}`);
  if (!found) return undefined;
  const { dialect, driver } = found.value;
  return `${dialect}${driver ? `+${driver}` : ''} ${found.source.path.slice(root.length + 1)}:${found.source.line}`;
}

const imports =
  'import os\nfrom sqlalchemy import create_engine, URL\nfrom sqlalchemy.ext.asyncio import create_async_engine\n';

describe('engines in code', () => {
  test.each([
    ['create_engine("postgresql+psycopg2://u:p@h/db")', 'postgresql+psycopg2'],
    ['create_async_engine("postgresql+asyncpg://u:p@h/db")', 'postgresql+asyncpg'],
    ['create_engine("postgres://u:p@h/db")', 'postgresql'],
    ['create_engine("mysql+pymysql://u:p@h/db")', 'mysql+pymysql'],
    ['create_engine("mariadb+mariadbconnector://h")', 'mysql+mariadbconnector'],
    ['create_engine("sqlite+aiosqlite:///./app.db")', 'sqlite+aiosqlite'],
    ['create_engine("sqlite://")', 'sqlite'],
    ['create_engine(url=f"postgresql+psycopg://{user}:{password}@{host}/db")', 'postgresql+psycopg'],
    ['create_engine("postgresql://%s:%s@h" % (user, password))', 'postgresql'],
    ['create_engine("mysql://{}:{}@h".format(user, password))', 'mysql'],
    ['create_engine("sqlite:///" + os.path.join(folder, "x.db"))', 'sqlite'],
    ['create_engine(os.environ.get("DATABASE_URL", "sqlite:///x.db"))', 'sqlite'],
    ['create_engine(os.getenv("DATABASE_URL") or "mysql://h")', 'mysql'],
    [
      'create_engine(os.getenv("X", "postgres://h").replace("postgres://", "postgresql+psycopg://", 1))',
      'postgresql+psycopg',
    ],
    ['create_engine(URL.create(drivername="postgresql+asyncpg", username=u))', 'postgresql+asyncpg'],
    ['create_engine(URL.create("mysql+mysqldb", username=u))', 'mysql+mysqldb'],
    ['SQLALCHEMY_DATABASE_URI = PostgresDsn.build(scheme="postgresql+asyncpg", host=h)', 'postgresql+asyncpg'],
    ['app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///x.db"', 'sqlite'],
    ['app.config.update(SQLALCHEMY_DATABASE_URI="mysql://h")', 'mysql'],
    ['config = {"sqlalchemy.url": "postgresql://h"}', 'postgresql'],
    ['def connect(db_url="sqlite:///x"): pass', 'sqlite'],
  ])('%s', (code, expected) => {
    expect(target({ 'app/db.py': imports + code })).toBe(`${expected} app/db.py:4`);
  });

  test('constants of other modules, f-strings of known names', () => {
    const files = {
      'app/__init__.py': '',
      'app/config.py': 'DRIVER = "asyncpg"\nURL = f"postgresql+{DRIVER}://{user}@h"\n',
      'app/db.py': `${imports}from app import config\nengine = create_async_engine(config.URL)`,
    };
    expect(target(files)).toBe('postgresql+asyncpg app/config.py:2');
  });

  test('fields and properties of a settings object', () => {
    const settings = `
from pydantic import PostgresDsn, computed_field
from pydantic_core import MultiHostUrl
class Settings(BaseSettings):
    SYNC_URL: str = "sqlite:///x.db"
    @computed_field
    @property
    def DATABASE_DSN(self) -> PostgresDsn:
        return MultiHostUrl.build(scheme="postgresql+psycopg", host=self.HOST)
settings = Settings()
def get_settings() -> Settings:
    return Settings()
`;
    const at = (use: string): string | undefined =>
      target({
        'app/__init__.py': '',
        'app/config.py': settings,
        'app/db.py': `${imports}from app.config import settings, get_settings\nengine = create_engine(${use})`,
      });
    expect(at('str(settings.DATABASE_DSN)')).toBe('postgresql+psycopg app/config.py:9');
    expect(at('settings.SYNC_URL')).toBe('sqlite app/config.py:5');
    expect(at('get_settings().SYNC_URL')).toBe('sqlite app/config.py:5');
  });

  test.each([
    ['other databases cannot be rendered for', 'create_engine("oracle+cx_oracle://u:p@h")'],
    ['what is no database', 'BROKER_URL = "redis://h"'],
    ['a scheme that is not known', 'create_engine(f"{scheme}://h")'],
    ['an unset variable', 'create_engine(os.environ["DATABASE_URL"])'],
    ['half-typed code', 'create_engine("postgresql'],
  ])('%s', (_name, code) => {
    expect(target({ 'app/db.py': imports + code })).toBeUndefined();
  });

  test('no password is in what is found', () => {
    const project = new Project({
      'a.py': `${imports}create_engine("postgresql+psycopg2://user:secret@host/db")`,
      '.env': 'DATABASE_URL=mysql://user:secret@host/db',
    });
    expect(JSON.stringify(databaseTarget(project.snapshot, project.program, `${root}/a.py`))).not.toMatch(
      /secret|user|host/,
    );
  });
});

describe('Django', () => {
  const settings = (databases: string): Readonly<Record<string, string>> => ({
    'manage.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")',
    'shop/__init__.py': '',
    'shop/settings.py': `import os, environ, dj_database_url\nfrom decouple import config\nenv = environ.Env()\nINSTALLED_APPS = []\n${databases}`,
  });

  test.each([
    ['DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "x"}}', 'postgresql'],
    ['DATABASES = {"default": {"ENGINE": "django.contrib.gis.db.backends.postgis"}}', 'postgresql'],
    ['DATABASES = {"default": {"ENGINE": os.environ.get("DB_ENGINE", "django.db.backends.mysql")}}', 'mysql'],
    ['DATABASES = {"default": {"ENGINE": config("DB_ENGINE", default="django.db.backends.sqlite3")}}', 'sqlite'],
    ['DATABASES = {"default": dj_database_url.config(default="postgres://u:p@h/db")}', 'postgresql'],
    ['DATABASES = {"default": env.db("DATABASE_URL", default="mysql://h/db")}', 'mysql'],
  ])('%s', (code, expected) => {
    expect(target(settings(code))).toBe(`${expected} shop/settings.py:5`);
  });

  test('entries that are set later', () => {
    expect(
      target(
        settings(
          'DATABASES = {}\nDATABASES["default"] = {"NAME": "x"}\nDATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"',
        ),
      ),
    ).toBe('sqlite shop/settings.py:7');
  });

  test('of conditional databases that of production', () => {
    const code =
      'if DEBUG:\n    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}\nelse:\n    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}';
    expect(target(settings(code))).toBe('postgresql shop/settings.py:8');
  });
});

describe('other files', () => {
  test.each([
    [
      'alembic.ini',
      '[alembic]\nscript_location = x\nsqlalchemy.url = postgresql+psycopg2://u:p%%40@h/db',
      'postgresql+psycopg2 alembic.ini:3',
    ],
    ['.env', '# local\nexport DATABASE_URL="mysql+aiomysql://u:p@h/db" # why', 'mysql+aiomysql .env:2'],
    ['.env.example', 'DB_DSN=postgres://h', 'postgresql .env.example:1'],
    ['docker-compose.yml', 'services:\n  db:\n    image: postgres:16', 'postgresql docker-compose.yml:3'],
    ['compose.yaml', 'environment:\n  - DATABASE_URL=mysql://h', 'mysql compose.yaml:2'],
    ['compose.yaml', 'image: docker.io/library/mariadb:11', 'mysql compose.yaml:1'],
  ])('%s', (path, text, expected) => {
    expect(target({ [path]: text })).toBe(expected);
  });

  test.each([
    ['alembic.ini', '[alembic]\nsqlalchemy.url = driver://user:pass@localhost/dbname'],
    ['.env', 'DATABASE_URL='],
    ['compose.yaml', 'image: dpage/pgadmin4'],
  ])('%s: %j says nothing', (path, text) => {
    expect(target({ [path]: text })).toBeUndefined();
  });

  test('a variable that is set wins over the default in code, that over an example', () => {
    const code = { 'app/db.py': `${imports}create_engine(os.environ.get("MY_DB", "sqlite:///x.db"))` };
    expect(target({ ...code, '.env': 'OTHER=mysql://h\nMY_DB=postgresql://h' })).toBe('postgresql .env:2');
    expect(target({ ...code, '.env.example': 'MY_DB=postgresql://h' })).toBe('sqlite app/db.py:4');
    expect(
      target({ 'app/db.py': `${imports}create_engine(os.environ["MY_DB"])`, '.env.example': 'MY_DB=postgresql://h' }),
    ).toBe('postgresql .env.example:1');
  });
});

describe('when they differ', () => {
  const engine = (url: string): string => `${imports}engine = create_engine("${url}")`;

  test('application code before tests and scripts', () => {
    expect(target({ 'tests/conftest.py': engine('sqlite://'), 'zz/late/db.py': engine('mysql://h') })).toBe(
      'mysql zz/late/db.py:4',
    );
    expect(target({ 'scripts/a.py': engine('sqlite://'), 'zz/late/db.py': engine('mysql://h') })).toBe(
      'mysql zz/late/db.py:4',
    );
    expect(target({ 'tests/conftest.py': engine('sqlite://') })).toBe('sqlite tests/conftest.py:4');
  });

  test('tests last even before other files', () => {
    expect(
      target({ 'tests/conftest.py': engine('sqlite://'), 'alembic.ini': '[alembic]\nsqlalchemy.url = mysql://h' }),
    ).toBe('mysql alembic.ini:2');
  });

  test('code, then alembic.ini, then .env, then .env.example, then images', () => {
    const files: Record<string, string> = {
      'app/db.py': engine('sqlite://'),
      'alembic.ini': '[alembic]\nsqlalchemy.url = mysql+a://h',
      '.env': 'DATABASE_URL=mysql+b://h',
      '.env.example': 'DATABASE_URL=mysql+c://h',
      'docker-compose.yml': 'image: postgres:16',
    };
    const found: (string | undefined)[] = [];
    for (const path of Object.keys(files)) {
      found.push(target(files)?.split(' ')[0]);
      delete files[path];
    }
    expect(found).toEqual(['sqlite', 'mysql+a', 'mysql+b', 'mysql+c', 'postgresql']);
  });

  test('the own project before others, the nearest of several', () => {
    const files = {
      'one/pyproject.toml': '',
      'one/.env': 'DATABASE_URL=mysql://h',
      'two/pyproject.toml': '',
      'two/db.py': engine('sqlite://'),
      'two/inner/db.py': engine('postgresql://h'),
    };
    expect(target(files, 'one/app/models.py')).toBe('mysql one/.env:1');
    expect(target(files, 'two/inner/models.py')).toBe('postgresql two/inner/db.py:4');
  });

  test('a configuration class for tests comes last in its file', () => {
    const code =
      'class TestConfig:\n    SQLALCHEMY_DATABASE_URI = "sqlite://"\nclass Config:\n    SQLALCHEMY_DATABASE_URI = "postgresql://h"';
    expect(target({ 'app/config.py': code })).toBe('postgresql app/config.py:4');
  });
});
