import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that start something built or installed; everything else is quick and runs on the sources. */
const slow = ['sandbox', 'protocol', 'extension', 'vsix', 'native'];

export default defineConfig({
  test: {
    // Vitest would leave one core to the editor, of two.
    maxWorkers: availableParallelism(),
    projects: [
      project(
        'quick',
        ['test/**/*.test.ts'],
        slow.map((folder) => `test/${folder}/**`),
      ),
      ...slow.map((folder) => project(folder, [`test/${folder}/**/*.test.ts`])),
    ],
  },
});

function project(name: string, include: string[], exclude: string[] = []) {
  const isQuick = name === 'quick';
  // Files that share loaded modules: the quick ones keep nothing there, those of the sandbox the renderer that they ask.
  const sharesModules = isQuick || name === 'sandbox';
  return {
    test: {
      name,
      include,
      exclude,
      // Generous: a limit is there to end what hangs, and machines are busy.
      // A browser that drives a real VS Code on a busy machine can miss a moment.
      retry: name === 'extension' || name === 'vsix' ? 2 : 0,
      testTimeout: 120_000,
      hookTimeout: 300_000,
      fileParallelism: isQuick,
      isolate: !sharesModules,
      // Each that shares modules has workers of its own.
      sequence: { groupOrder: name === 'sandbox' ? 1 : 0 },
    },
  };
}
