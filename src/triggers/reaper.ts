import type { InvocationContext } from '@azure/functions';
import type { HistoryEngine } from '../runs/engine.ts';
import { reap } from '../runs/reap.ts';
import type { AppServices } from './app-services.ts';

/** The timer's handler. */
export function reaper(
  app: AppServices,
  engineOf: (context: InvocationContext) => HistoryEngine,
): (timer: unknown, context: InvocationContext) => Promise<void> {
  return async (_timer, context) => await reap(app, engineOf(context));
}
