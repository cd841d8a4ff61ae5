/** What a Django project's settings say, and which apps it has. Nothing is run. */
import { basename, dirname, isInside } from '../../base/paths.ts';
import type { ClassDef } from '../../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { Fact } from './fact.ts';
import { rankPaths } from './places.ts';
import { rememberPerProgram } from './remember.ts';
import { settingsOf } from './settingsModule.ts';
import { settingValue, type SettingValue } from './settingValue.ts';

export interface DjangoSettings {
  /** The settings module. */
  readonly path: string;
  /** `INSTALLED_APPS` as far as it is made of strings. */
  readonly installedApps: Fact<readonly string[]>;
  /** False when a part of `INSTALLED_APPS` could not be read. */
  readonly installedAppsComplete: boolean;
  readonly authUserModel: Fact<string> | null;
  readonly defaultAutoField: Fact<string> | null;
  readonly useTz: Fact<boolean> | null;
  readonly timeZone: Fact<string> | null;
  readonly databaseRouters: Fact<readonly string[]> | null;
  /** In the order of `INSTALLED_APPS`. */
  readonly apps: readonly DjangoApp[];
  /** The innermost installed app of the workspace that a file belongs to. */
  appOf(path: string): DjangoApp | undefined;
  /** Any setting, as far as it can be read. */
  get(name: string): SettingValue | undefined;
}

export interface DjangoApp {
  readonly label: string;
  /** Dotted name of its package: `shop.orders`, `django.contrib.auth`. */
  readonly package: string;
  /** Folder of its package; null for a library. */
  readonly folder: string | null;
  /** The entry of `INSTALLED_APPS`. */
  readonly entry: string;
  /** Where its configuration class says so. */
  readonly defaultAutoField: Fact<string> | null;
}

/**
 * The settings for a file: those that the nearest `manage.py` (or `wsgi.py`, `asgi.py`) names, else the nearest module
 * that has `INSTALLED_APPS`. Undefined when there are none.
 */
export function djangoSettings(snapshot: Snapshot, program: Program, near: string): DjangoSettings | undefined {
  const file = rememberFile(program, dirname(near), () => settingsFile(snapshot, program, near));
  return file && rememberSettings(program, file.path, () => read(program, file));
}

/** Which files hold these decides where settings are looked for. */
export const settingsWords: readonly string[] = ['DJANGO_SETTINGS_MODULE', 'INSTALLED_APPS'];

const rememberFile = rememberPerProgram<SourceFile | undefined>();
const rememberSettings = rememberPerProgram<DjangoSettings>();

function settingsFile(snapshot: Snapshot, program: Program, near: string): SourceFile | undefined {
  const naming = program.pathsMentioning(['DJANGO_SETTINGS_MODULE']);
  for (const path of rankPaths(snapshot, near, naming, namingWeight)) {
    const text = snapshot.text(path) ?? '';
    const named = /DJANGO_SETTINGS_MODULE["']\s*[,\]](?:\s*=)?\s*["']([\w.]+)["']/.exec(text)?.[1];
    const from = named === undefined ? undefined : program.file(path);
    const file = from && named !== undefined ? program.moduleNamed(named, from) : undefined;
    if (file && hasApps(program, file)) return file;
  }
  const candidates = program.pathsMentioning(['INSTALLED_APPS']);
  for (const path of rankPaths(snapshot, near, candidates, settingsWeight)) {
    const file = program.file(path);
    if (file && hasApps(program, file)) return file;
  }
  return undefined;
}

function namingWeight(path: string): number {
  const name = basename(path);
  return name === 'manage.py' ? 0 : name === 'wsgi.py' || name === 'asgi.py' ? 1 : 2;
}

function settingsWeight(path: string): number {
  const name = basename(path);
  if (name === 'settings.py') return 0;
  if (/^(base|common|defaults?|__init__)\.py$/.test(name)) return 1;
  return /settings|prod/.test(path) ? 2 : 3;
}

function hasApps(program: Program, file: SourceFile): boolean {
  return setting(program, file, 'INSTALLED_APPS')?.kind === 'list';
}

/** A setting of the module, or of the first class of django-configurations in it that has one. */
function setting(program: Program, file: SourceFile, name: string): SettingValue | undefined {
  const value = settingsOf(program, file).get(name);
  if (value) return value;
  for (const statement of file.module.body) {
    if (statement.kind !== 'ClassDef') continue;
    const { symbol } = program.member(file, statement, name);
    const binding = symbol.kind === 'binding' ? symbol.binding : undefined;
    const expr = binding?.kind === 'assign' || binding?.kind === 'annAssign' ? binding.statement.value : null;
    if (expr && symbol.kind === 'binding') return settingValue(program, symbol.file, expr);
  }
  return undefined;
}

