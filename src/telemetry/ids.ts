import { createHash } from 'node:crypto';

/**
 * Ids of what a run consists of, made of the run's id: whichever process tells of a part of it says the same, and what is told twice has
 * one id. Lengths are those of W3C: https://www.w3.org/TR/trace-context/#traceparent-header-field-values
 */
export function traceIdOf(runId: string): string {
  return digest(['trace', runId]).slice(0, 32);
}

/** @param path the part's names within its run: none for the run itself, one for a step */
export function spanIdOf(runId: string, path: readonly string[]): string {
  return digest(['span', runId, ...path]).slice(0, 16);
}

function digest(names: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(names)).digest('hex');
}
