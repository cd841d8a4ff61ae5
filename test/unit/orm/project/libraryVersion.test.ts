import { describe, expect, test } from 'vitest';
import { libraryVersion } from '../../../../server/src/orm/project/libraryVersion.ts';
import { Project, root } from '../../../harness/project.ts';

/** `version path:line`, as seen from `app/models.py`. */
function version(
  files: Readonly<Record<string, string>>,
  library = 'sqlalchemy',
  near = 'app/models.py',
): string | undefined {
  const project = new Project({ [near]: '', ...files });
  const found = libraryVersion(project.snapshot, project.program, `${root}/${near}`, library);
  return found && `${found.value} ${found.source.path.slice(root.length + 1)}:${found.source.line}`;
}

test.each([
  [
    'uv.lock',
    '[[package]]\nname = "idna"\nversion = "3.1"\n\n[[package]]\nname = "sqlalchemy"\nversion = "2.0.31"\n',
    '2.0.31 uv.lock:7',
  ],
  ['poetry.lock', '[[package]]\nname = "SQLAlchemy"\nversion = "1.4.54"\noptional = false\n', '1.4.54 poetry.lock:3'],
  ['pdm.lock', '[[package]]\nname = "sqlalchemy"\nextras = ["asyncio"]\nversion = "2.0.40"\n', '2.0.40 pdm.lock:4'],
  ['Pipfile.lock', '{"default": {\n"sqlalchemy": {"version": "==1.4.0"}}}', '1.4.0 Pipfile.lock:2'],
  [
    'requirements.txt',
    '# pinned\nflask\nSQLAlchemy[asyncio]==2.0.23 ; python_version > "3.8" --hash=x\n',
    '2.0.23 requirements.txt:3',
  ],
  ['requirements/base.txt', 'sqlalchemy~=2.0.1', '2.0.1 requirements/base.txt:1'],
  ['requirements.txt', 'sqlalchemy>=1.4,<2.1', '1.4 requirements.txt:1'],
  ['requirements.txt', 'sqlalchemy<=2.0,>=1.4', '1.4 requirements.txt:1'],
  ['requirements.txt', 'sqlalchemy<2', '1.4 requirements.txt:1'],
  ['requirements.txt', 'sqlalchemy==2.0.*', '2.0 requirements.txt:1'],
  ['requirements.in', 'sqlalchemy>=2', '2 requirements.in:1'],
  [
    'pyproject.toml',
    '[project]\ndependencies = [\n  "fastapi",\n  "sqlalchemy[asyncio]>=2.0.28",\n]\n',
    '2.0.28 pyproject.toml:4',
  ],
  ['pyproject.toml', '[project.optional-dependencies]\nsql = ["SQLAlchemy>=1.4"]', '1.4 pyproject.toml:2'],
  ['pyproject.toml', '[tool.poetry.dependencies]\npython = "^3.11"\nsqlalchemy = "^2.0.1"', '2.0.1 pyproject.toml:3'],
  [
    'pyproject.toml',
    '[tool.poetry.dependencies]\nsqlalchemy = {version = "^1.4", extras = ["asyncio"]}',
    '1.4 pyproject.toml:2',
  ],
  ['Pipfile', '[packages]\nsqlalchemy = "==1.4.1"', '1.4.1 Pipfile:2'],
  ['setup.cfg', '[options]\ninstall_requires =\n    flask\n    SQLAlchemy>=1.3,<1.5', '1.3 setup.cfg:4'],
  ['pyproject.toml', '[project]\ndependencies = ["sqlalchemy (>=2.0.3,<3.0)"]', '2.0.3 pyproject.toml:2'],
  ['pyproject.toml', '[dependency-groups]\ndev = ["sqlalchemy==2.0.9"]', '2.0.9 pyproject.toml:2'],
  ['pyproject.toml', '[tool.uv]\noverride-dependencies = ["sqlalchemy==2.0.8"]', '2.0.8 pyproject.toml:2'],
  ['pyproject.toml', '[tool.pdm.dev-dependencies]\ntest = ["sqlalchemy~=2.0"]', '2.0 pyproject.toml:2'],
  ['pyproject.toml', '[tool.hatch.envs.default]\ndependencies = ["sqlalchemy==1.4.7"]', '1.4.7 pyproject.toml:2'],
  ['pyproject.toml', '[tool.pixi.pypi-dependencies]\nsqlalchemy = "==2.0.7"', '2.0.7 pyproject.toml:2'],
  ['pixi.toml', '[dependencies]\npython = "3.12.*"\nsqlalchemy = "2.0.*"', '2.0 pixi.toml:3'],
  ['pixi.toml', '[feature.api.dependencies]\nsqlalchemy = { version = ">=1.4" }', '1.4 pixi.toml:2'],
  [
    'pixi.lock',
    'packages:\n- conda: conda-forge/linux-64/sqlalchemy-2.0.31-py312h66e93f0_0.conda\n',
    '2.0.31 pixi.lock:2',
  ],
  ['pixi.lock', '- pypi: files/3c/SQLAlchemy-2.0.36-cp312-cp312-manylinux_2_17_x86_64.whl\n', '2.0.36 pixi.lock:1'],
  [
    'pylock.toml',
    'lock-version = "1.0"\n[[packages]]\nname = "sqlalchemy"\nversion = "2.0.41"\n',
    '2.0.41 pylock.toml:4',
  ],
  ['environment.yml', 'dependencies:\n  - python=3.12\n  - sqlalchemy=2.0.31=py312_0\n', '2.0.31 environment.yml:3'],
  ['environment.yaml', 'dependencies:\n- conda-forge::sqlalchemy >=1.4,<2\n', '1.4 environment.yaml:2'],
  ['conda-dev.yml', 'dependencies:\n  - "sqlalchemy=2.0"\n', '2.0 conda-dev.yml:2'],
  [
    'environment.yml',
    'dependencies:\n  - pip\n  - pip:\n    - SQLAlchemy==1.4.52  # old\n',
    '1.4.52 environment.yml:4',
  ],
  ['setup.py', 'setup(\n  install_requires=["flask", "SQLAlchemy>=1.4"],\n)', '1.4 setup.py:2'],
])('%s: %j', (path, text, expected) => {
  expect(version({ [path]: text })).toBe(expected);
});

