import { expect, test } from 'vitest';
import { staticValue } from '../../../server/src/orm/statics.ts';
import { assignedValue } from '../../../server/src/orm/classes.ts';
import { camelToSnake } from '../../../server/src/orm/sqlalchemy/models.ts';
import { Project } from '../../harness/project.ts';

test.each([
  ['"a" + "b"', 'ab'],
  ['f"{PREFIX}_users"', 'app_users'],
  ['names.PREFIX + ".id"', 'app.id'],
  ['"%s.id" % PREFIX', 'app.id'],
  ['"{}.{}".format(PREFIX, "id")', 'app.id'],
  ['table("User")', 'app_user'],
  ['Cls.__tablename__', 'things'],
  ['Cls.__name__.lower()', 'cls'],
  ['re.sub(r"(?<!^)(?=[A-Z])", "_", "OrderLine").lower()', 'order_line'],
  ['re.sub("(.)([A-Z])", r"\\1_\\2", "OrderLine")', 'Order_Line'],
  ['"_".join([part.lower() for part in re.split("(?=[A-Z])", "OrderLine") if part])', 'order_line'],
  ['PATTERN.sub(r"_\\1", "orderLine").lower()', 'order_line'],
  ['"Order"[0].lower() + "Order"[1:]', 'order'],
  ['["a", ("b", 1)]', ['a', ['b', 1]]],
  ['not True', false],
  ['-1', -1],
  ['None', null],
  ['load()', undefined],
  ['LOOP', undefined],
  ['f"{PREFIX!r}"', undefined],
])('%s', (source, value) => {
  const project = new Project({
    'names.py': 'PREFIX = "app"\n',
    'main.py': `
import re
import names
from names import PREFIX
LOOP = LOOP2
LOOP2 = LOOP
PATTERN = re.compile("([A-Z])")

class Cls:
    __tablename__ = "things"

def table(name):
    return PREFIX + "_" + name.lower()

value = ${source}
`,
  });
  const file = project.file('main.py');
  const expr = assignedValue(file.scope.bindings.get('value')![0]!)!;
  expect(staticValue({ program: project.program, file, scope: file.scope, given: new Map() }, expr)).toEqual(value);
});

test.each([
  ['User', 'user'],
  ['BlogPage', 'blog_page'],
  ['HTTPLog', 'http_log'],
  ['HTTPLog2Entry', 'http_log2_entry'],
  ['A1B', 'a1_b'],
  ['_Hidden', 'hidden'],
])('Flask-SQLAlchemy calls the table of %s %s', (name, table) => {
  expect(camelToSnake(name)).toBe(table);
});
