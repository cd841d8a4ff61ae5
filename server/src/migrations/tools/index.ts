import type { Program } from '../../python/types.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { MigrationProject } from '../project.ts';
import { alembic } from './alembic/detect.ts';
import { django } from './django/detect.ts';
import type { MigrationTool } from './tool.ts';

/** Every migration tool we know. */
export const tools: readonly MigrationTool[] = [alembic, django];

/** All projects of the workspace whose database can be upgraded. */
export function migrationProjects(snapshot: Snapshot, program: Program): readonly MigrationProject[] {
  return tools.flatMap((tool) => tool.detect(snapshot, program));
}
