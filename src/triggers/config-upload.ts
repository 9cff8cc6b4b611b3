import type { InvocationContext } from '@azure/functions';
import { startOptionsSchema } from '../domain/api/requests.ts';
import { type AuditEntry, DONE } from '../domain/audit.ts';
import { ENVIRONMENT_NAME } from '../domain/environment-name.ts';
import type { RunEvent } from '../domain/events.ts';
import { NO_OPTIONS, type RunRequest } from '../domain/run.ts';
import { RUN_COMPLETED_ID, runCompleted } from '../domain/runs/run-end.ts';
import { firstSummary } from '../domain/runs/run-request.ts';
import { recordCall } from '../runs/audit/record-call.ts';
import type { Engine } from '../runs/engine.ts';
import { newRunId } from '../runs/new-request.ts';
import { requireSections } from '../runs/required-sections.ts';
import { requireSource } from '../runs/required-source.ts';
import { startRun } from '../runs/start-run.ts';
import { readUploadedConfig } from '../runs/uploads/uploaded-config.ts';
import { sha256 } from '../shared/json.ts';
import type { AppServices } from './app-services.ts';
import { HttpProblem, problemOf } from './http/answer.ts';
import { deploymentOf, sharedEngine } from './start-request.ts';

/**
 * Starts a run of an uploaded configuration. What is wrong with it ends in a failed run that the status route shows:
 * to throw would only make the host deliver it again, and then to the poison queue. A delivery that is repeated starts nothing
 * twice, for its key is the content. While a run is under way uploads wait, and only the newest of them runs.
 */
export function configUploaded(
  app: AppServices,
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
      const { value: state } = await app.stores(environment).state.read();
      const parsed = await readUploadedConfig(app, text(bytes, app), { environment, remembered: state.from });
      for (const { path, message } of parsed.warnings) context.warn(`${environment}.yaml: ${path}: ${message}`);
      const autoApprove = parsed.config.deployment.autoApprove ?? true;
      const options = startOptionsSchema.parse({ autoApprove, onBusy: 'wait' });
      await requireSections(app.stores(environment), parsed, { resetsState: options.resetState });
      requireSource(parsed.config, options);
      const engine = engineOf(context);
      const by = nameOfUpload(environment);
      const { runId } = await startRun(app, sharedEngine(app, engine), {
        ...deploymentOf(parsed, options),
        environment,
        trigger: 'blob',
        by,
        key,
      });
      await recordUpload(app, environment, { runId, outcome: DONE });
    } catch (error) {
      const problem = problemOf(error);
      // Storage or engine out of reach: the host delivers the upload again.
      if (!problem || problem.problem.status >= 500) throw error;
      const runId = await recordFailure(app, environment, problem, key);
      await recordUpload(app, environment, { runId, outcome: problem.problem.code });
    }
  };
}

/** A delivery that is repeated is written down again: the host delivers what was not acknowledged. */
async function recordUpload(
  app: AppServices,
  environment: string,
  about: Pick<AuditEntry, 'runId' | 'outcome'>,
): Promise<void> {
  const by = nameOfUpload(environment);
  await recordCall(app, { by, from: 'upload', operation: 'startDeployment', environment, ...about });
}

function nameOfUpload(environment: string): string {
  return `upload of ${environment}.yaml`;
}

function entityTag({ triggerMetadata }: InvocationContext): string {
  const properties = triggerMetadata?.properties as { eTag?: unknown; etag?: unknown } | undefined;
  return String(properties?.eTag ?? properties?.etag ?? '');
}

function text(bytes: Buffer, { limits }: AppServices): string {
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
  app: AppServices,
  environment: string,
  { problem }: HttpProblem,
  key: string,
): Promise<string> {
  const now = app.clock.now();
  const lines = (problem.problems ?? []).map(
    ({ path, message, line, column }) => `  ${environment}.yaml:${line ?? 1}:${column ?? 1} ${path}: ${message}`,
  );
  const message = app.mask([problem.detail, ...lines].join('\n'));
  const { runs } = app.stores(environment);
  const call = { runId: newRunId(app, environment), requestDigest: problem.code };
  const { runId } = await app.storage.keyedCall(environment, `${key}:failed`, call);
  const request: RunRequest = {
    runId,
    environment,
    requestedAt: now.toISOString(),
    requestedBy: nameOfUpload(environment),
    configDigest: '',
    options: NO_OPTIONS,
    source: null,
    requestDigest: '',
    productVersion: app.version,
    trigger: 'blob',
    engine: app.engine,
    waits: false,
    adoptsOperationsOf: null,
  };
  const about = { runId, environment, at: now.toISOString() };
  const error = { code: problem.code, message, ...(problem.hint !== undefined && { hint: problem.hint }) };
  const summary = { ...firstSummary(request, 'running', app), status: 'failed' as const, finishedAt: about.at, error };
  const events: RunEvent[] = [
    { ...about, id: 'run/upload/problems', type: 'log', level: 'error', message },
    { ...about, id: RUN_COMPLETED_ID, ...runCompleted(summary) },
  ];
  await runs.create(request);
  await runs.appendEvents(runId, events);
  await runs.writeSummary(summary);
  return runId;
}
