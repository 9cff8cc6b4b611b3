import { hashJson } from '../../shared/json.ts';
import type { Plan } from '../plan-schema.ts';
import type { EnvironmentState } from '../state.ts';
import { NEVER } from './duration.ts';

/** The plan with what becomes of the end of its environment; of one that has none it stays what it is. */
export function withExpiry(plan: Plan, { expires: before }: EnvironmentState, asked: string | undefined): Plan {
  const expires = plannedExpiry(before?.at, asked);
  if (!expires) return plan;
  const { digest: _, ...content } = { ...plan, expires };
  return { ...content, digest: hashJson(content) };
}

/** A time is told as it was asked for: one that is counted from now would be another one each time that the plan is made. */
function plannedExpiry(at: string | undefined, asked: string | undefined): Plan['expires'] {
  if (asked !== undefined && asked !== NEVER) return { kind: 'set', after: asked };
  if (at === undefined) return undefined;
  return { kind: asked === NEVER ? 'dropped' : 'kept', at };
}
