import type { Program } from '../../python/types.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { MigrationProject, MigrationToolName } from '../project.ts';

/** One program that changes databases step by step. */
export interface MigrationTool {
  readonly name: MigrationToolName;
  /** The projects of the workspace that use it, sorted by folder. Nothing is run. */
  detect(snapshot: Snapshot, program: Program): readonly MigrationProject[];
}
