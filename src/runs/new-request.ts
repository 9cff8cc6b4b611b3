import { ulid } from 'ulid';
import { contentDigest } from '../domain/config/provenance.ts';
import { type RunRequest, TRACEPARENT } from '../domain/run.ts';
import { requestDigest } from '../domain/runs/run-request.ts';
import { configDigestOf } from '../state/stored-documents.ts';
import type { RunServices } from './services.ts';
import type { StartRequest } from './start-request.ts';

/** What is stored of a request to start a run; its configuration has yet to be stored, under its digest. */
export function newRequest(services: RunServices, start: StartRequest): RunRequest {
  const { environment, config, options, source, trigger, by, waits, traceparent = '' } = start;
  const { clock, version } = services;
  const configDigest = configDigestOf(config);
  const content = { configDigest: contentDigest(config), source, options, version };
  return {
    runId: newRunId(services, environment),
    environment,
    requestedAt: clock.now().toISOString(),
    requestedBy: by,
    configDigest,
    options,
    source,
    // Both forms are those of the first versions: what they left unfinished, and keys that they were called with, are found.
    requestDigest: requestDigest(trigger === 'cli' ? { ...content, environment } : content),
    productVersion: version,
    trigger,
    engine: services.engine,
    waits,
    adoptsOperationsOf: null,
    ...(services.telemetry && TRACEPARENT.test(traceparent) && { traceparent }),
  };
}

export function newRunId({ clock }: Pick<RunServices, 'clock'>, environment: string): string {
  return `${environment}-${ulid(clock.now().getTime())}`;
}