function read(program: Program, file: SourceFile): DjangoSettings {
  const get = (name: string): SettingValue | undefined => setting(program, file, name);
  const installed = get('INSTALLED_APPS');
  const items = installed?.kind === 'list' ? installed.items : [];
  const entries = strings(items);
  let apps: readonly DjangoApp[] | undefined;
  const all = (): readonly DjangoApp[] => (apps ??= entries.map((entry) => readApp(program, file, entry)));
  return {
    path: file.path,
    installedApps: { value: entries, source: installed?.source ?? { path: file.path, line: 1 } },
    installedAppsComplete: items.length === entries.length,
    authUserModel: textFact(get('AUTH_USER_MODEL')),
    defaultAutoField: textFact(get('DEFAULT_AUTO_FIELD')),
    useTz: boolFact(get('USE_TZ')),
    timeZone: textFact(get('TIME_ZONE')),
    databaseRouters: listFact(get('DATABASE_ROUTERS')),
    get apps() {
      return all();
    },
    appOf(path) {
      let best: DjangoApp | undefined;
      for (const app of all()) {
        if (app.folder !== null && isInside(path, app.folder) && app.folder.length > (best?.folder?.length ?? -1))
          best = app;
      }
      return best;
    },
    get,
  };
}

/**
 * One entry of `INSTALLED_APPS`: the dotted name of a package, or of its configuration class
 * (https://docs.djangoproject.com/en/stable/ref/applications/#configuring-applications).
 */
function readApp(program: Program, settings: SourceFile, entry: string): DjangoApp {
  const module = program.moduleNamed(`${entry}.apps`, settings);
  const config = module ? onlyConfig(program, module) : configClass(program, settings, entry);
  if (config) {
    const name = configText(program, config, 'name')?.value ?? parentName(config.file.moduleName);
    return {
      label: configText(program, config, 'label')?.value ?? lastPart(name),
      package: name,
      folder: packageFolder(program, settings, name) ?? dirname(config.file.path),
      entry,
      defaultAutoField: configText(program, config, 'default_auto_field'),
    };
  }
  // Of a library, the class of the entry is not read: `allauth.account.apps.AccountConfig` is in `allauth.account`.
  const name = module ? entry : entry.replace(/\.(apps|config)\.\w+$/, '');
  return {
    label: lastPart(name),
    package: name,
    folder: packageFolder(program, settings, name),
    entry,
    defaultAutoField: null,
  };
}

interface Config {
  readonly file: SourceFile;
  readonly cls: ClassDef;
}

/** The configuration Django takes by itself: the only one in `apps.py`, or the one marked `default = True`. */
function onlyConfig(program: Program, file: SourceFile): Config | undefined {
  const configs = file.module.body
    .filter((statement) => statement.kind === 'ClassDef')
    .filter((cls) => isConfig(program, file, cls))
    .map((cls) => ({ file, cls }));
  if (configs.length <= 1) return configs[0];
  return configs.find((config) => {
    const value = configValue(program, config, 'default');
    return value?.kind === 'bool' && value.value;
  });
}

function configClass(program: Program, settings: SourceFile, entry: string): Config | undefined {
  const module = program.moduleNamed(parentName(entry), settings);
  const symbol = module && program.exported(module, lastPart(entry));
  return symbol?.kind === 'binding' && symbol.binding.kind === 'class'
    ? { file: symbol.file, cls: symbol.binding.node }
    : undefined;
}

function isConfig(program: Program, file: SourceFile, cls: ClassDef): boolean {
  return program.bases(file, cls).some((base) => base.kind === 'external' && /(^|\.)\w*AppConfig$/.test(base.name));
}

function configValue(program: Program, { file, cls }: Config, name: string): SettingValue | undefined {
  const { symbol } = program.member(file, cls, name);
  const binding = symbol.kind === 'binding' ? symbol.binding : undefined;
  const expr = binding?.kind === 'assign' || binding?.kind === 'annAssign' ? binding.statement.value : null;
  return expr && symbol.kind === 'binding' ? settingValue(program, symbol.file, expr) : undefined;
}

function configText(program: Program, config: Config, name: string): Fact<string> | null {
  return textFact(configValue(program, config, name));
}

function packageFolder(program: Program, settings: SourceFile, name: string): string | null {
  for (const inner of ['', '.apps', '.models']) {
    const file = program.moduleNamed(name + inner, settings);
    if (file && (inner !== '' || file.isPackage)) return dirname(file.path);
  }
  return null;
}

function textFact(value: SettingValue | undefined): Fact<string> | null {
  if (value?.kind === 'environment' && value.fallback) return textFact(value.fallback);
  return value?.kind === 'string' && value.complete ? { value: value.text, source: value.source } : null;
}

function boolFact(value: SettingValue | undefined): Fact<boolean> | null {
  if (value?.kind === 'environment' && value.fallback) return boolFact(value.fallback);
  return value?.kind === 'bool' ? { value: value.value, source: value.source } : null;
}

function listFact(value: SettingValue | undefined): Fact<readonly string[]> | null {
  return value?.kind === 'list' ? { value: strings(value.items), source: value.source } : null;
}

function strings(items: readonly SettingValue[]): readonly string[] {
  return [...new Set(items.flatMap((item) => (item.kind === 'string' && item.complete ? [item.text] : [])))];
}

function lastPart(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf('.') + 1);
}

function parentName(dotted: string): string {
  const dot = dotted.lastIndexOf('.');
  return dot === -1 ? dotted : dotted.slice(0, dot);
}