test.each([
  ['no word of it', 'flask==1'],
  ['a name alone', 'sqlalchemy'],
  ['another library that begins like it', 'sqlalchemy-utils==0.41'],
  ['only what is forbidden', 'sqlalchemy!=2.0.1'],
])('%s says nothing', (_name, text) => {
  expect(version({ 'requirements.txt': text })).toBeUndefined();
});

test('the nearest folder upwards wins, a lock before a range, a pin before both', () => {
  const files = {
    'uv.lock': '[[package]]\nname = "sqlalchemy"\nversion = "2.0.1"',
    'app/pyproject.toml': '[project]\ndependencies = ["sqlalchemy>=1.4"]',
    'app/requirements-dev.txt': 'sqlalchemy==1.4.50',
    'other/requirements.txt': 'sqlalchemy==1.3.0',
  };
  expect(version(files)).toBe('1.4.50 app/requirements-dev.txt:1');
  expect(version({ ...files, 'app/requirements-dev.txt': '' })).toBe('1.4 app/pyproject.toml:2');
  expect(version(files, 'sqlalchemy', 'lib/x.py')).toBe('2.0.1 uv.lock:3');
});

test('requirements beside the code are found last', () => {
  expect(version({ 'deploy/requirements.txt': 'django==5.2.1' }, 'django', 'backend/shop/models.py')).toBe(
    '5.2.1 deploy/requirements.txt:1',
  );
});

test('included requirement files are read, circles end', () => {
  const files = {
    'requirements.txt': '-r requirements/base.txt\n-c constraints.txt',
    'requirements/base.txt': '-r ../requirements.txt\n--requirement=sub/more.txt',
    'requirements/sub/more.txt': 'Django==4.2.7',
  };
  expect(version(files, 'django')).toBe('4.2.7 requirements/sub/more.txt:1');
});

test('broken files say nothing', () => {
  for (const path of [
    'uv.lock',
    'pyproject.toml',
    'Pipfile',
    'Pipfile.lock',
    'setup.cfg',
    'requirements.txt',
    'environment.yml',
    'pixi.toml',
    'pixi.lock',
  ]) {
    expect(version({ [path]: '[[[ "sqlalchemy" = {{{ \n-r nowhere.txt\n"' }), path).toBeUndefined();
  }
});

describe('what is installed', () => {
  const environment = {
    '.venv/pyvenv.cfg': '',
    '.venv/lib/python3.12/site-packages/SQLAlchemy-2.0.36.dist-info/METADATA': '',
  };
  const place = '.venv/lib/python3.12/site-packages/SQLAlchemy-2.0.36.dist-info:1';

  test('is more exact than a range or nothing', () => {
    expect(version(environment)).toBe(`2.0.36 ${place}`);
    expect(version({ ...environment, 'requirements.txt': 'sqlalchemy>=1.4' })).toBe(`2.0.36 ${place}`);
    expect(version(environment, 'django')).toBeUndefined();
  });

  test('is less than a pin, which the next install follows', () => {
    expect(version({ ...environment, 'requirements.txt': 'sqlalchemy==2.0.31' })).toBe('2.0.31 requirements.txt:1');
  });
});
