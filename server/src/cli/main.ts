#!/usr/bin/env node
/**
 * `ormsight`: the engine of the editor on a command line. Exit status 0: done, 1: `check` found something, 2: could
 * not run, with one clear line.
 */
import { CliError, parseCommandLine } from './commandLine.ts';
import { check } from './commands/check.ts';
import { models } from './commands/models.ts';
import { sql } from './commands/sql.ts';
import { helpOf } from './help.ts';
import packageJson from '../../../package.json' with { type: 'json' };

async function main(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv);
  if (line.command === 'help') {
    process.stdout.write(helpOf(line.topic));
    return 0;
  }
  if (line.command === 'version') {
    process.stdout.write(`ormsight ${packageJson.version}\n`);
    return 0;
  }
  switch (line.command) {
    case 'sql':
      return sql(line);
    case 'models':
      return models(line);
    case 'check':
      return check(line);
  }
}

// A reader that closes early (`ormsight sql . | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// No `await` at the top level: the bundle is a CommonJS module.
main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const message =
      error instanceof CliError
        ? error.message
        : `unexpected: ${error instanceof Error ? error.message : String(error)}`;
    process.stderr.write(`ormsight: ${message}\n`);
    if (!(error instanceof CliError) && process.env['ORMSIGHT_DEBUG'] && error instanceof Error)
      process.stderr.write(`${error.stack}\n`);
    process.exitCode = 2;
  },
);
