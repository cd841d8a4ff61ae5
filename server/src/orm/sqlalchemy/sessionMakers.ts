/** Where an application makes its sessions: by a factory, by Flask-SQLAlchemy's extension, or one of its own each time. */
import type { Call } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import { isOfApplication } from '../programs.ts';

export interface SessionMaker {
  readonly call: Call;
  readonly kind: 'session' | 'factory' | 'extension';
}

/** What a call makes sessions with; null for every other call. */
export function sessionMaker(program: Program, file: SourceFile, call: Call): SessionMaker | null {
  const symbol = program.resolve(file, call.func, program.scopeAt(file, call.start));
  if (symbol.kind !== 'external') return null;
  if (EXTENSION.test(symbol.name)) return { call, kind: 'extension' };
  const [, name] = OF_SESSIONS.exec(symbol.name) ?? [];
  return name === undefined ? null : { call, kind: /^(Async)?Session$/.test(name) ? 'session' : 'factory' };
}

const EXTENSION = /^flask_sqlalchemy\.(?:.*\.)?SQLAlchemy$/;
const OF_SESSIONS = /^(?:sqlalchemy|sqlmodel)\.(?:.*\.)?((?:async_)?sessionmaker|(?:Async)?Session)$/;

/** Words of which each file has one that makes sessions. */
const FACTORIES = ['sessionmaker', 'async_sessionmaker', 'SQLAlchemy'];
export const MAKING_SESSIONS = [...FACTORIES, 'Session', 'AsyncSession'];

/** Whether all sessions of an application come from one factory. */
export function hasOneFactory(program: Program): boolean {
  const paths = program.pathsMentioning(FACTORIES).filter((path) => isOfApplication(program, path));
  const files = paths.flatMap((path) => program.file(path) ?? []);
  return files.reduce((count, file) => count + factoriesIn(program, file), 0) === 1;
}

function factoriesIn(program: Program, file: SourceFile): number {
  const calls = [...nodesUnder(file.module.body)].filter((node) => node.kind === 'Call');
  return calls.filter((call) => (sessionMaker(program, file, call)?.kind ?? 'session') !== 'session').length;
}
