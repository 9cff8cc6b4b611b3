import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RequestProblem } from '../src/domain/api/problem.ts';
import type { RunView, SourceAnswer } from '../src/domain/api/views.ts';
import { Refusal, repeat } from './app.ts';
import { packFolder } from './archive.ts';
import { conclude } from './conclude.ts';
import { type Inputs, StepFailure } from './inputs.ts';
import type { Runner } from './runner.ts';
import type { Step } from './step.ts';

const UPLOAD_ATTEMPTS = 5;

/** Deploys the configuration of the checkout. */
export async function deploy(step: Step, inputs: Inputs): Promise<void> {
  const run = await start(step, inputs);
  const { environment, waits, planDigest, query } = inputs;
  const acceptCost = query.get('acceptCost') === 'true';
  const approval = planDigest === undefined ? undefined : { planDigest, acceptCost };
  await conclude(step, run, { title: `Deployment of ${environment}`, waits, approval });
}

async function start(step: Step, { environment, config, source, query, planDigest }: Inputs): Promise<RunView> {
  // Its plan waits for the decision, which is about the one that was approved.
  if (planDigest !== undefined) query.set('autoApprove', 'false');
  const { app, runner } = step;
  const text = await readFile(config, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new StepFailure(`Cannot read the configuration ${config}: ${error.code}.`, 'config-invalid');
  });
  if (source !== undefined) query.set('source', await upload(step, source));
  const path = `/api/environments/${encodeURIComponent(environment)}/deployments?${query}`;
  // One key per step: repeated after a lost answer, it starts one run.
  const headers = { 'content-type': 'application/yaml', 'idempotency-key': randomUUID() };
  try {
    const answer = await app.send('POST', path, { body: text, headers, isRepeatable: true });
    const run = (await answer.json()) as RunView;
    tellPlaces(runner.warning, run.warnings, config);
    return run;
  } catch (error) {
    throw error instanceof Refusal ? refusedStart(runner, error, config) : error;
  }
}

function refusedStart(runner: Runner, refusal: Refusal, file: string): Error {
  const { status, problem } = refusal;
  tellPlaces(runner.error, problem?.problems, file);
  if (status === 409 && problem?.lock !== undefined) return new StepFailure(refusal.message, 'locked');
  return status === 400 || status === 422 ? new StepFailure(refusal.message, 'config-invalid') : refusal;
}

/** What was found in the configuration, each at its place. */
function tellPlaces(tell: Runner['error'], found: readonly RequestProblem[] | undefined, file: string): void {
  for (const { path, message, line, column, file: own = file } of found ?? []) {
    const place = { file: own, ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
    tell(path ? `${path}: ${message}` : message, place);
  }
}

/** @returns the reference under which the app knows the sources */
async function upload({ app, runner }: Step, folder: string): Promise<string> {
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
