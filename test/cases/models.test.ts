import { afterAll, describe, test } from 'vitest';
import { declaredCatalog } from '../../server/src/orm/declaredCatalog.ts';
import { buildModelGraph } from '../../server/src/orm/graph.ts';
import { caseFiles, checkBlock, writeUpdates } from '../harness/cases.ts';
import { printCatalog, printModels } from '../harness/printModels.ts';
import { Project } from '../harness/project.ts';

afterAll(writeUpdates);

for (const file of caseFiles(`${import.meta.dirname}/models`)) {
  describe(file.path, () => {
    for (const each of file.cases) {
      test(each.name, () => {
        const project = new Project(each.files);
        const graph = buildModelGraph(project.program, project.snapshot);
        for (const block of each.blocks) {
          if (block.kind === 'models') checkBlock(each, block, printModels(graph));
          else if (block.kind === 'tables') checkBlock(each, block, printCatalog(declaredCatalog(graph)));
          else throw new Error(`a block of kind ${block.kind} means nothing in a models case`);
        }
      });
    }
  });
}
