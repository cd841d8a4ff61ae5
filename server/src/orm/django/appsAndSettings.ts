/** What Django is told of a project before its models are made: the apps it has and the settings that matter to them. */
import type { Program } from '../../python/types.ts';
import type { DjangoProject } from '../../query/program.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { DjangoFacts } from '../adapter.ts';
import { plainSetting } from '../djangoFacts.ts';
import type { Model } from '../model.ts';
import { contribPackage } from './known.ts';
import { DJANGO_SETTINGS } from './settingNames.ts';
import type { DjangoWriter } from './source.ts';

/** The apps and settings that the models need. */
export function djangoProject(
  models: readonly Model[],
  written: DjangoWriter,
  facts: DjangoFacts,
  snapshot: Snapshot | null,
  program: Program,
): DjangoProject {
  const apps = new Map<string, string>(written.standIns);
  for (const model of models) {
    if (model.appLabel === null) continue;
    const installed = facts.installedApps.find((app) => app.label === model.appLabel);
    const known = apps.get(model.appLabel);
    if (known === undefined || model.appPackage !== null)
      apps.set(model.appLabel, model.appPackage ?? installed?.package ?? model.appLabel);
  }
  // `django.contrib.auth` brings permissions, which point to content types.
  if (
    apps.has('auth') ||
    written.writer.steps.some((step) => step.op === 'import' && step.from.startsWith('django.contrib.auth'))
  ) {
    apps.set('auth', apps.get('auth') ?? contribPackage('auth'));
    apps.set('contenttypes', contribPackage('contenttypes'));
  }
  if (written.writer.steps.some((step) => step.op === 'import' && step.from.startsWith('django.contrib.contenttypes')))
    apps.set('contenttypes', contribPackage('contenttypes'));
  // It has no models, but lookups for the text fields of all others.
  if (facts.installedApps.some((app) => app.package === contribPackage('postgres')))
    apps.set('postgres', contribPackage('postgres'));
  const settings: Record<string, string | number | boolean | null> = {
    AUTH_USER_MODEL: facts.authUserModel,
    DEFAULT_AUTO_FIELD: facts.defaultAutoField,
    ...(facts.useTz === null ? {} : { USE_TZ: facts.useTz }),
    ...(facts.timeZone === null ? {} : { TIME_ZONE: facts.timeZone }),
  };
  // Django's own apps read it without any code of the project that names it.
  const readByDjango = facts.installedApps.some((app) => app.package === contribPackage('sites')) ? ['SITE_ID'] : [];
  for (const name of [...readByDjango, ...written.writer.settings.keys()].toSorted()) {
    if (name in settings || !/^[A-Z][A-Z0-9_]*$/.test(name) || DJANGO_SETTINGS.has(name) || name === 'BASE_DIR')
      continue;
    const value = snapshot && facts.path ? plainSetting(program, snapshot, facts.path, name) : undefined;
    // One that was not found is an unknown value wherever it is read.
    if (value !== undefined) settings[name] = value;
  }
  const place = appOrder(facts);
  return {
    apps: [...apps]
      .map(([label, name]) => ({ label, package: name }))
      .toSorted((a, b) => place(a.label) - place(b.label) || (a.label < b.label ? -1 : 1)),
    settings,
    receivers: written.receivers,
    databases: Object.fromEntries(facts.databases.map(({ alias, dialect }) => [alias, dialect])),
    routers: written.routers,
    overrides: written.overrides,
  };
}

/** The place of an app in `INSTALLED_APPS`; those that are not there come last. */
function appOrder(facts: DjangoFacts): (label: string | null) => number {
  const places = new Map(facts.installedApps.map(({ label }, index) => [label, index]));
  return (label) => (label === null ? undefined : places.get(label)) ?? places.size;
}
