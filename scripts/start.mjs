// npm start: see scripts/start/main.ts
import { continueWith } from './bootstrap.mjs';

continueWith('scripts/start/main.ts');
