import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RunView } from '../../src/domain/api/views.ts';
import type { EnvironmentState } from '../../src/domain/state.ts';
import { mapLimited } from '../../src/shared/map-limited.ts';
import { openBlobStorage } from '../../src/state/blob/storage.ts';
import { type ServedApp, serve } from '../helpers/http/served-app.ts';
import { PREBUILT_CONFIG } from '../helpers/prebuilt-config.ts';
import { tempDirectory } from '../helpers/temp.ts';
import { differences, outcomeOf } from './outcome.ts';
import { IS_FULL, KILL_SWITCH, type Kill, killing, told } from './torture.ts';

/**
 * The app, its engine, the simulated cloud and the storage are killed in one moment, and served again on the same files. The storage
 * (Azurite) writes its own down every few seconds only, so it comes back older than the journal, by some or by all that it had
 * acknowledged.
 */
const CASES = Number(process.env.CRASH_CASES ?? (IS_FULL ? 200 : 3));
/** The sample is the same every time; a full run tries something new, and prints how to try it again. */
const SEED = Number(process.env.CRASH_SEED ?? (IS_FULL ? Date.now() % 2 ** 31 : 20_260_103));
const AT_ONCE = 2;
const ENVIRONMENT = 'production';
const PAYMENT = { DRAFTGENIE_SECRET_PAYMENT_KEY: 'a-payment-key-of-the-crash-tests' };
const POLL_IN_MS = 200;
/** A run tells that it has ended right before it gives the lock back. */
const LOOKS_AT_THE_LOCK = 100;
/** How often somebody asks again whose run has failed, or is refused while another is at work. */
const ASKED_AGAIN = 3;

type Counts = Readonly<Record<'journal' | 'azure', number>>;

/** Of all runs of a trial, in the order in which they ended. */
type Endings = readonly Pick<RunView, 'status' | 'error'>[];

async function leftBy(app: ServedApp): Promise<readonly string[]> {
  const simulator = join(app.directory, '.draftgenie-deploy/serve/simulator');
  const lines = await outcomeOf(simulator, await stateAtRest(app));
  // A run that takes the place of a forgotten one does not know what that one made and had not written down.
  return lines.filter((line) => !/ \.resources\..*\.created_by = |\.attempts = /.test(line));
}

/** Without a lock, unless it is never given back. */
async function stateAtRest(app: ServedApp): Promise<EnvironmentState> {
  const { state } = openBlobStorage({ connectionString: app.storage }).environment(ENVIRONMENT);
  for (let look = 1; ; look += 1) {
    const { value } = await state.read();
    if (value.lock === null || look === LOOKS_AT_THE_LOCK) return value;
    await sleep(POLL_IN_MS);
  }
}

async function ask(app: ServedApp, key: string): Promise<RunView | undefined> {
  const { status, body } = await app.request('POST', `/api/environments/${ENVIRONMENT}/deployments?autoApprove=true`, {
    body: PREBUILT_CONFIG,
    headers: { 'content-type': 'application/yaml', 'idempotency-key': key },
  });
  return status === 202 || status === 200 ? (body as RunView) : undefined;
}

/** Undefined: the app does not know it. */
async function endOf(app: ServedApp, runId: string): Promise<RunView | undefined> {
  for (;;) {
    const { status, body } = await app.request('GET', `/api/deployments/${runId}`);
    if (status === 404) return undefined;
    if ((body as RunView).finishedAt !== null) return body as RunView;
    await sleep(POLL_IN_MS);
  }
}

async function undisturbed(): Promise<{ readonly left: readonly string[]; readonly counts: Counts }> {
  const counter = join(await tempDirectory(), 'counts');
  const app = await serve({ imports: [KILL_SWITCH], env: { ...PAYMENT, COUNT_IN: counter } });
  const run = await ask(app, 'the-only-one');
  expect(await endOf(app, run?.runId ?? '')).toMatchObject({ status: 'succeeded' });
  const left = await leftBy(app);
  await app.stop();
  return { left, counts: JSON.parse(await readFile(counter, 'utf8')) as Counts };
}

/** Asks as a client does: again with the same key, and with another one when the run has failed. */
async function finish(app: ServedApp): Promise<Endings> {
  const endings: Pick<RunView, 'status' | 'error'>[] = [];
  for (let time = 1; time <= ASKED_AGAIN; ) {
    const run = await ask(app, `the-only-one-${endings.length}`);
    if (!run) {
      // Somebody is at work: the run that the engine still knew.
      await sleep(POLL_IN_MS);
      continue;
    }
    const end = await endOf(app, run.runId);
    if (end) endings.push({ status: end.status, error: end.error });
    if (end?.status === 'succeeded') return endings;
    time += 1;
  }
  return endings;
}

/** @returns what is wrong; undefined: the moment was not reached */
async function trial(kill: Kill, expected: readonly string[]): Promise<readonly string[] | undefined> {
  const { imports = [], env } = killing(kill);
  const dying = await serve({ imports, env: { ...PAYMENT, ...env, KILL_CHILDREN: 'yes' } });
  await ask(dying, 'the-only-one-0')
    .then(async (run) => await endOf(dying, run?.runId ?? ''))
    .then(() => dying.stop())
    .catch(() => undefined);
  if ((await dying.exited) !== 'SIGKILL') return undefined;
  const again = await serve({ directory: dying.directory, env: PAYMENT });
  const endings = await finish(again);
  const left = await leftBy(again);
  await again.stop();
  await rm(dying.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  const { error } = endings.find((one) => one.error?.code === 'internal_error') ?? {};
  return [
    ...(endings.at(-1)?.status === 'succeeded' ? [] : [`ended as ${JSON.stringify(endings)}`]),
    ...(error ? [`ended as a bug: ${error.message}`] : []),
    ...differences(expected, left),
  ].map((problem) => `CRASH_SEED=${SEED} ${told(kill)}: ${problem.slice(0, 1000)}`);
}

it('app, cloud and storage killed together: nothing is lost, nothing is done twice, and nothing ends as a bug', async () => {
  const { left, counts } = await undisturbed();
  const anyKill = fc.constantFrom('journal' as const, 'azure' as const).chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      at: fc.integer({ min: 1, max: counts[kind] }),
      moment: fc.constantFrom<Kill['moment'][]>('before', 'after'),
    }),
  );
  const kills: readonly Kill[] = fc.sample(anyKill, { seed: SEED, numRuns: CASES });
  let done = 0;
  const problems = await mapLimited(kills, AT_ONCE, async (kill) => {
    const found = await trial(kill, left);
    done += 1;
    for (const problem of found ?? []) process.stdout.write(`${problem}\n`);
    if (done % 20 === 0) process.stdout.write(`${done} of ${CASES}\n`);
    return found;
  });
  const reached = problems.filter((found) => found !== undefined);
  process.stdout.write(`crash: everything was killed at ${reached.length} of ${CASES} moments, CRASH_SEED=${SEED}\n`);
  expect(reached.flat()).toEqual([]);
  expect(reached.length).toBeGreaterThan(CASES / 2);
});
