import { writeFile } from 'node:fs/promises';

/** Tests that run inside the extension host, by name. This file is bundled into them: it imports no test runner. */
export type HostTests = Readonly<Record<string, () => Promise<void>>>;

/** Makes the function that VS Code calls: it runs the tests one after the other and writes the results file. */
export function hostTests(tests: HostTests): () => Promise<void> {
  return async () => {
    const results = [];
    for (const [name, test] of Object.entries(tests)) {
      try {
        await test();
        results.push({ name, error: null });
      } catch (error) {
        results.push({ name, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      }
    }
    await writeFile(process.env['ORMSIGHT_TEST_RESULTS'] ?? '', JSON.stringify(results));
  };
}

/** Waits until something is there; what it throws meanwhile counts as not there. */
export async function eventually<T>(look: () => T | undefined | Promise<T | undefined>, seconds = 30): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown = 'it was undefined';
  while (Date.now() < deadline) {
    try {
      const value = await look();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Not there after ${seconds} s: ${String(last)}`);
}
