import type { QueryView, StatementView } from '../../../server/src/ide/views.ts';

/** An exact query of a SQLAlchemy project on PostgreSQL, but for what a test says otherwise. */
export function queryView(parts: Partial<QueryView> = {}): QueryView {
  return {
    path: '/shop/orders.py',
    range: { start: 0, end: 10 },
    function: null,
    orm: 'sqlalchemy',
    ormVersion: '2.0.58',
    pinnedVersion: null,
    dialect: 'postgresql',
    dialectSource: { kind: 'project', where: '/shop/alembic.ini:3' },
    driver: 'psycopg2',
    status: 'exact',
    reason: null,
    note: null,
    statements: [statement('SELECT 1')],
    sendsNothingWhen: [],
    moreVariants: 0,
    ...parts,
  };
}

export function statement(sql: string, parts: Partial<StatementView> = {}): StatementView {
  return { sql, params: [], role: 'query', when: null, ...parts };
}
