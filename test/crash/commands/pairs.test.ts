import { expect, it } from 'vitest';
import { createSteps } from '../../../src/activities/activities.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { driftText } from '../../../src/domain/drift-check/drift-text.ts';
import { reportDrift } from '../../../src/planning/drift/drift-report.ts';
import { ExitCode } from '../../../src/shared/errors.ts';
import { type Bench, createBench, exampleOf } from '../copies/bench.ts';
import { createGate } from '../copies/gate.ts';
import { IS_FULL } from '../torture.ts';
import { changeByHand } from './by-hand.ts';
import { type Command, createMachine, type Ended, type Machine } from './command.ts';

/** Where in a command it is killed, in parts of all that it asks. */
const MOMENTS = IS_FULL ? [0.15, 0.3, 0.45, 0.6, 0.75, 0.9] : [0.5];
/** Every how many-th pair is tried. */
const STRIDE = Number(process.env.PAIRS_STRIDE ?? (IS_FULL ? 1 : 4));
interface Place {
  readonly bench: Bench;
  readonly commands: readonly Command[];
  /** What each of them asks when nothing disturbs it. */
  readonly asks: ReadonlyMap<Command, number>;
  machine(): Machine;
  restore(): Promise<void>;
}

/** Two releases of the example, and changes by hand since. */
async function deployed(): Promise<Place> {
  const bench = await createBench();
  const releases = ['one', 'two', 'three'].map(async (name) => (await exampleOf(name)).config);
  const [one, two, three] = (await Promise.all(releases)) as [DeploymentConfig, DeploymentConfig, DeploymentConfig];
  const first = createMachine(bench);
  for (const release of [one, two])
    expect(await first.run({ name: 'deploy', work: 'deploy', config: release })).toMatchObject({
      summary: { status: 'succeeded' },
    });
  await changeByHand(bench, two);
  const commands: readonly Command[] = [
    { name: 'deploy', work: 'deploy', config: two },
    { name: 'deploy of another release', work: 'deploy', config: three },
    { name: 'deploy --refresh', work: 'deploy', config: two, options: { refresh: true } },
    {
      name: 'deploy --force-step create_databases',
      work: 'deploy',
      config: two,
      options: { forceSteps: ['create_databases'] },
    },
    { name: 'drift --fix', work: 'repair', config: two },
    { name: 'rollback', work: 'rollback', config: two },
    { name: 'destroy', work: 'destroy', config: two },
  ];
  const before = await bench.snapshot();
  const asks = new Map<Command, number>();
  for (const command of commands) {
    await before.restore();
    const machine = createMachine(bench);
    const ended = await machine.run(command);
    expect(
      ended?.summary?.status ?? ended?.refusal?.code,
      `${command.name}: ${JSON.stringify(ended?.summary?.error)}`,
    ).toBe('succeeded');
    asks.set(command, machine.asked());
  }
  return { bench, commands, asks, machine: () => createMachine(bench), restore: before.restore };
}

/** What differs from what was deployed last. */
async function driftOf(bench: Bench): Promise<readonly string[]> {
  const report = await reportDrift(await bench.services(createGate(0)), createSteps(), 'default');
  return report.drift.filter(({ repaired }) => repaired).map(driftText);
}

/** What is wrong with how a command ended that came after a killed one. */
async function problemsOf(bench: Bench, killed: Command, next: Command, ended: Ended): Promise<readonly string[]> {
  const { summary, refusal } = ended;
  if (refusal) {
    const { code, exitCode, hint } = refusal;
    if (exitCode !== ExitCode.failed || !hint) return [`refused with ${exitCode} ${code}: ${refusal.message} ${hint}`];
    return mayBeRefused(killed, next) ? [] : [`refused: ${code} ${refusal.message}`];
  }
  if (summary?.status !== 'succeeded') return [`ended as ${summary?.status}: ${JSON.stringify(summary?.error)}`];
  if (next.work === 'destroy') {
    const left = Object.values(bench.cloud().resources);
    return left.map(({ id }) => `is still there: ${id}`);
  }
  const state = await bench.state();
  const begun = Object.entries(state.steps).flatMap(([step, record]) => (record?.begun_by ? [step] : []));
  const isRepaired =
    next.work === 'repair' || next.options?.refresh || killed.work === 'repair' || killed.options?.refresh;
  return [
    ...(next.work === 'rollback' ? [] : begun.map((step) => `${step} was begun and not ended`)),
    ...(isRepaired && next.work !== 'rollback' ? (await driftOf(bench)).map((one) => `not repaired: ${one}`) : []),
    ...(state.lock ? ['the lock was kept'] : []),
  ];
}

/** It is not clear what to repair, or to go back to, while another deployment, or a deletion, is half done. */
function mayBeRefused(killed: Command, next: Command): boolean {
  if (next.work === 'repair') return killed.work !== 'repair';
  return next.work === 'rollback' && killed.work === 'destroy';
}

it('whatever was killed, the same command finishes it; any other one finishes, too, or says what stands in its way', async () => {
  const { bench, commands, asks, machine, restore } = await deployed();
  const pairs = commands.flatMap((killed) => commands.map((next) => ({ killed, next })));
  // Every command is repeated; of the others a sample.
  const chosen = pairs.filter(({ killed, next }, index) => killed === next || index % STRIDE === 0);
  const problems: string[] = [];
  let refused = 0;
  for (const { killed, next } of chosen) {
    for (const moment of MOMENTS) {
      await restore();
      const here = machine();
      const died = (await here.run(killed, Math.ceil((asks.get(killed) ?? 0) * moment))) === undefined;
      if (!died) continue;
      const ended = await here.run(next);
      if (ended?.refusal) refused += 1;
      const found = ended ? await problemsOf(bench, killed, next, ended) : ['did not end'];
      problems.push(...found.map((problem) => `${killed.name} killed at ${moment}, then ${next.name}: ${problem}`));
    }
  }
  process.stdout.write(`crash: ${chosen.length} pairs of commands at ${MOMENTS.length} moments, ${refused} refused\n`);
  expect(problems).toEqual([]);
});
