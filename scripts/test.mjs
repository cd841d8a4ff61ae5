// npm test: see scripts/test/main.ts
import { continueWith } from './bootstrap.mjs';

continueWith('scripts/test/main.ts');
