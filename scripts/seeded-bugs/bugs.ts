import { BOUNDS } from './bounds.ts';
import { DELETIONS } from './deletions.ts';
import { EDGES } from './edges.ts';
import { GENERIC_RESOURCES } from './generic-resources.ts';
import type { SeededBug } from './rows.ts';
import { STATE_AND_STEPS } from './state-and-steps.ts';

export const BUGS: readonly SeededBug[] = [STATE_AND_STEPS, EDGES, DELETIONS, GENERIC_RESOURCES, BOUNDS]
  .flatMap((bugs) => Object.entries(bugs))
  .flatMap(([file, rows]) => rows.map(([name, find, replace, tests]) => ({ name, file, find, replace, tests })));
