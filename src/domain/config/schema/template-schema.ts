import { z } from 'zod';

const template = z.object({
  file: z.string().min(1).describe('a .bicep or a template as .json, from the folder of this file; within that folder'),
  parameters: z
    .record(z.string(), z.unknown())
    .nullish()
    .describe('values by the names of its parameters; may hold ${{…}}, of secrets where the parameter is secure'),
  on_destroy: z
    .enum(['delete', 'keep'])
    .nullish()
    .describe('what a deletion of the environment does with what it made (default delete)'),
});

export const templates = z
  .record(z.string(), template)
  .nullish()
  .describe(
    'templates of Azure Resource Manager that a step deploys to the group, by names of your own; others read ${{templates.NAME.outputs.OUTPUT}}',
  );

export type RawTemplates = z.infer<typeof templates>;
