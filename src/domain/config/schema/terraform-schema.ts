import { z } from 'zod';
import { text } from './schema-values.ts';

/** Where the outputs of one state are read from: exactly one of the three. */
const terraformSource = z.object({
  state: text.describe('path of a state, from the folder of this file'),
  outputs: text.describe('path of what `terraform output -json` printed, from the folder of this file'),
  azurerm: z
    .object({ storage_account_name: z.string(), container_name: z.string(), key: z.string(), workspace: text })
    .nullish()
    .describe('the state of the backend of that name, read with the identity at hand'),
});

export const terraform = z
  .record(z.string(), terraformSource)
  .nullish()
  .describe(
    'states of Terraform or OpenTofu whose outputs this file reads as ${{terraform.NAME.OUTPUT}}; they are never written',
  );
