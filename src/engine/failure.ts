import { classifyError } from '../azure/classify.ts';
import { AzureError } from '../azure/errors.ts';
import { isDiskFull } from '../shared/disk-full.ts';
import { UserError } from '../shared/errors.ts';
import { LockLost } from '../state/update-state.ts';

/** What a thrown error means for the step that threw it. */
export type Failure =
  /** Azure is busy with something else or asks for patience: not an attempt, just time. */
  | { readonly kind: 'wait'; readonly afterInSeconds: number; readonly report: FailureReport }
  /** Worth another attempt of the step. */
  | { readonly kind: 'retry'; readonly afterInSeconds?: number; readonly report: FailureReport }
  | {
      /** A fresh grant that is not effective everywhere yet. */
      readonly kind: 'propagation';
      readonly afterInSeconds: number;
      readonly limitInSeconds: number;
      readonly report: FailureReport;
    }
  | { readonly kind: 'end'; readonly report: FailureReport }
  /** Another run holds the environment now: nothing more may be written, not even the failure. */
  | { readonly kind: 'lock_lost'; readonly report: FailureReport };

/** What a person is told: where and what in the message, the code of docs/errors.md, the next step. */
export interface FailureReport {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly correlationId?: string;
  /** For bugs only. */
  readonly stack?: string;
}

/** The stores cannot be reached, or have no room: neither a result nor a failure can be written down. */
export function isStorageAway(error: unknown): boolean {
  return (error instanceof UserError && error.code === 'storage_unreachable') || isDiskFull(error);
}

export function explainFailure(error: unknown): Failure {
  if (error instanceof LockLost) return { kind: 'lock_lost', report: { code: 'lock_lost', message: error.message } };
  if (error instanceof UserError) {
    return {
      kind: 'end',
      report: { code: error.shownCode, message: error.message, ...(error.hint && { hint: error.hint }) },
    };
  }
  if (error instanceof AzureError) return explainAzure(error);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const hint = 'This is a bug in draftgenie-deploy; please report it with the log file.';
  return { kind: 'end', report: { code: 'internal_error', message, hint, ...(stack && { stack }) } };
}

function explainAzure(error: AzureError): Failure {
  const { code, message, resource, correlationId } = error;
  const verdict = classifyError(error);
  const report: FailureReport = {
    code,
    message: resource === undefined ? message : `${resource}: ${message}`,
    hint: verdict.hint,
    ...(correlationId && { correlationId }),
  };
  switch (verdict.kind) {
    case 'ok':
      return { kind: 'wait', afterInSeconds: 0, report };
    case 'wait':
      return { kind: 'wait', afterInSeconds: verdict.afterInSeconds, report };
    case 'retry': {
      const { afterInSeconds } = verdict;
      if (error.statusCode === 429) return { kind: 'wait', afterInSeconds: afterInSeconds ?? 30, report };
      return { kind: 'retry', report, ...(afterInSeconds !== undefined && { afterInSeconds }) };
    }
    case 'propagation': {
      const { kind, afterInSeconds, limitInSeconds } = verdict;
      return { kind, afterInSeconds, limitInSeconds, report };
    }
    case 'act':
    case 'end':
      return { kind: 'end', report };
  }
}

/** For a report of something that was waited for without an end. */
export function waitedInVain(report: FailureReport, seconds: number): FailureReport {
  return { ...report, message: `Azure answered ${report.code} for ${seconds} seconds. ${report.message}` };
}
