/** From a query expression to what it sends: slice, models, target, renderer, and the answer in a user's words. */
import type { CancellationToken } from '../base/cancellation.ts';
import { compareVersions, featureReleaseOf } from '../base/versions.ts';
import { reconnectedBefore } from '../orm/django/reconnected.ts';
import type { Inference } from '../orm/infer.ts';
import { type Doubt, modelSetFor, type SentStatement, unknownFor } from '../orm/modelSet.ts';
import { strangeModels } from '../orm/programs.ts';
import type { QuerySite } from '../orm/sites.ts';
import { createSliceResolver } from '../orm/sliceResolver.ts';
import { driverWithDatabases } from '../orm/sqlalchemy/databases.ts';
import type { DialectName, HoleType, ModelSet, Slice, Step, Target } from '../query/program.ts';
import { registriesAmong } from '../query/registries.ts';
import { sliceOf } from '../query/slice.ts';
import type { SourceFile } from '../python/types.ts';
import type { Reading, RenderedVariant, RenderResult } from '../render/protocol.ts';
import { type InstalledLibrary, oldestReleases } from '../render/installed/installedLibrary.ts';
import type { Renderer } from '../render/renderer.ts';
import { type OtherCompanion, usedCompanions } from './companions.ts';
import { libraryNames } from './labels.ts';
import type { QueryView, StatementView } from './views.ts';

/** What queries of a file are rendered for, and how it is known. */
export interface FileTarget {
  readonly dialect: DialectName;
  readonly driver: string | null;
  readonly dialectSource: QueryView['dialectSource'];
  /** Feature release that is bundled. */
  readonly version: string;
  /** What the project pins when that is another feature release; else null. */
  readonly pinnedVersion: string | null;
  /** What stands on the ORM and is bundled in another release than the project's. */
  readonly otherCompanions: readonly OtherCompanion[];
  /** The project's own library, which is asked instead of the bundled one; null in an untrusted workspace. */
  readonly installed: InstalledLibrary | null;
}

const MAX_VARIANTS = 8;

/** Renders one query expression; null for an attribute that is simply there. Throws `CancelledError` when it is no longer wanted. */
export async function renderSite(
  file: SourceFile,
  site: QuerySite,
  inference: Inference,
  target: FileTarget,
  renderer: Renderer,
  cancellation?: CancellationToken,
): Promise<QueryView | null> {
  const strange = strangeModels(inference.program, inference.graph, file.path);
  const { slice, models } = sliceOf(inference.program, file, site.expr, createSliceResolver(inference, strange));
  const later = new Set([...strange, ...(site.of === 'schema' ? declaredBelow(file, site, inference) : [])]);
  const seeds =
    site.of === 'schema'
      ? allTables(inference).filter((id) => !later.has(id))
      : [...new Set([...models, ...modelsOfHoles(slice)])];
  const modelSet = modelSetFor(inference.program, inference.graph, seeds, later);
  const result = await renderer.render(
    {
      target: renderTarget(file, site, target, inference),
      models: { ...modelSet, unknown: [] },
      slice: {
        ...withoutModels(slice, modelSet),
        registries: registriesAmong(inference.program, file, [...modelSet.steps, ...slice.steps]),
      },
      maxVariants: MAX_VARIANTS,
    },
    cancellation,
    { installed: target.installed },
  );
  // A column that is there, a rollback of nothing and data that is checked by itself are worth no word.
  if (
    (site.of === 'column' || site.of === 'rollback' || site.of === 'check') &&
    result.kind !== 'refused' &&
    sentBy(result, site.orm).length === 0
  )
    return null;
  const failure = target.installed && renderer.failureOf(target.installed);
  const isOwn = target.installed !== null && failure === null;
  const companions = isOwn ? [] : usedCompanions(target.otherCompanions, [...modelSet.steps, ...slice.steps]);
  return viewOf(
    file,
    site,
    target,
    failure,
    result,
    [
      ...unknownFor(modelSet, sentBy(result, site.orm), unknownModels(result), seeds),
      ...slice.unknown,
      ...receiversChanged(file, site, result, inference),
      ...companions.map(
        ({ label, bundled, wanted }) => `compiled with ${label} ${bundled}, the project uses ${wanted}`,
      ),
    ],
    slice.reads,
  );
}

/** Why a release of another feature version compiled it; null when it is of the same. */
function differenceOf(
  { orm }: QuerySite,
  { pinnedVersion, installed }: FileTarget,
  used: string,
  failure: string | null,
): string | null {
  const wanted = pinnedVersion ?? installed?.packages[0]?.version ?? used;
  if (featureReleaseOf(wanted) === featureReleaseOf(used)) return null;
  const name = libraryNames[orm];
  const oldest = oldestReleases[orm];
  const tooOld = compareVersions(wanted, oldest) < 0;
  const why = tooOld
    ? `, and Ormsight runs ${oldest} and newer`
    : failure === null
      ? ''
      : `, which does not start in the sandbox (${failure})`;
  return `compiled by ${name} ${used}, the project uses ${wanted}${why}`;
}

