import { askedOptionsSchema } from '../domain/api/requests.ts';
import type { DeployOptions } from './options.ts';

/** What runs have that are asked for in another way than a deployment: everything at its default. */
export const NO_RUN_OPTIONS = {
  ...askedOptionsSchema.parse({}),
  source: undefined,
  resetState: false,
  detailedExitcode: false,
} satisfies Partial<DeployOptions>;
