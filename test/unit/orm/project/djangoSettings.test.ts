import { describe, expect, test } from 'vitest';
import { djangoSettings, type DjangoSettings } from '../../../../server/src/orm/project/djangoSettings.ts';
import { Project, root } from '../../../harness/project.ts';

function settings(files: Readonly<Record<string, string>>, near = 'shop/models.py'): DjangoSettings {
  const project = new Project({ [near]: '', ...files });
  const found = djangoSettings(project.snapshot, project.program, `${root}/${near}`);
  if (!found) throw new Error('no settings');
  return found;
}

function apps(code: string, more: Readonly<Record<string, string>> = {}): readonly string[] {
  return settings({ 'site/settings.py': code, ...more }).installedApps.value;
}

describe('INSTALLED_APPS', () => {
  test.each([
    ['a list', 'INSTALLED_APPS = ["a", "b"]', ['a', 'b']],
    ['a tuple', 'INSTALLED_APPS = ("a", "b")', ['a', 'b']],
    ['sums of lists', 'DJANGO = ["a"]\nLOCAL = ["b"]\nINSTALLED_APPS = DJANGO + ["x"] + LOCAL', ['a', 'x', 'b']],
    ['spread lists', 'DJANGO = ["a"]\nINSTALLED_APPS = [*DJANGO, "b"]', ['a', 'b']],
    [
      'additions',
      'INSTALLED_APPS = ["a"]\nINSTALLED_APPS += ["b"]\nINSTALLED_APPS.append("c")\nINSTALLED_APPS.extend(["d"])\nINSTALLED_APPS.insert(0, "e")',
      ['a', 'b', 'c', 'd', 'e'],
    ],
    ['itself again', 'INSTALLED_APPS = ["a"]\nINSTALLED_APPS = INSTALLED_APPS + ["b"]', ['a', 'b']],
    ['conditional additions', 'INSTALLED_APPS = ["a"]\nif DEBUG:\n    INSTALLED_APPS += ["b"]', ['a', 'b']],
    ['what is removed', 'INSTALLED_APPS = ["a", "b"]\nINSTALLED_APPS.remove("a")', ['b']],
    ['an annotation', 'INSTALLED_APPS: list[str] = ["a"]', ['a']],
  ])('%s', (_name, code, expected) => {
    expect(apps(code)).toEqual(expected);
  });

  test('split settings with star imports', () => {
    const found = settings({
      'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")',
      'config/__init__.py': '',
      'config/settings/__init__.py': '',
      'config/settings/base.py': 'INSTALLED_APPS = ["a"]\nUSE_TZ = True\nTIME_ZONE = "UTC"',
      'config/settings/local.py':
        'from .base import *\nINSTALLED_APPS += ["debug_toolbar"]\nTIME_ZONE = "Europe/Berlin"',
      'config/settings/test.py': 'from .base import *\nINSTALLED_APPS = []',
    });
    expect(found.path).toBe(`${root}/config/settings/local.py`);
    expect(found.installedApps.value).toEqual(['a', 'debug_toolbar']);
    expect([found.useTz?.value, found.timeZone]).toEqual([
      true,
      { value: 'Europe/Berlin', source: { path: `${root}/config/settings/local.py`, line: 3 } },
    ]);
  });

  test('settings in pieces, by django-split-settings', () => {
    const more = {
      'site/components/a.py': 'INSTALLED_APPS = ["a"]',
      'site/components/b.py': 'INSTALLED_APPS += ["b"]',
      'site/local.py': 'INSTALLED_APPS += ["c"]',
    };
    expect(
      apps(
        'from split_settings.tools import include, optional\ninclude("components/*.py", optional("local.py"))\n# INSTALLED_APPS',
        more,
      ),
    ).toEqual(['a', 'b', 'c']);
  });

  test('settings classes of django-configurations', () => {
    expect(apps('class Base(Configuration):\n    INSTALLED_APPS = ["a"]\nclass Dev(Base): pass')).toEqual(['a']);
  });

  test('what cannot be read is said', () => {
    const found = settings({ 'site/settings.py': 'INSTALLED_APPS = ["a", *find_apps(), name]' });
    expect([found.installedApps.value, found.installedAppsComplete]).toEqual([['a'], false]);
    expect(settings({ 'site/settings.py': 'INSTALLED_APPS = ["a"]' }).installedAppsComplete).toBe(true);
  });

  test('a project without settings has none', () => {
    const project = new Project({ 'a.py': 'INSTALLED_APPS_LATER = 1\nprint("INSTALLED_APPS")' });
    expect(djangoSettings(project.snapshot, project.program, `${root}/a.py`)).toBeUndefined();
  });

  test('modules that import each other', () => {
    expect(
      apps('from other import *\nINSTALLED_APPS = ["a"]', {
        'site/other.py': 'from settings import *\nX = INSTALLED_APPS',
      }),
    ).toEqual(['a']);
  });
});

