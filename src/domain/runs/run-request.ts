import { hashJson } from '../../shared/json.ts';
import { ORCHESTRATION_VERSION } from '../function-names.ts';
import { type RunOptions, type RunRequest, type RunSummary, workOf } from '../run.ts';

/**
 * Equal digests mean the same request: it goes on with its unfinished run. How much is printed, and whether the user
 * wrote --resume or --auto-approve this time, makes no other request.
 */
export function requestDigest(request: {
  /** Part of the digests of requests of the command line. */
  readonly environment?: string;
  readonly configDigest: string;
  readonly source: string | null;
  readonly options: RunOptions;
  readonly version: string;
}): string {
  const { dryRun: _, resume: __, autoApprove: ___, verbose: ____, ...options } = request.options;
  const { rollbackTo = null, onlySteps = null, refresh = false } = options;
  return hashJson({ ...request, options: { ...options, rollbackTo, onlySteps, refresh } });
}

/** The summary of a run that has not begun. */
export function firstSummary(
  request: RunRequest,
  status: 'running' | 'queued',
  { orchestrationVersion = ORCHESTRATION_VERSION }: { readonly orchestrationVersion?: string },
): RunSummary {
  return {
    runId: request.runId,
    environment: request.environment,
    status,
    startedAt: request.requestedAt,
    finishedAt: null,
    executed: [],
    skipped: [],
    failed: [],
    durationInMs: 0,
    addresses: {},
    requestedBy: request.requestedBy,
    work: workOf(request.options),
    orchestrationVersion,
  };
}
