import type { Call, Expr } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import { isOfApplication } from '../programs.ts';
import { MAKING_SESSIONS, sessionMaker } from './sessionMakers.ts';

/**
 * `expire_on_commit` as a session or a factory of them is given it; a class of the project may have its own default.
 * Source: https://docs.sqlalchemy.org/en/20/orm/session_api.html#sqlalchemy.orm.Session.params.expire_on_commit
 */
export function expiryOf({ keywords }: Call): { readonly expires?: boolean } {
  const given = givenExpiry(keywords);
  if (given) return given;
  const cls = keywords.find(({ name }) => name?.text === 'class_')?.value;
  const isKnown = !cls || (cls.kind === 'Name' && /^(Async)?Session$/.test(cls.id));
  return isKnown && keywords.every(({ name }) => name !== null) ? { expires: true } : {};
}

/** What a call of a factory says itself; null when it leaves that to the factory. */
export function givenExpiry(keywords: Call['keywords']): { readonly expires?: boolean } | null {
  const given: Expr | undefined = keywords.find(({ name }) => name?.text === 'expire_on_commit')?.value;
  if (!given) return null;
  const expires = ofBool(given);
  return expires === undefined ? {} : { expires };
}

function ofBool(given: Expr): boolean | undefined {
  return given.kind === 'Constant' && given.type === 'bool' ? given.value : undefined;
}

const WORD = 'expire_on_commit';

/**
 * Whether sessions expire what they have loaded, of which it is not known who made them: true or false where all that the
 * application makes are alike, else null.
 */
export function expiryInProject(program: Program): boolean | null {
  const isOwn = (path: string): boolean => isOfApplication(program, path);
  if (!program.pathsMentioning([WORD]).some(isOwn)) return true;
  const files = program.pathsMentioning([...MAKING_SESSIONS, WORD]);
  const found = new Set<boolean | null>();
  for (const path of files.filter(isOwn)) {
    const file = program.file(path);
    if (file) for (const expires of expiriesIn(program, file)) found.add(expires);
  }
  const [first] = found;
  return found.size === 1 ? first! : null;
}

const known = new WeakMap<SourceFile, readonly (boolean | null)[]>();

/** Of each session and factory that a file makes, what it says; null for everything else that is said of it. */
function expiriesIn(program: Program, file: SourceFile): readonly (boolean | null)[] {
  const before = known.get(file);
  if (before) return before;
  const found = [...nodesUnder(file.module.body)].flatMap((node) => {
    if (node.kind === 'Call') return ofCall(program, file, node);
    if (node.kind === 'Attribute') return node.attr.text === WORD ? [null] : [];
    // `SQLAlchemy(session_options={"expire_on_commit": False})`.
    if (node.kind !== 'Dict') return [];
    return node.values.flatMap((value, index) => {
      const key = node.keys[index];
      return key?.kind === 'Constant' && key.value === WORD ? [ofBool(value) ?? null] : [];
    });
  });
  known.set(file, found);
  return found;
}

function ofCall(program: Program, file: SourceFile, call: Call): readonly (boolean | null)[] {
  const made = sessionMaker(program, file, call);
  // What the extension is told of its sessions is a dict.
  if (made === null || made.kind === 'extension') return givenExpiry(call.keywords) ? [null] : [];
  // `Session()` without anything stands in annotations and in tests of types.
  return call.args.length + call.keywords.length > 0 ? [expiryOf(call).expires ?? null] : [];
}
