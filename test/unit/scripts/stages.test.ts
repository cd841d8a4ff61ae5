import { expect, test } from 'vitest';
import { stages } from '../../../scripts/test/stages.ts';
import config from '../../../vitest.config.ts';

test('every test project of vitest is a stage of npm test', () => {
  const inStages = stages.flatMap(({ run }) => ('vitest' in run ? [run.vitest] : []));
  const projects = config.test?.projects ?? [];
  const names = projects.map((project) =>
    typeof project === 'object' && 'test' in project ? project.test?.name : project,
  );
  expect(new Set(inStages)).toEqual(new Set(names));
});

test('the budgets of a run whose tools are installed are 20 minutes at the most', () => {
  const seconds = stages.filter(({ name }) => name !== 'tools').reduce((sum, stage) => sum + stage.budgetSeconds, 0);
  expect(seconds).toBeLessThanOrEqual(20 * 60);
});