/** Django writes one object and no other; a session of SQLAlchemy follows relations, whatever they are. */
function sentBy(result: RenderResult, orm: QuerySite['orm']): readonly SentStatement[] {
  if (result.kind !== 'rendered') return [];
  return result.variants.flatMap(({ statements }) =>
    statements.map(({ sql, role }) => ({ sql, isFlush: role === 'flush' && orm === 'sqlalchemy' })),
  );
}

/** Receivers only matter where objects are written. */
function receiversChanged(
  file: SourceFile,
  { orm, range }: QuerySite,
  result: RenderResult,
  { program }: Inference,
): readonly string[] {
  if (orm !== 'django' || result.kind !== 'rendered') return [];
  const writes = result.variants.some(({ statements }) =>
    statements.some(({ sql }) => /^\s*(INSERT|UPDATE|DELETE)\b/.test(sql)),
  );
  return writes ? reconnectedBefore(program, file, range.start) : [];
}

function unknownModels(result: RenderResult): readonly Doubt[] {
  if (result.kind !== 'rendered') return [];
  return result.unknownModels.map(({ module, name, ...said }) => ({ id: `${module}.${name}`, ...said }));
}

function renderTarget(
  file: SourceFile,
  { orm }: QuerySite,
  { version, dialect, driver }: FileTarget,
  { program }: Inference,
): Target {
  const sending = orm === 'sqlalchemy' ? driverWithDatabases(program, file, driver) : driver;
  return { library: orm, version, dialect, driver: sending };
}

/** What the model set already defines must not be defined again: a table made twice is two tables. */
function withoutModels(slice: Slice, models: ModelSet): Slice {
  // What the models only have as an unknown value, such as a session, the slice may know better.
  const known = new Set(models.steps.filter((step) => !isUnknown(step)).map(stepKey));
  const better = new Set<string>();
  const steps = slice.steps.filter((step) => {
    const key = stepKey(step);
    const isBetter = step.op === 'link' ? better.has(`${step.from}#${step.name}`) : !isUnknown(step) && !known.has(key);
    if (isBetter) better.add(key);
    return isBetter || !known.has(key);
  });
  return { ...slice, steps };
}

function isUnknown(step: Step): boolean {
  return step.op === 'hole' && step.hole.type.kind === 'unknown';
}

function stepKey(step: Step): string {
  if (step.op === 'member') return `${step.module}#${step.cls}.${step.name}()`;
  return `${step.module}#${step.op === 'define' ? step.name : step.as}`;
}

/** What stands behind a `MetaData`: every model and table of SQLAlchemy. */
function allTables({ graph }: Inference): readonly string[] {
  return [...graph.models, ...graph.tables].filter(({ orm }) => orm === 'sqlalchemy').map(({ id }) => id);
}

/** In a script, the models and tables that are only made after the expression has run. */
function declaredBelow({ path, scope }: SourceFile, site: QuerySite, { graph }: Inference): readonly string[] {
  if (site.function !== null) return [];
  const isBelow = (name: string): boolean =>
    scope.bindings.get(name)?.every(({ range }) => range.start > site.range.start) ?? false;
  const declared = [...graph.models, ...graph.tables].filter((each) => each.declared.path === path);
  return declared.flatMap(({ id, name }) => (isBelow(name) ? id : []));
}

function modelsOfHoles(slice: Slice): string[] {
  const holes = [
    ...slice.holes.map(({ hole }) => hole),
    ...slice.steps.flatMap((step) => (step.op === 'hole' ? [step.hole] : [])),
  ];
  return holes.flatMap((hole) => instances(hole.type));
}

function instances(type: HoleType): string[] {
  switch (type.kind) {
    case 'instance':
    case 'class':
      return [`${type.module}.${type.name}`];
    case 'list':
      return instances(type.of);
    case 'choice':
      return type.of.flatMap(instances);
    case 'object':
      return Object.values(type.attributes).flatMap(instances);
    default:
      return [];
  }
}

// ---------------------------------------------------------------- the answer

