import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, registerApp } from '../../../src/app.ts';
import { EventType } from '../../../src/runtime/durable/history.ts';
import { type OrchestratorState, parseState } from '../../../src/runtime/durable/orchestrator-state.ts';
import { type Decision, NonDeterminism, replayActions } from '../../../src/runtime/durable/replay.ts';
import { type FunctionsWorker, loadFunctions } from '../../../src/runtime/worker.ts';
import type { Json } from '../../../src/shared/json.ts';
import { createTriggers } from '../../../src/triggers/triggers.ts';
import { type Asked, HOST_TURNS, type HostTurn } from '../../helpers/recorded/host-turns.ts';
import { expectAsIndexed } from '../../helpers/recorded/indexed-functions.ts';

function fixture<Content>(name: string): Content {
  const file = new URL(`../../fixtures/functions-host/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Content;
}

let worker: FunctionsWorker;

beforeAll(async () => {
  const unused = async (): Promise<never> => {
    throw new Error('no activity and no trigger is called here');
  };
  const settings = { connection: 'DEPLOYMENT_STORAGE', blobSource: 'LogsAndContainerScan' } as const;
  worker = await loadFunctions(() => registerApp(createApp(unused, createTriggers(unused, settings))));
});

describe('the app, as the real Functions host sees it', () => {
  it('is exactly the functions and bindings that the host indexed, and those that were added since', () => {
    expectAsIndexed(worker);
  });
});

describe('turns of the real Functions host', () => {
  const turns = HOST_TURNS.map((turn) => [turn.title, turn] as const);

  it('are a whole run across a kill, with its fourteen steps, and one that had nothing to do', () => {
    const started = HOST_TURNS.filter(({ orchestrator, isLast }) => isLast && orchestrator === 'run_step');
    expect(started).toHaveLength(14);
    expect(HOST_TURNS.filter(({ orchestrator, isLast }) => isLast && orchestrator === 'deploy')).toHaveLength(2);
  });

  it.each(turns)('are answered with what the host then did: %s', async (_title, turn) => {
    const state = await answer(turn);
    const { decisions, isSettled } = replayActions(state.actions, turn.payload.history);
    expect(decisions.map(asAsked)).toEqual(turn.asked);
    expect([state.isDone, isSettled]).toEqual([turn.isLast, turn.isLast]);
    if (turn.output !== undefined) expect(state.output).toEqual(turn.output);
  });

  it('end the run as the management API tells', async () => {
    const { instanceId, output, customStatus } = fixture<{ instanceId: string; output: Json; customStatus: Json }>(
      'recovered-run',
    );
    const last = HOST_TURNS.find(({ payload, isLast }) => isLast && payload.instanceId === instanceId);
    expect(last && (await answer(last))).toMatchObject({ output, customStatus });
  });

  it('are refused when they hold a call that the orchestrator does not make', async () => {
    const turn = HOST_TURNS.find(({ orchestrator, isLast }) => isLast && orchestrator === 'run_step');
    if (!turn) throw new Error('no step is recorded');
    const other = turn.payload.history.map((event) =>
      event.EventType === EventType.taskScheduled ? { ...event, Name: 'another_activity' } : event,
    );
    const { actions } = await answer(turn);
    expect(() => replayActions(actions, other)).toThrow(NonDeterminism);
  });
});

async function answer({ orchestrator, payload }: HostTurn): Promise<OrchestratorState> {
  return parseState(await worker.invoke(orchestrator, payload as unknown as Json));
}

function asAsked(decision: Decision): Asked {
  const { id } = decision;
  switch (decision.kind) {
    case 'activity':
      return { kind: 'activity', id, name: decision.name };
    case 'timer':
      return { kind: 'timer', id, fireAt: decision.fireAt };
    case 'subOrchestration':
      return { kind: 'subOrchestration', id, name: decision.name, input: decision.input };
  }
}
