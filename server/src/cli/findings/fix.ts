import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { fixAll } from '../../ide/fixAll.ts';
import type { Diagnostic } from '../../ide/views.ts';
import { applyEdits } from '../../base/edits.ts';
import type { Project } from '../project.ts';

/** Fixes can make others possible; more rounds than this would be two rules that undo each other. */
const MAX_ROUNDS = 10;

/**
 * Writes the preferred fixes into the files until there are none left, and gives what is still found.
 * A file that is not UTF-8, or that changed on disk meanwhile, is named on standard error and left alone.
 */
export function fixFiles(project: Project, find: () => readonly Diagnostic[]): readonly Diagnostic[] {
  const left = new Set<string>();
  let found = find();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const edits = fixAll(
      found.filter(({ fixes }) => !fixes.some((fix) => fix.edits.some(({ path }) => left.has(path)))),
    );
    if (edits.length === 0) break;
    for (const path of new Set(edits.map((edit) => edit.path))) {
      const changed = applyEdits(
        project.snapshot.text(path) ?? '',
        edits.filter((edit) => edit.path === path),
      );
      if (!write(path, project.snapshot.text(path), changed)) {
        left.add(path);
        process.stderr.write(
          `ormsight: ${project.nameOf(path)}: not fixed, it is not UTF-8 or was changed meanwhile\n`,
        );
      } else project.fileChanged(path);
    }
    found = find();
  }
  return found;
}

/** In one step, so that nobody ever sees half a file; with its byte order mark and its rights. */
function write(path: string, before: string | undefined, after: string): boolean {
  const bytes = readFileSync(path);
  const mark = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? '\uFEFF' : '';
  if (before === undefined || !bytes.equals(Buffer.from(mark + before))) return false;
  const temporary = `${path}.ormsight-${process.pid}`;
  writeFileSync(temporary, mark + after, { mode: statSync(path).mode });
  renameSync(temporary, path);
  return true;
}
