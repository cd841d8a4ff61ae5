/** The settings that Django models depend on, from wherever the project keeps them. */
import type { Program } from '../python/types.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { DEFAULT_DJANGO, type DjangoFacts } from './adapter.ts';

export function djangoFacts(_program: Program, _snapshot: Snapshot): DjangoFacts {
  return DEFAULT_DJANGO;
}
