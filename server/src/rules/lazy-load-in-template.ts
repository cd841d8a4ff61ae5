import { eagerLoadFix } from '../orm/eagerLoadFix.ts';
import { placeOf } from '../orm/values.ts';
import { defineRule } from './rule.ts';
import { COULD_LOAD } from './shared/lazyLoad.ts';

export const lazyLoadInTemplate = defineRule({
  id: 'lazy-load-in-template',
  severity: 'warning',
  summary: 'A template loads a relation once per row of a loop',
  isOnByDefault: true,
  inTests: false,
  check({ file, inference, uses }, report) {
    // Two views may show the rows of one query on the same page.
    const said = new Set<string>();
    for (const read of uses.templateReads()) {
      const { query, steps, owner, relation, text, template, given, isOfTemplate, raises } = read;
      const name = `${owner.name}.${relation.name}`;
      const place = placeOf(query);
      const fix = isOfTemplate ? null : eagerLoadFix(query, steps, inference);
      // A query of another file is told of by what this view gives.
      const isHere = !isOfTemplate && place.path === file.path;
      const range = isHere ? place.range : given;
      const key = `${range.start} ${template.path} ${text} ${name}`;
      if (said.has(key)) continue;
      said.add(key);
      report({
        range: { start: range.start, end: range.end },
        message: raises
          ? `\`${text}\` in ${template.name} reads ${name}, which is declared not to load when it is read`
          : `\`${text}\` in ${template.name} runs one query per ${owner.name}, to load ${name}`,
        severity: raises ? 'error' : undefined,
        relation: `${owner.id}.${relation.name}`,
        related: [
          { path: template.path, range: template.at, message: `${name} is read here` },
          ...(isHere || isOfTemplate ? [] : [{ ...place, message: COULD_LOAD }]),
          { path: relation.declared.path, range: relation.declared.range, message: `${name} is declared here` },
        ],
        fixes: fix ? [fix] : [],
      });
    }
  },
});
