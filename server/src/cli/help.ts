import type { Topic } from './commandLine.ts';

/** The help of the program or of one command, ending with a line break. */
export function helpOf(topic: Topic): string {
  return HELP[topic];
}

const STATUS = `Exit status: 0 done, 1 check found something, 2 could not run.
`;

const HELP: Readonly<Record<Topic, string>> = {
  general: `Usage: ormsight COMMAND PATH... [options]

Shows what Python ORM code does to its database, without running it.

Commands:
  sql     the SQL that every query expression sends
  models  the tables that the models declare
  check   findings, such as a relation loaded once per row of a loop

Options:
  --format text|json  text for people (default), JSON for programs
  -h, --help          this text, or that of a command: ormsight sql --help
  -V, --version       the version

PATH is a Python file or a folder; the rest of its project is read for the models.
${STATUS}`,
  sql: `Usage: ormsight sql PATH... [options]

The SQL that every query expression in the files sends, compiled by the real ORM in a sandbox.

Options:
  --dialect postgresql|sqlite|mysql  default: what the project's settings name
  --driver NAME                      as in an engine URL: psycopg2, asyncpg, pysqlite, mysqldb ...
  --trust                            compile with the ORM that is installed in the project's environment, in the
                                     sandbox; else with the bundled release that is nearest to it
  --at FILE:LINE[:COL]               only the query at this place, lines and columns counted from 1
  --format text|json                 text for people (default), JSON for programs (docs/cli.md)
  -h, --help                         this text

${STATUS}`,
  models: `Usage: ormsight models PATH... [options]

The tables, columns, keys and indexes that the models in the files declare.

Options:
  --format text|json  text for people (default), JSON for programs (docs/cli.md)
  -h, --help          this text

${STATUS}`,
  check: `Usage: ormsight check PATH... [options]

Findings in the files, the same that the editor underlines.

Options:
  --format text|json|sarif|github  text with the line and carets (default), JSON for programs (docs/cli.md),
                                   SARIF 2.1.0, or annotations of GitHub Actions
  --select RULE                    only this rule; again, or with commas, for several
  --ignore RULE                    without this rule
  --baseline FILE                  only what is not in FILE, which an earlier --format json printed
  --fix                            write the preferred fixes into the files, then print what is left
  -h, --help                       this text

${STATUS}`,
};
