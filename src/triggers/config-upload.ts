import type { InvocationContext } from '@azure/functions';
import { ulid } from 'ulid';
import { startOptionsSchema } from '../domain/api/requests.ts';
import type { RunEvent } from '../domain/events.ts';
import { ENVIRONMENT_NAME, NO_OPTIONS, type RunRequest } from '../domain/run.ts';
import { firstSummary } from '../domain/run-request.ts';
import { sha256 } from '../shared/json.ts';
import type { Engine } from './engine.ts';
import type { FrontDoor } from './front-door.ts';
import { HttpProblem, problemOf } from './http/answer.ts';
import { readConfig } from './read-config.ts';
import { deploymentOf, startDeployment } from './start-deployment.ts';

/**
 * Starts a run of an uploaded configuration. What is wrong with it ends in a failed run that the status route shows:
 * to throw would only make the host deliver it again, and then to the poison queue. A delivery that is repeated starts nothing
 * twice, for its key is the content. While a run is under way uploads wait, and only the newest of them runs.
 */
export function configUploaded(
  door: FrontDoor,
  engineOf: (context: InvocationContext) => Engine,
): (content: unknown, context: InvocationContext) => Promise<void> {
  return async (content, context) => {
    const environment = String(context.triggerMetadata?.name ?? '');
    if (!ENVIRONMENT_NAME.test(environment)) {
      context.error(`The uploaded configuration ${environment}.yaml is ignored: that is no name of an environment.`);
      return;
    }
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(String(content));
    // The same text uploaded again is another upload: the entity tag tells them apart, the delivery does not.
    const key = `blob:${String(context.triggerMetadata?.uri ?? '')}:${entityTag(context)}:${sha256(bytes)}`;
    try {
      const parsed = readConfig(door, text(bytes, door));
      const autoApprove = parsed.config.deployment.autoApprove ?? true;
      const options = startOptionsSchema.parse({ autoApprove, onBusy: 'wait' });
      const engine = engineOf(context);
      const by = `upload of ${environment}.yaml`;
      await startDeployment(door, engine, { ...deploymentOf(parsed, options), environment, trigger: 'blob', by, key });
    } catch (error) {
      const problem = problemOf(error);
      // Storage or engine out of reach: the host delivers the upload again.
      if (!problem || problem.problem.status >= 500) throw error;
      await recordFailure(door, environment, problem, key);
    }
  };
}

function entityTag({ triggerMetadata }: InvocationContext): string {
  const properties = triggerMetadata?.properties as { eTag?: unknown; etag?: unknown } | undefined;
  return String(properties?.eTag ?? properties?.etag ?? '');
}

function text(bytes: Buffer, { limits }: FrontDoor): string {
  if (bytes.length > limits.bodyInBytes) {
    throw new HttpProblem(413, 'body_too_large', `The configuration has more than ${limits.bodyInBytes} bytes.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HttpProblem(400, 'config_invalid', 'The configuration is not UTF-8 text.');
  }
}

/** A run that was over before it began, with the problems of its configuration in its events. */
async function recordFailure(
  door: FrontDoor,
  environment: string,
  { problem }: HttpProblem,
  key: string,
): Promise<void> {
  const now = door.clock.now();
  const lines = (problem.problems ?? []).map(
    ({ path, message, line, column }) => `  ${environment}.yaml:${line ?? 1}:${column ?? 1} ${path}: ${message}`,
  );
  const message = door.mask([problem.detail, ...lines].join('\n'));
  const { runs } = door.storage.environment(environment);
  const call = { runId: `${environment}-${ulid(now.getTime())}`, requestDigest: problem.code };
  const { runId } = await door.storage.keyedCall(environment, `${key}:failed`, call);
  const request: RunRequest = {
    runId,
    environment,
    requestedAt: now.toISOString(),
    requestedBy: `upload of ${environment}.yaml`,
    configDigest: '',
    options: NO_OPTIONS,
    source: null,
    requestDigest: '',
    productVersion: door.version,
    trigger: 'blob',
    engine: door.engine,
    waits: false,
    adoptsOperationsOf: null,
  };
  const about = { runId, environment, at: now.toISOString() };
  const events: RunEvent[] = [
    { ...about, id: 'run/upload/problems', type: 'log', level: 'error', message },
    {
      ...about,
      id: 'run/close/completed',
      type: 'run_completed',
      status: 'failed',
      executed: [],
      skipped: [],
      failed: [],
      durationInMs: 0,
    },
  ];
  await runs.create(request);
  await runs.appendEvents(runId, events);
  const error = { code: problem.code, message, ...(problem.hint !== undefined && { hint: problem.hint }) };
  const summary = { ...firstSummary(request, 'running'), status: 'failed' as const, finishedAt: about.at, error };
  await runs.writeSummary(summary);
}
