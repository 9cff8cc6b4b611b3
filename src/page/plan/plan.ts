import type { Answers } from '../http/client.ts';

export type Plan = NonNullable<Answers['Run']['plan']>;
export type PlannedResource = Plan['resources'][number];
