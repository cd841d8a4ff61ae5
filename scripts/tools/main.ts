/** Installs the heavy tools of the tests into the cache folder, when they are not there: `npm test -- tools`. */
import { buildLibraryZips } from '../build/assets.ts';
import { codeServer } from './codeServer.ts';
import { ensureSystemPackages } from './system.ts';

try {
  await ensureSystemPackages('chromium', 'fonts-dejavu-core', 'python3-pip', 'python3-venv');
  await codeServer();
  await buildLibraryZips();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
