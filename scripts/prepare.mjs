// What npm runs when it installs Ormsight from a clone, as pre-commit does: builds the command line.
import { continueWith } from './bootstrap.mjs';

continueWith('scripts/build.ts', ['--only', 'cli', '--production']);
