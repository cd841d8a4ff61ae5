/** Whether code is written for SQLAlchemy 2.0, where what was deprecated before is gone. */
import type { SourceFile } from '../../python/types.ts';
import { libraryVersionOf } from '../graph.ts';
import type { Inference } from '../infer.ts';

/** Names that SQLAlchemy has since 2.0: who uses them has it. */
const NEW_NAMES = ['DeclarativeBase', 'mapped_column', 'async_sessionmaker', 'MappedAsDataclass', 'WriteOnlyMapped'];

/**
 * `yes`: the project pins, installs or demands it, or uses what came with it. `no`: an older one is pinned, or allowed.
 * `unknown`: the project does not say.
 */
export function isSqlalchemy2(file: SourceFile, { program, graph }: Inference): 'yes' | 'no' | 'unknown' {
  const version = libraryVersionOf(graph, file.path, 'sqlalchemy');
  if (version !== null) return Number(version.split('.')[0]) >= 2 ? 'yes' : 'no';
  return program.pathsMentioning(NEW_NAMES).length > 0 ? 'yes' : 'unknown';
}
