/**
 * How much of the queries of real projects we can show: a table of query sites, exact, partial and unsupported, and
 * the reasons of the last two by frequency.
 *
 *     npm run survey -- PATH...                         the table and the reasons
 *     npm run survey -- PATH... --application           without tests, migrations and documentation
 *     npm run survey -- PATH... --list 'not defined'    the places whose reason matches, with their reasons
 *     npm run survey -- PATH... --sample 20 --seed 7    exact answers at random, whole, as JSON
 *     npm run survey -- PATH... --time                  each query once more, and how long that takes
 *     npm run survey -- PATH... --time --slowest 20     the places that took longest
 *     npm run survey -- PATH... --trust                 with the ORM of each project's own environment
 *     npm run survey -- PATH... --save FILE             all answers, as JSON; a later `--saved FILE` reads them
 *     npm run survey -- PATH... --only REGEXP           only files whose path matches
 *     npm run survey -- PATH... --backwards             the last file first: no answer may depend on those before it
 *     npm run survey -- --saved FILE --against OTHER    the places that two surveys answer differently
 *
 * Needs `npm run build`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Answer, answersOf } from './survey/answers.ts';
import { differencesBetween } from './survey/differences.ts';
import { printReasons, printSlowest, printTable } from './survey/report.ts';
import { randomOf } from './survey/random.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    application: { type: 'boolean', default: false },
    list: { type: 'string' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    time: { type: 'boolean', default: false },
    slowest: { type: 'string' },
    trust: { type: 'boolean', default: false },
    save: { type: 'string' },
    saved: { type: 'string' },
    only: { type: 'string' },
    backwards: { type: 'boolean', default: false },
    against: { type: 'string' },
    reasons: { type: 'string', default: '40' },
  },
});

const saved = (file: string): Answer[] => JSON.parse(readFileSync(file, 'utf8')) as Answer[];
const answers: Answer[] = options.saved ? saved(options.saved) : [];
for (const path of options.saved ? [] : positionals) {
  const project = await answersOf(resolve(path), basename(resolve(path)), {
    again: options.time,
    isTrusted: options.trust,
    isApplicationOnly: options.application,
    only: options.only ? new RegExp(options.only) : null,
    isBackwards: options.backwards,
  });
  answers.push(...project);
  if (positionals.length > 1) console.error(`${basename(path)}: ${project.length} query sites`);
}
if (options.save) writeFileSync(options.save, JSON.stringify(answers));

const counted = options.application ? answers.filter(({ isAside }) => !isAside) : answers;
if (options.against) {
  for (const line of differencesBetween(saved(options.against), counted)) console.log(line);
} else if (options.sample) {
  const exact = counted.filter(({ status }) => status === 'exact');
  console.log(JSON.stringify(randomOf(exact, Number(options.sample), Number(options.seed)), null, 2));
} else if (options.list) {
  const pattern = new RegExp(options.list);
  for (const one of counted.filter(({ reason }) => reason && pattern.test(reason)))
    console.log(`${one.project}/${one.file}:${one.line} ${one.status}\n    ${one.source}\n    ${one.reason}`);
} else if (options.slowest) {
  printSlowest(counted, Number(options.slowest));
} else {
  printTable(counted);
  printReasons(counted, Number(options.reasons));
}
