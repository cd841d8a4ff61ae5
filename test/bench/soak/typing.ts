/** What is typed: whole snippets, so that the files stay Python between two of them. */
import type { Random } from '../../harness/random.ts';
import { modelClass, queryStarts } from '../project.ts';

export interface Snippet {
  readonly offset: number;
  readonly text: string;
}

/** A place in the text and what is typed there: in a model, or in the body of a function. */
export function nextSnippet(text: string, random: Random): Snippet {
  const field = modelClass.exec(text);
  if (field && random.chance(0.6)) return { offset: field.index, text: modelLine(field[0], random) };
  const bodies = [...text.matchAll(/^( *)def \w+\([^\n]*:\n(?:\1 {4}"""[^"]*"""\n)?(?=\1 {4}\w)/gm)];
  if (bodies.length === 0) return { offset: text.length, text: `\nremark_${random.between(1, 999)} = "the end"\n` };
  const body = random.pick(bodies);
  const indent = `${body[1] ?? ''}    `;
  return { offset: body.index + body[0].length, text: random.pick(bodyLines)(indent, modelIn(text, random), random) };
}

function modelLine(field: string, random: Random): string {
  const name = `remark_${random.between(1, 9999)}`;
  if (field.includes('Mapped')) return `    ${name}: Mapped[str] = mapped_column(String(${random.between(10, 90)}))\n`;
  return field.includes('models.')
    ? `    ${name} = models.CharField(max_length=50)\n`
    : `    ${name} = Column(String(50))\n`;
}

/** The name of a model that the file queries. */
function modelIn(text: string, random: Random): string {
  const starts = queryStarts(text);
  const name =
    starts.length > 0 ? /(?:select|query)\((\w+)|^(\w+)\.objects/.exec(text.slice(random.pick(starts))) : null;
  return name?.[1] ?? name?.[2] ?? 'Model';
}

type Write = (indent: string, model: string, random: Random) => string;

const bodyLines: readonly Write[] = [
  (indent, model, random) =>
    `${indent}typed_${random.between(1, 999)} = select(${model}).where(${model}.id > ${random.between(1, 99)}).limit(10)\n`,
  (indent, _model, random) =>
    `${indent}limit_${random.between(1, 999)} = [value * 2 for value in range(${random.between(3, 30)}) if value % 2]\n`,
  (indent, model) =>
    `${indent}for found in session.scalars(select(${model})):\n${indent}    print(found.id, found.status)\n`,
  (indent, model) => `${indent}first = ${model}.objects.filter(status="open").order_by("pk").first()\n`,
  (indent, _model, random) => `${indent}# remember: ${random.between(1, 99)} "quotes" and (brackets\n`,
  (indent, _model, random) => `${indent}if ${random.between(1, 9)} > len("unfinished"):\n${indent}    return None\n`,
  (indent) => `${indent}note = """a text\n${indent}over two lines"""\n`,
];
