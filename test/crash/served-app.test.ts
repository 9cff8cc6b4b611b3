import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunView } from '../../src/domain/api/views.ts';
import type { EnvironmentState } from '../../src/domain/state.ts';
import { mapLimited } from '../../src/shared/map-limited.ts';
import { openBlobStorage } from '../../src/state/blob/storage.ts';
import { type ServedApp, serve } from '../helpers/http/served-app.ts';
import { PREBUILT_CONFIG } from '../helpers/prebuilt-config.ts';
import { tempDirectory } from '../helpers/temp.ts';
import { differences, outcomeOf } from './outcome.ts';
import { toldBy } from './streams.ts';
import { IS_FULL, KILL_SWITCH, type Kill, killing, told } from './torture.ts';

/** Every how many-th call and write is tried; each takes two apps with an Azurite each. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (IS_FULL ? 1 : 61));
const AT_ONCE = 2;
const ENVIRONMENT = 'production';
const PAYMENT = { DRAFTGENIE_SECRET_PAYMENT_KEY: 'a-payment-key-of-the-crash-tests' };

interface Left {
  readonly outcome: readonly string[];
  readonly stream: readonly string[];
}

/** What a run of a served app left behind when it has ended. */
async function leftBy(app: ServedApp, runId: string): Promise<Left> {
  const { state, runs } = openBlobStorage({ connectionString: app.storage }).environment(ENVIRONMENT);
  // An answer about the run says how it ended a moment before the lock is given back and the stream ends.
  let { events } = await runs.events(runId);
  while (events.at(-1)?.type !== 'run_completed') ({ events } = await runs.events(runId));
  const value: EnvironmentState = (await state.read()).value;
  const simulator = join(app.directory, '.draftgenie-deploy/serve/simulator');
  return { outcome: await outcomeOf(simulator, value), stream: toldBy(events) };
}

async function undisturbed(): Promise<Left & { readonly counts: Readonly<Record<'journal' | 'azure', number>> }> {
  const counter = join(await tempDirectory(), 'counts');
  const app = await serve({ imports: [KILL_SWITCH], env: { ...PAYMENT, COUNT_IN: counter } });
  const { runId } = (await app.deploy(ENVIRONMENT, { body: PREBUILT_CONFIG })).body as RunView;
  expect(await app.ended(runId)).toMatchObject({ status: 'succeeded' });
  const left = await leftBy(app, runId);
  expect(left.stream.filter((line) => line.startsWith('wrong'))).toEqual([]);
  await app.stop();
  return { ...left, counts: JSON.parse(await readFile(counter, 'utf8')) as Record<'journal' | 'azure', number> };
}

/** Kills the app at that moment of its run and serves again; what is wrong with what the run leaves behind. Undefined: not reached. */
async function trial(kill: Kill, expected: Left): Promise<readonly string[] | undefined> {
  const { imports = [], env } = killing(kill);
  const dying = await serve({ imports, env: { ...PAYMENT, ...env } });
  const key = { 'idempotency-key': 'the-only-one' };
  // A kill may come before the answer; the same request again is the same run.
  await dying
    .deploy(ENVIRONMENT, { body: PREBUILT_CONFIG, headers: key })
    .then(async ({ body }) => await dying.ended((body as RunView).runId))
    .then(() => dying.stop())
    .catch(() => undefined);
  if ((await dying.exited) !== 'SIGKILL') return undefined;
  const again = await serve({ directory: dying.directory, env: PAYMENT });
  const { runId } = (await again.deploy(ENVIRONMENT, { body: PREBUILT_CONFIG, headers: key })).body as RunView;
  const { status } = await again.ended(runId);
  const left = await leftBy(again, runId);
  const { runs } = (await again.request('GET', `/api/environments/${ENVIRONMENT}/deployments`)).body as {
    runs: unknown[];
  };
  await again.stop();
  await rm(dying.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  return [
    ...(status === 'succeeded' ? [] : [`the run ended as ${status}`]),
    ...(runs.length === 1 ? [] : [`${runs.length} runs`]),
    ...differences(expected.outcome, left.outcome).map((line) => `outcome ${line}`),
    ...differences(expected.stream, left.stream).map((line) => `stream ${line}`),
  ].map((problem) => `${told(kill)}: ${problem.slice(0, 2000)}`);
}

it('a served app that is killed in a run goes on with it, wherever that was', async () => {
  const expected = await undisturbed();
  const kills = (['journal', 'azure'] as const).flatMap((kind) =>
    Array.from({ length: expected.counts[kind] }, (_, index) => index + 1)
      .filter((at) => at % STRIDE === 1 || STRIDE === 1)
      .map((at, index): Kill => ({ kind, at, moment: index % 2 === 0 ? 'after' : 'before' })),
  );
  const problems = await mapLimited(kills, AT_ONCE, (kill) => trial(kill, expected));
  const reached = problems.filter((found) => found !== undefined);
  process.stdout.write(
    `crash: a served app was killed at ${reached.length} moments of ${expected.counts.journal} journal writes and ${expected.counts.azure} calls of Azure\n`,
  );
  expect(reached.flat()).toEqual([]);
  expect(reached.length).toBeGreaterThan(kills.length / 2);
});
