import { DELETIONS } from './deletions.ts';
import { EDGES } from './edges.ts';
import type { SeededBug } from './rows.ts';
import { STATE_AND_STEPS } from './state-and-steps.ts';

export const BUGS: readonly SeededBug[] = Object.entries({ ...STATE_AND_STEPS, ...EDGES, ...DELETIONS }).flatMap(
  ([file, rows]) => rows.map(([name, find, replace, tests]) => ({ name, file, find, replace, tests })),
);
