import { expect, it } from 'vitest';
import { ExitCode } from '../../../src/shared/errors.ts';
import { isJsonObject, type Json, jsonAt } from '../../../src/shared/json.ts';
import { type Bench, createBench, exampleOf } from '../copies/bench.ts';
import { IS_FULL } from '../torture.ts';
import { type Command, createMachine, type Ended } from './command.ts';

const ROUNDS = Number(process.env.RACES ?? (IS_FULL ? 40 : 3));
const RACERS = 20;
/** Longer than a lock lasts whose holder has gone, whatever the clocks of those who want it say. */
const LOCK_LASTS_IN_SECONDS = 3600;
const HOUR_IN_MS = 3_600_000;

/** Draws that are the same in every run. */
function draws(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    // The lower digits of such a sequence repeat soon.
    return Math.floor(state / 2 ** 8) % below;
  };
}

/** Revisions of the gateway that were ever made for a release. */
function revisionsOf(bench: Bench, release: string): number {
  const gateway = Object.values(bench.cloud().resources).find(({ id }) => id.endsWith('/api-gateway'));
  const revisions = jsonAt(gateway?.extra as Json, 'app.revisions');
  return (Array.isArray(revisions) ? revisions : []).filter(
    (one) => isJsonObject(one) && JSON.stringify(one).includes(`"name":"RELEASE","value":"${release}"`),
  ).length;
}

function isRefused(ended: Ended | undefined): boolean {
  return ended?.refusal?.exitCode === ExitCode.locked;
}

it('two command lines, an app and twenty callers of it, with clocks two hours apart: one wins each time, killed or not, and none is stuck', async () => {
  const bench = await createBench();
  const draw = draws(20260101);
  const clockOff = (hours: number) => ({ now: () => new Date(bench.clock.now().getTime() + hours * HOUR_IN_MS) });
  const early = createMachine(bench, { engine: 'local:early', holder: 'ada@early', clock: clockOff(-1) });
  const late = createMachine(bench, { engine: 'local:late', holder: 'bob@late', clock: clockOff(1) });
  const app = createMachine(bench, { engine: 'functions:app', holder: 'app', activitiesMayOverlap: true }, 'shared');
  let killed = 0;

  const first: Command = { name: 'deploy', work: 'deploy', config: (await exampleOf('release-0')).config };
  expect(await app.run(first)).toMatchObject({ summary: { status: 'succeeded' } });
  for (let round = 1; round <= ROUNDS; round += 1) {
    const release = `release-${round}`;
    const command: Command = { name: 'deploy', work: 'deploy', config: (await exampleOf(release)).config };
    const killAt = (): number => (draw(2) === 0 ? 40 + draw(300) : 0);
    const machines = [early, late, ...Array.from({ length: RACERS }, () => app)];
    // Whoever comes first is another one each time.
    const order = machines.map((machine) => ({ machine, at: draw(1000) })).sort((a, b) => a.at - b.at);
    const ended = await Promise.all(order.map(async ({ machine }) => await machine.run(command, killAt())));
    const others = ended.filter((one) => !isRefused(one));
    const worked = others.filter((one) => one === undefined || (one.summary?.executed.length ?? 0) > 0);
    expect(worked.length, `round ${round}: ${JSON.stringify(others)}`).toBe(1);
    for (const one of others) if (one) expect(one.summary?.status, JSON.stringify(one)).toBe('succeeded');

    if (worked[0] === undefined) {
      killed += 1;
      // Nobody gets in while the lock may be somebody's; then the next one finishes it, whoever that is.
      bench.pass(LOCK_LASTS_IN_SECONDS);
      const heir = [early, late, app][draw(3)] ?? app;
      expect(await heir.run(command), `round ${round}`).toMatchObject({ summary: { status: 'succeeded' } });
      const requests = bench.requests().length;
      // The dead come back: whatever they were about to do they find that the lock is another's.
      for (const machine of [early, late, app]) await machine.wake();
      const writes = bench
        .requests()
        .slice(requests)
        .filter(({ method }) => method === 'PUT' || method === 'DELETE');
      expect(writes, `round ${round}`).toEqual([]);
    }
    expect(revisionsOf(bench, release), `round ${round}`).toBe(1);
    expect((await bench.state()).lock, `round ${round}`).toBeNull();
  }
  process.stdout.write(`crash: ${ROUNDS} races of ${RACERS + 2}, ${killed} winners killed\n`);
});
