import type { RunView } from '../../domain/api/views.ts';
import { currentRun, viewOf } from '../../runs/known-run.ts';
import { newerRun } from '../../runs/newer-runs.ts';
import type { Call } from './handler.ts';

/** One run as it is now, with addresses for this caller. */
export async function showRun({ app, engine, base }: Call, runId: string): Promise<RunView> {
  const known = await currentRun(app, engine, runId);
  const view = await viewOf(known, base);
  const newerVersion = newerRun(app, known.run, known.summary);
  return newerVersion ? { ...view, newerVersion } : view;
}
