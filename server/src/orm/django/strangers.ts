/**
 * Apps of a project that are not in its workspace and take part when rows are deleted: those that may have models which
 * refer to its users, as their rows are deleted, or changed, when a user is; and those that listen to all deletions.
 */
import type { Program } from '../../python/types.ts';
import type { Environment } from '../../workspace/environments.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { DjangoFacts } from '../adapter.ts';

/** Apps that have no model which refers to a user, those of Django itself among them. */
const APART =
  /^(django\.contrib\.(?!admin$)\w+|rest_framework|corsheaders|django_filters|django_extensions|debug_toolbar|crispy_\w+|storages|whitenoise\.\w+|drf_spectacular\w*|drf_yasg|compressor|widget_tweaks|sekizai|formtools|rosetta|django_celery_(beat|results)|health_check\b.*|channels|daphne|graphene_django|rest_framework_simplejwt|django_htmx|django_tables2|phonenumber_field|django_countries|taggit|mptt|treebeard|cacheops|django_prometheus|django_hosts|modeltranslation|parler|sorl\.thumbnail|easy_thumbnails|django_redis|import_export|anymail|csp|axes)$/;

/** What a models module that refers to users has in it. */
const REFERS = /AUTH_USER_MODEL|get_user_model|\bauth\.User\b|contrib\.auth\.models/;

/** The packages of such apps: `django.contrib.admin`, `allauth.account`. */
export function strangersTo(program: Program, snapshot: Snapshot | null, facts: DjangoFacts): readonly string[] {
  const settings = program.file(facts.path);
  const environment = snapshot?.environmentOf(facts.path) ?? null;
  return facts.installedApps
    .map((app) => app.package)
    .filter(
      (name) =>
        !APART.test(name) &&
        !(settings && program.moduleNamed(name, settings)) &&
        (environment === null || mayRefer(environment, name)),
    );
}

/** What connects a receiver to the deletion of objects of any model. */
const LISTENS =
  /\b(pre|post)_delete\.connect\(\s*[\w.]+\s*(,\s*(weak|dispatch_uid)\s*=\s*[^,()]+)*,?\s*\)|@receiver\(\s*([[(][^\])]*)?\b(pre|post)_delete\b[^=)]*\)\s*\n/;

/** Modules in which an app does that. */
const LISTENING = ['apps.py', 'models.py', 'signals.py', 'receivers.py', 'handlers.py', 'signals/handlers.py'];

/**
 * The packages of apps that listen to the deletion of whatever model. Django then loads the rows before it deletes them.
 * None where no environment tells.
 */
export function listenersToDeletions(
  program: Program,
  snapshot: Snapshot | null,
  facts: DjangoFacts,
): readonly string[] {
  const settings = program.file(facts.path);
  const environment = snapshot?.environmentOf(facts.path) ?? null;
  if (environment === null) return [];
  const listens = (name: string): boolean =>
    environment.sitePackages.some((folder) =>
      LISTENING.some((module) =>
        LISTENS.test(environment.python(`${folder}/${name.replaceAll('.', '/')}/${module}`)?.text ?? ''),
      ),
    );
  return facts.installedApps
    .map((app) => app.package)
    .filter(
      (name) => !name.startsWith('django.') && !(settings && program.moduleNamed(name, settings)) && listens(name),
    );
}

function mayRefer(environment: Environment, name: string): boolean {
  const below = name.replaceAll('.', '/');
  for (const folder of environment.sitePackages) {
    const root = `${folder}/${below}`;
    if (!environment.isFolder(root)) continue;
    // What a package of models imports is not read.
    if (environment.isFolder(`${root}/models`)) return true;
    const models = environment.python(`${root}/models.py`);
    return REFERS.test(models?.text ?? '');
  }
  return true;
}
