import { AzureError } from '../azure/errors.ts';
import { explainFailure } from '../engine/failure.ts';
import type { Check } from '../preflight/checks.ts';
import type { Findings } from '../preflight/findings.ts';
import { UserError } from '../shared/errors.ts';

/** What `doctor` looks at. */
export type Examined =
  | 'configuration'
  | 'tools'
  | 'network'
  | 'clock'
  | 'credential'
  | 'subscription'
  | 'storage'
  | 'state'
  | 'lock'
  | 'secrets'
  | 'providers'
  | Check['name']
  | 'sources'
  | 'vault'
  | 'plan';

/**
 * What was found about one thing. `failed`: a deployment would fail by it. `unknown`: it could not be looked at, or may stand in
 * the way.
 */
export interface Examination {
  readonly check: Examined;
  readonly status: 'ok' | 'failed' | 'unknown';
  readonly text: string;
  /** What to do about it. */
  readonly repair?: string;
  /** Its row in docs/errors.md, or the code of Azure. */
  readonly code?: string;
}

/** Whether a deployment would fail. */
export function examinationsFailed(found: readonly Examination[]): boolean {
  return found.some(({ status }) => status === 'failed');
}

export function ok(check: Examined, text: string): Examination {
  return { check, status: 'ok', text };
}

export function failed(check: Examined, text: string, repair: string, code?: string): Examination {
  return { check, status: 'failed', text, repair, ...(code !== undefined && { code }) };
}

export function unknown(check: Examined, text: string, repair?: string): Examination {
  return { check, status: 'unknown', text, ...(repair !== undefined && { repair }) };
}

/** What cannot be looked at before something else is repaired. */
export function waitsFor(check: Examined, ...others: readonly Examined[]): Examination {
  return unknown(check, `not looked at: needs ${others.join(' and ')}`);
}

/** One line for each problem and for what nobody may ask; one that all is well where there is neither. */
export function told(check: Examined, { problems, unseen }: Findings, inOrder: string): readonly Examination[] {
  const lines = [
    ...problems.map(({ text, repair }) => failed(check, text, repair)),
    ...unseen.map((text) => unknown(check, text)),
  ];
  return lines.length > 0 ? lines : [ok(check, inOrder)];
}

/** What was seen, or why it could not be. */
export type Seen<Value> =
  | { readonly value: Value; readonly failure?: undefined }
  | { readonly value?: undefined; readonly failure: Examination };

/** @throws what is neither of the user nor of Azure: a bug is no finding */
export async function see<Value>(check: Examined, look: () => Promise<Value>): Promise<Seen<Value>> {
  try {
    return { value: await look() };
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof AzureError)) throw error;
    const { report } = explainFailure(error);
    return { failure: failed(check, report.message, report.hint ?? 'Run again later.', report.code) };
  }
}