function viewOf(
  file: SourceFile,
  site: QuerySite,
  target: FileTarget,
  failure: string | null,
  result: RenderResult,
  unknownBefore: readonly string[],
  reads: Slice['reads'],
): QueryView {
  const base = {
    path: file.path,
    range: site.range,
    function: site.function,
    orm: site.orm,
    pinnedVersion: target.pinnedVersion,
    note: null,
    dialect: target.dialect,
    dialectSource: target.dialectSource,
  };
  const unsupported = (reason: string): QueryView => ({
    ...base,
    driver: target.driver,
    ormVersion: null,
    status: 'unsupported',
    reason,
    statements: [],
    sendsNothingWhen: [],
    moreVariants: 0,
  });
  switch (result.kind) {
    case 'rendered': {
      const unknown = [...unknownBefore, ...result.unknown];
      const difference = differenceOf(site, target, result.libraryVersion, failure);
      if (difference) unknown.push(difference);
      return {
        ...base,
        driver: result.driver,
        ormVersion: result.libraryVersion,
        status: unknown.length === 0 ? 'exact' : 'partial',
        reason: unknown.length === 0 ? null : sentence(listed(unknown)),
        statements: result.variants.flatMap(statementsOf),
        sendsNothingWhen: result.variants.flatMap((one) =>
          one.statements.length === 0 ? (conditionOf(one) ?? []) : [],
        ),
        moreVariants: result.moreVariants,
        note: result.reading && reads ? readingText(reads, result.reading, result.variants) : null,
      };
    }
    case 'nothing':
      return unsupported(
        sentence(
          listed([
            'Nothing is sent here: what it needs is loaded already, or no query could be followed to this place',
            ...unknownBefore,
          ]),
        ),
      );
    case 'failed':
      return unsupported(sentence(listed([result.message, ...unknownBefore])));
    case 'refused':
      return unsupported(
        /^syntax error/.test(result.message)
          ? 'The code here is not complete.'
          : sentence(`Not run in the sandbox: ${result.message}`),
      );
    case 'cutOff':
      return unsupported(CUT_OFF[result.reason]);
  }
}

/** Why reading an attribute sends what it sends; null for a query that is sent each time it is asked. */
function readingText(
  reads: { readonly owner: string; readonly name: string },
  { state, by }: Reading,
  variants: readonly RenderedVariant[],
): string | null {
  const owner = `\`${reads.owner}\``;
  const attribute = `\`${reads.owner}.${reads.name}\``;
  if (variants.every(({ statements }) => statements.length === 0)) {
    switch (state) {
      case 'new':
        return `Sends nothing here: ${owner} is new, nothing is loaded for it.`;
      case 'asked':
        return null;
      case 'lazy':
        return `Sends nothing here: the session holds what ${attribute} refers to.`;
      default:
        return `Sends nothing here: ${attribute} is loaded already${by ? `, by \`${by}\`` : ''}.`;
    }
  }
  switch (state) {
    case 'expired':
      return `Sent here because ${owner} has expired: a commit, a rollback or \`expire\` came before.`;
    case 'asked':
      return null;
    case 'deferred':
      return `Sent here because ${attribute} was left out when ${owner} was loaded${by ? `, by \`${by}\`` : ''}.`;
    default:
      return `Sent here because ${attribute} is loaded when it is first read${by ? `, by \`${by}\`` : ''}.`;
  }
}

const CUT_OFF = {
  time: 'Building this query took too long and was stopped.',
  memory: 'Building this query needed too much memory and was stopped.',
  recursion: 'Building this query recursed too deeply and was stopped.',
  crash: 'Building this query ended the sandbox; it was started again.',
} as const;

function statementsOf(variant: RenderedVariant): StatementView[] {
  const when = conditionOf(variant);
  return variant.statements.map((statement) => ({ ...statement, when }));
}

/** `a and (b or c)`; null where it is sent in any case. */
function conditionOf({ when }: RenderedVariant): string | null {
  if (when.length === 0) return null;
  return when
    .map((one) => (when.length > 1 && / or | if /.test(one) && !isNegation(one) ? `(${one})` : one))
    .join(' and ');
}

/** Whether a condition is `not (…)` as a whole. */
function isNegation(condition: string): boolean {
  if (!/^not \(.*\)$/s.test(condition)) return false;
  let depth = 0;
  for (const [bracket] of condition.slice('not '.length, -1).matchAll(/[()]/g)) {
    depth += bracket === '(' ? 1 : -1;
    if (depth === 0) return false;
  }
  return true;
}

const MAX_REASONS = 4;

/** The first reasons, and how many more there are. */
function listed(reasons: readonly string[]): string {
  const all = [...new Set(reasons)];
  const shown = all.length > MAX_REASONS ? all.slice(0, MAX_REASONS - 1) : all;
  return [...shown, ...(shown.length < all.length ? [`and ${all.length - shown.length} more`] : [])].join('; ');
}

/** Starts with a capital unless it starts with code, ends with a full stop. */
function sentence(text: string): string {
  const capital = /^[a-z]/.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
