import type { Dialect } from '../../../../server/src/protocol/target.ts';

export const dialectNames: Record<Dialect, string> = { postgresql: 'PostgreSQL', sqlite: 'SQLite', mysql: 'MySQL' };

/**
 * The drivers to choose from, SQLAlchemy's default first. They decide how parameters are written.
 * https://docs.sqlalchemy.org/en/20/dialects/
 */
export const drivers: Record<Dialect, readonly string[]> = {
  postgresql: ['psycopg2', 'psycopg', 'asyncpg', 'pg8000'],
  sqlite: ['pysqlite', 'aiosqlite'],
  mysql: ['mysqldb', 'pymysql', 'mysqlconnector', 'asyncmy', 'aiomysql'],
};
