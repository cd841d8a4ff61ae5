/** Methods of a session whose work is lost without a commit (https://docs.sqlalchemy.org/en/20/orm/session_api.html). */
export const SESSION_WRITES = new Set([
  'add',
  'add_all',
  'delete',
  'merge',
  'bulk_save_objects',
  'bulk_insert_mappings',
  'bulk_update_mappings',
]);
