import type { RunView } from '../../domain/api/views.ts';
import { currentRun, viewOf } from '../../runs/known-run.ts';
import type { Call } from './handler.ts';

/** One run as it is now, with addresses for this caller. */
export async function showRun({ app, engine, base }: Call, runId: string): Promise<RunView> {
  return await viewOf(await currentRun(app, engine, runId), base);
}
