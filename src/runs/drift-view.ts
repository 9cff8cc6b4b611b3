import type { DriftReportView } from '../domain/api/views.ts';
import type { DriftReport } from '../planning/drift-report.ts';
import { leftBehindView } from './environment-view.ts';

/** What the drift route and the command line tell of a report. */
export function driftView({ runId, resources, drift, leftBehind, notes }: DriftReport): DriftReportView {
  return { runId, resources, drift: [...drift], leftBehind: leftBehind.map(leftBehindView), notes: [...notes] };
}
