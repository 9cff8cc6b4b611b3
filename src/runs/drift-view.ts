import type { DriftReportView } from '../domain/api/views.ts';
import type { Drift } from '../domain/drift.ts';
import type { LeftBehindResource } from '../domain/left-behind.ts';
import { leftBehindView } from './environment-view.ts';

/** What the drift route and the command line tell of a report. */
export function driftView({
  runId,
  resources,
  drift,
  leftBehind,
}: {
  readonly runId: string;
  readonly resources: number;
  readonly drift: readonly Drift[];
  readonly leftBehind: readonly LeftBehindResource[];
}): DriftReportView {
  return { runId, resources, drift: [...drift], leftBehind: leftBehind.map(leftBehindView) };
}
