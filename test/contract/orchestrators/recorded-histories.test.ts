import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as df from 'durable-functions';
import { beforeAll, describe, expect, it } from 'vitest';
import { FunctionName } from '../../../src/domain/function-names.ts';
import { deploy } from '../../../src/orchestrators/deploy.ts';
import { runSchedule } from '../../../src/orchestrators/run-schedule.ts';
import { runStep } from '../../../src/orchestrators/run-step.ts';
import { EventType, type HistoryEvent } from '../../../src/runtime/durable/history.ts';
import { runTurn } from '../../../src/runtime/durable/turn.ts';
import { type FunctionsWorker, loadFunctions } from '../../../src/runtime/worker.ts';
import type { Json } from '../../../src/shared/json.ts';
import { type Instance, newExecutionOf } from '../../helpers/engine/recorded-instance.ts';

const FOLDER = fileURLToPath(new URL('../../fixtures/histories', import.meta.url));
/** History is stored in clear and replayed at every turn: what crosses an orchestration stays small. */
const MAX_VALUE_LENGTH = 2048;

interface Recorded {
  readonly name: string;
  readonly instanceId: string;
  readonly input: Json;
  readonly output: Json;
  readonly status: string;
  readonly history: readonly HistoryEvent[];
}

// The third set, turns of the real Functions host, is replayed turn by turn in functions-host.test.ts.
const versions = readdirSync(FOLDER).filter((version) => existsSync(`${FOLDER}/${version}/deployment.json`));
const recordings = versions.flatMap((version) =>
  (JSON.parse(readFileSync(`${FOLDER}/${version}/deployment.json`, 'utf8')) as Recorded[]).map(
    (one) => [`${version} ${one.name} ${JSON.stringify(one.input).slice(0, 90)}`, one] as const,
  ),
);

let worker: FunctionsWorker;

beforeAll(async () => {
  worker = await loadFunctions(() => {
    df.app.orchestration(FunctionName.deploy, deploy);
    df.app.orchestration(FunctionName.runSchedule, runSchedule);
    df.app.orchestration(FunctionName.runStep, runStep);
  });
});

describe('histories of released versions', () => {
  it('are there for the deployment and its fourteen steps', () => {
    const names = recordings.map(([, { name }]) => name);
    expect(names.filter((name) => name === FunctionName.runStep).length).toBeGreaterThanOrEqual(14);
    expect(names).toContain(FunctionName.deploy);
  });

  it.each(recordings)('replay without asking for anything else: %s', async (_title, recorded) => {
    const instance: Instance = newExecutionOf(recorded);
    const turn = await runTurn(worker, instance, recorded.history.at(-1)?.Timestamp ?? '');
    expect({ status: turn.status, output: turn.output }).toEqual({ status: recorded.status, output: recorded.output });
    const scheduling: number[] = [EventType.taskScheduled, EventType.timerCreated, EventType.subOrchestrationCreated];
    expect(turn.events.filter((event) => scheduling.includes(event.EventType))).toEqual([]);
  });

  it.each(recordings)('hold ids and decisions only: %s', (_title, { history }) => {
    for (const { Input = '', Result = '' } of history)
      expect(Input.length + Result.length).toBeLessThan(MAX_VALUE_LENGTH);
  });

  // A newer instance of the app may perform its activities while older ones take its turns.
  it.each([
    ['1.0', undefined],
    ['1.2', undefined],
    ['1.3', undefined],
    ['1.4', true],
    ['1.10', true],
  ])('take head starts as the version says that they began with, whoever answers: %s', async (version, overlaps) => {
    const recorded = recordings.map(([, one]) => one).find(({ name }) => name === FunctionName.deploy);
    const { history = [] } = recorded ?? {};
    const opened = history.findIndex(({ EventType: type }) => type === EventType.taskCompleted);
    const until = history.slice(0, opened + 1).map((event) => ({
      ...event,
      ...(event.EventType === EventType.executionStarted && { Version: version }),
      ...(event.EventType === EventType.taskCompleted && { Result: JSON.stringify({ kind: 'run', overlaps: true }) }),
    }));
    const instance = newExecutionOf({ ...(recorded as Recorded), history: until });
    const { events } = await runTurn(worker, instance, until.at(-1)?.Timestamp ?? '');
    const walk = events.find(({ EventType: type }) => type === EventType.subOrchestrationCreated);
    expect(walk).toMatchObject({ Name: FunctionName.runSchedule });
    expect(JSON.parse(walk?.Input ?? '').overlaps).toBe(overlaps);
  });

  it.each([
    ['1.4', [FunctionName.closeRun]],
    ['1.5', []],
  ])(
    'are closed once more by those that began before open_run did it, whoever answers: %s',
    async (version, called) => {
      const recorded = recordings.map(([, one]) => one).find(({ name }) => name === FunctionName.deploy);
      const { history = [] } = recorded ?? {};
      const opened = history.findIndex(({ EventType: type }) => type === EventType.taskCompleted);
      const until = history.slice(0, opened + 1).map((event) => ({
        ...event,
        ...(event.EventType === EventType.executionStarted && { Version: version }),
        ...(event.EventType === EventType.taskCompleted && {
          Result: JSON.stringify({ kind: 'nothing', isClosed: true }),
        }),
      }));
      const instance = newExecutionOf({ ...(recorded as Recorded), history: until });
      const { events, output } = await runTurn(worker, instance, until.at(-1)?.Timestamp ?? '');
      const names = events.flatMap((event) => (event.EventType === EventType.taskScheduled ? [event.Name] : []));
      expect(names).toEqual(called);
      expect(output).toEqual(called.length === 0 ? { outcome: 'succeeded' } : null);
    },
  );
});
