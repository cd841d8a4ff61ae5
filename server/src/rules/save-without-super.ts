import { defineRule } from './rule.ts';

export const saveWithoutSuper = defineRule({
  id: 'save-without-super',
  severity: 'warning',
  summary: 'A save() of a model does not save',
  isOnByDefault: false,
  inTests: false,
  check({ file, uses }, report) {
    for (const { method, model } of uses.forgottenSaves()) {
      const { vararg, kwarg } = method.params;
      const args = [vararg && `*${vararg.name.text}`, kwarg && `**${kwarg.name.text}`].filter(Boolean).join(', ');
      const last = method.body.at(-1);
      const indent = last && file.text.slice(file.lines.lineStart(file.lines.position(last.start).line), last.start);
      const isPlain = last !== undefined && indent?.trim() === '' && last.kind !== 'Return';
      report({
        range: { start: method.name.start, end: method.name.end },
        message: `This \`save()\` never calls \`super().save()\`: no ${model.name} is written`,
        fixes: isPlain
          ? [
              {
                title: 'Save it at the end',
                edits: [
                  {
                    path: file.path,
                    range: { start: last.end, end: last.end },
                    newText: `\n${indent}super().save(${args})`,
                  },
                ],
                isPreferred: false,
              },
            ]
          : [],
      });
    }
  },
});
