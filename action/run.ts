import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { plainText } from '../src/cli/render/plain.ts';
import type { RequestProblem } from '../src/domain/api/problem.ts';
import type { RunView, SourceAnswer } from '../src/domain/api/views.ts';
import type { RunEvent } from '../src/domain/events.ts';
import { type App, openApp, Refusal, repeat } from './app.ts';
import { packFolder } from './archive.ts';
import { type Inputs, readInputs, StepFailure } from './inputs.ts';
import { createRunner, type Runner } from './runner.ts';
import { summaryOf } from './summary.ts';

/**
 * The step of action.yml. It runs on Node alone, without installed packages: types are stripped by Node itself, and what is
 * imported from the product imports nothing else.
 */
const POLL_EVERY_MS = 2000;
const UPLOAD_ATTEMPTS = 5;
const runner = createRunner(process.env);
process.exitCode = await main().catch(fail);

async function main(): Promise<number> {
  const inputs = readInputs(process.env);
  runner.mask(inputs.key);
  const app = openApp(inputs);
  const started = await start(app, inputs);
  runner.output('run-id', started.runId);
  cancelWithJob(app, started.runId);
  if (inputs.waits) await runner.group(`Deployment of ${inputs.environment}`, () => follow(app, started.runId));
  const run = await show(app, started.runId);
  runner.output('status', run.status);
  runner.output('changed', String(run.executed.length > 0));
  runner.summary(summaryOf(run));
  if (inputs.waits) requireSuccess(run);
  runner.output('failure-reason', '');
  return 0;
}

async function start(app: App, { environment, config, source, query }: Inputs): Promise<RunView> {
  const text = await readFile(config, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new StepFailure(`Cannot read the configuration ${config}: ${error.code}.`, 'config-invalid');
  });
  if (source !== undefined) query.set('source', await upload(app, source));
  const path = `/api/environments/${encodeURIComponent(environment)}/deployments?${query}`;
  // One key per step: repeated after a lost answer, it starts one run.
  const headers = { 'content-type': 'application/yaml', 'idempotency-key': randomUUID() };
  try {
    const answer = await app.send('POST', path, { body: text, headers, isRepeatable: true });
    const run = (await answer.json()) as RunView;
    tellPlaces(runner.warning, run.warnings, config);
    return run;
  } catch (error) {
    throw error instanceof Refusal ? refusedStart(error, config) : error;
  }
}

function refusedStart(refusal: Refusal, file: string): Error {
  const { status, problem } = refusal;
  tellPlaces(runner.error, problem?.problems, file);
  if (status === 409 && problem?.lock !== undefined) return new StepFailure(refusal.message, 'locked');
  return status === 400 || status === 422 ? new StepFailure(refusal.message, 'config-invalid') : refusal;
}

/** What was found in the configuration, each at its place. */
function tellPlaces(tell: Runner['error'], found: readonly RequestProblem[] | undefined, file: string): void {
  for (const { path, message, line, column } of found ?? []) {
    const place = { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
    tell(path ? `${path}: ${message}` : message, place);
  }
}

/** @returns the reference under which the app knows the sources */
async function upload(app: App, folder: string): Promise<string> {
  const { sha256, bytes } = await packFolder(folder);
  const ask = async (): Promise<SourceAnswer> => {
    const options = {
      body: JSON.stringify({ sha256 }),
      headers: { 'content-type': 'application/json' },
      isRepeatable: true,
    };
    return (await (await app.send('POST', '/api/sources', options)).json()) as SourceAnswer;
  };
  const answer = await ask();
  if (answer.status === 'known') return answer.source;
  runner.log(`Uploading ${folder} (${Math.ceil(bytes.length / 1024)} KiB).`);
  const request = { method: 'PUT', headers: answer.headers, body: new Uint8Array(bytes), redirect: 'manual' as const };
  const response = await repeat(answer.url, request, UPLOAD_ATTEMPTS);
  if (response.ok && (await ask()).status === 'known') return answer.source;
  throw new StepFailure(`The storage did not take the sources (${response.status}).`);
}

/** Prints the events until the run has ended. Pages are asked for one after the other: no proxy keeps those back. */
async function follow(app: App, runId: string): Promise<void> {
  let after = '';
  const seen = new Set<string>();
  for (let isOver = false; ; ) {
    const query = after === '' ? '' : `?after=${encodeURIComponent(after)}`;
    const response = await app.send('GET', `/api/deployments/${runId}/events${query}`);
    after = response.headers.get('x-position') ?? after;
    const lines = (await response.text()).split('\n').filter((line) => line !== '');
    const events = lines.map((line) => JSON.parse(line) as RunEvent).filter(({ id }) => !seen.has(id));
    for (const event of events) {
      seen.add(event.id);
      tell(event);
    }
    if (isOver || events.some(({ type }) => type === 'run_completed')) return;
    if (events.length > 0) continue;
    // An abandoned run has no last event.
    isOver = (await show(app, runId)).finishedAt !== null;
    await sleep(POLL_EVERY_MS);
  }
}

function tell(event: RunEvent): void {
  const text = event.type === 'log' && event.level === 'debug' ? undefined : plainText(event);
  if (text !== undefined) runner.log(text);
  if (event.type !== 'approval_requested') return;
  const { runId, planDigest } = event;
  runner.notice(`Waiting for an approval: draftgenie-deploy approve ${runId} --plan ${planDigest} --remote URL`);
}

async function show(app: App, runId: string): Promise<RunView> {
  return (await (await app.send('GET', `/api/deployments/${runId}`)).json()) as RunView;
}

/** A cancelled job stops its run at the next safe point. */
function cancelWithJob(app: App, runId: string): void {
  const cancel = (): void => {
    runner.log(`Cancelling ${runId}: nothing new is started, what runs is followed to its end.`);
    app
      .send('POST', `/api/deployments/${runId}/cancel`)
      .catch((error: unknown) => runner.error(String(error)))
      .finally(() => process.exit(1));
  };
  process.once('SIGINT', cancel);
  process.once('SIGTERM', cancel);
}

function requireSuccess({ status, error }: RunView): void {
  if (status === 'succeeded') return;
  if (status === 'rejected') throw new StepFailure('The plan was rejected.', 'rejected');
  const why = error ? ` ${error.code}: ${error.message}` : '';
  throw new StepFailure(`The deployment ended as ${status}.${why}`, 'run-failed');
}

function fail(error: unknown): number {
  const isExpected = error instanceof StepFailure || error instanceof Refusal;
  runner.error(isExpected ? error.message : `Internal error; please report it. ${String((error as Error).stack)}`);
  if (error instanceof StepFailure) runner.output('failure-reason', error.reason ?? '');
  return 1;
}
