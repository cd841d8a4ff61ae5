import { describe, expect, test } from 'vitest';
import { parseTemplate, type TemplateNode } from '../../../server/src/templates/template.ts';

/** In short: `for x in a.b (a.c)`. */
function shortly(nodes: readonly TemplateNode[]): string {
  return nodes
    .map((node) => {
      switch (node.kind) {
        case 'reads':
          return node.paths.map(({ steps }) => steps.join('.')).join(' ');
        case 'for':
          return `for ${node.targets.join(',')} in ${node.over?.steps.join('.') ?? '?'} (${shortly(node.body)})`;
        case 'names':
          return `${[...node.names].map(([name, path]) => `${name}=${path?.steps.join('.') ?? '?'}`).join(' ')} (${shortly(node.body)})`;
        case 'block':
          return `block ${node.name} (${shortly(node.body)})`;
        case 'include':
          return `include ${node.name}${node.only ? ' only' : ''}`;
        case 'extends':
          return `extends ${node.name}`;
      }
    })
    .join(', ');
}

describe('what a template reads', () => {
  test.each([
    ['{{ a.b.c|default:"x.y" }}', 'a.b.c'],
    ['{{ a.b() }}{{ f(a.c, key=a.d) }}', 'a.b, f a.c a.d'],
    ['{% if a.b and not c.d == "e.f" %}{{ g }}{% endif %}', 'a.b c.d, g'],
    ['{% url "x" book.pk %}', 'book.pk'],
    ['{# {{ a }} #}{% comment %}{{ b }}{% endcomment %}', ''],
  ])('%s', (text, expected) => expect(shortly(parseTemplate(text))).toBe(expected));
});

describe('loops and names', () => {
  test.each([
    ['{% for x in a.b %}{{ x.c }}{% endfor %}{{ d }}', 'for x in a.b (x.c), d'],
    ['{% for x in rows|slice:":3" %}{% endfor %}', 'for x in ? ()'],
    ['{%- for k, v in a.items() -%}{{ v }}{%- endfor -%}', 'for k,v in a.items (v)'],
    ['{% with x=a.b y=c %}{{ x }}{% endwith %}', 'x=a.b y=c (x)'],
    ['{% set x = a.b %}{{ x }}', 'a.b, x=a.b (x)'],
    ['{% tag a as x %}{{ x }}', 'a, x=? (x)'],
    ['{% extends "b.html" %}{% block c %}{{ d }}{% endblock c %}', 'extends b.html, block c (d)'],
    ['{% include "x.html" with a=b only %}', 'include x.html only'],
  ])('%s', (text, expected) => expect(shortly(parseTemplate(text))).toBe(expected));
});

describe('text that is damaged', () => {
  test.each([
    ['{% for x in a %}{{ x.b ', 'for x in a ()'],
    ['{% endfor %}{{ a }}', 'a'],
    ['{{ a }}{% for %}{% block %}{% include x %}', 'a'],
    ['{% for x in a %}{% with b=x %}{{ b }}{% endfor %}', 'for x in a (b=x (b))'],
  ])('%s', (text, expected) => expect(shortly(parseTemplate(text))).toBe(expected));

  test('is read in one pass', () => {
    for (const piece of ['{#', '{{', '{%', '{% for x in y %}', '{{ a.b }}', '{% with a=b %}'])
      expect(parseTemplate(piece.repeat(50_000))).toBeInstanceOf(Array);
  });

  test('places are those of the text', () => {
    const text = '<p>{% for x in a.b %}{{ x.c }}{% endfor %}';
    const [loop] = parseTemplate(text);
    const inner = loop?.kind === 'for' ? loop.body[0] : undefined;
    const path = inner?.kind === 'reads' ? inner.paths[0]! : null;
    expect(path && text.slice(path.start, path.end)).toBe('x.c');
    expect(loop?.kind === 'for' && loop.over && text.slice(loop.over.start, loop.over.end)).toBe('a.b');
  });
});
