import type { RunView } from '../../domain/api/views.ts';
import { currentRun } from '../../runs/known-run.ts';
import { newerRun } from '../../runs/newer-runs.ts';
import { currentView } from '../../runs/reading/current-view.ts';
import { readerOf } from '../app-services.ts';
import type { Call } from './handler.ts';

/** One run as it is now, with addresses for this caller. */
export async function showRun({ app, engine, base }: Call, runId: string): Promise<RunView> {
  const reader = readerOf(app, runId);
  const known = await currentRun(app, engine, runId, reader);
  const view = await currentView(reader, known, base);
  const newerVersion = newerRun(app, known.run, known.summary);
  return newerVersion ? { ...view, newerVersion } : view;
}