test('of several projects the settings of the nearest', () => {
  const files = {
    'one/manage.py': 'setdefault("DJANGO_SETTINGS_MODULE", "site.settings")',
    'one/site/__init__.py': '',
    'one/site/settings.py': 'INSTALLED_APPS = ["one"]',
    'two/manage.py': 'setdefault("DJANGO_SETTINGS_MODULE", "site.settings")',
    'two/site/__init__.py': '',
    'two/site/settings.py': 'INSTALLED_APPS = ["two"]',
  };
  expect(settings(files, 'one/shop/models.py').installedApps.value).toEqual(['one']);
  expect(settings(files, 'two/shop/models.py').installedApps.value).toEqual(['two']);
});

test('plain settings', () => {
  const found = settings({
    'site/settings.py':
      'import os\nINSTALLED_APPS = []\nAUTH_USER_MODEL = "users.User"\nDEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\nTIME_ZONE = os.environ.get("TZ", "UTC")\nDATABASE_ROUTERS = ["a.Router"]',
  });
  expect([
    found.authUserModel?.value,
    found.defaultAutoField?.value,
    found.timeZone?.value,
    found.databaseRouters?.value,
    found.useTz,
  ]).toEqual(['users.User', 'django.db.models.BigAutoField', 'UTC', ['a.Router'], null]);
  expect(found.authUserModel?.source.line).toBe(3);
});

describe('apps', () => {
  const found = settings({
    'site/settings.py':
      'INSTALLED_APPS = ["django.contrib.auth", "allauth.account.apps.AccountConfig", "shop", "blog", "news.apps.NewsConfig", "plain", "two"]',
    'shop/__init__.py': '',
    'shop/apps.py':
      'from django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = "shop"\n    label = "store"\n    default_auto_field = "django.db.models.BigAutoField"',
    'shop/orders/__init__.py': '',
    'blog/__init__.py': '',
    'blog/apps.py': 'from django.apps import AppConfig\nclass BlogConfig(AppConfig):\n    name = "blog"',
    'news/__init__.py': '',
    'news/apps.py': 'from shared import BaseConfig\nclass NewsConfig(BaseConfig):\n    name = "news"',
    'shared.py': 'from django.apps import AppConfig\nclass BaseConfig(AppConfig): label = "the_news"',
    'plain/__init__.py': '',
    'plain/models/__init__.py': '',
    'two/__init__.py': '',
    'two/apps.py':
      'from django.apps import AppConfig\nclass A(AppConfig):\n    name = "two"\n    label = "a"\nclass B(AppConfig):\n    name = "two"\n    label = "b"\n    default = True',
  });

  test('labels and packages', () => {
    expect(found.apps.map(({ label, package: name }) => `${label} ${name}`)).toEqual([
      'auth django.contrib.auth',
      'account allauth.account',
      'store shop',
      'blog blog',
      'the_news news',
      'plain plain',
      'b two',
    ]);
  });

  test('folders and automatic fields', () => {
    const shop = found.apps[2]!;
    expect([shop.folder, shop.defaultAutoField]).toEqual([
      `${root}/shop`,
      { value: 'django.db.models.BigAutoField', source: { path: `${root}/shop/apps.py`, line: 5 } },
    ]);
    expect(found.apps[0]!.folder).toBeNull();
  });

  test('the app of a file', () => {
    expect(found.appOf(`${root}/shop/orders/models.py`)?.label).toBe('store');
    expect(found.appOf(`${root}/plain/models/user.py`)?.label).toBe('plain');
    expect(found.appOf(`${root}/other/models.py`)).toBeUndefined();
  });
});
