/** Installs the heavy tools of the tests into the cache folder, when they are not there: `npm test -- tools`. */
import { codeServer } from './codeServer.ts';
import { ensureSystemPackages } from './system.ts';

await ensureSystemPackages('chromium', 'fonts-dejavu-core');
await codeServer();
