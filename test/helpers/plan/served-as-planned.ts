import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { EnvironmentView, RunView } from '../../../src/domain/api/views.ts';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import { readCloudFile } from '../../../src/simulator/cloud-file/journal.ts';
import { ndjson, type SimulatorRequest } from '../cli.ts';
import { bodiesIn } from './cloud-by-hand.ts';
import { unplanned } from './plan-and-writes.ts';

/** Where the command line keeps the simulator of an app that it serves. */
const SIMULATOR = '.draftgenie-deploy/serve/simulator';

interface Before {
  /** The simulated cloud as its file has it; undefined: there is none yet. */
  readonly cloud: string | undefined;
  /** How many requests had reached it. */
  readonly requests: number;
}

/** What there was before runs that somebody started over HTTP, by the id of the run; also when another app drives it to its end. */
const BEFORE = new Map<string, Before>();

type Ask = (method: 'GET', path: string) => Promise<{ readonly status: number; readonly body: unknown }>;

/** To be called before a run is started; undefined where another run of the environment may write meanwhile. */
export async function lookBefore(ask: Ask, directory: string, environment: string): Promise<Before | undefined> {
  const view = await idle(ask, environment);
  if (view === undefined) return undefined;
  return {
    cloud: cloudText(join(directory, SIMULATOR, 'cloud.json')),
    requests: (await requestsIn(directory)).length,
  };
}

/** Also of a cloud that somebody has open. */
function cloudText(stateFile: string): string | undefined {
  const cloud = readCloudFile(stateFile);
  return cloud && JSON.stringify(cloud);
}

export function remember(runId: string, before: Before | undefined): void {
  if (before && !BEFORE.has(runId)) BEFORE.set(runId, before);
}

/** Fails the test where a run that succeeded did something else than its plan says, as far as that can be told from others. */
export async function expectAsPlanned(ask: Ask, directory: string, view: RunView): Promise<void> {
  const before = BEFORE.get(view.runId);
  if (!before || view.status !== 'succeeded' || view.plan === null) return;
  const requests = (await requestsIn(directory)).slice(before.requests);
  const after = await idle(ask, view.environment);
  if (after === undefined || after === 'new' || after.lastRun?.runId !== view.runId) return;
  const group = groupOf(view.plan);
  const own = requests.filter(({ path }) => !/\/resourceGroups\//i.test(path) || isIn(path, group));
  expect(unplanned(view.plan, await bodiesBefore(before, group), own), view.runId).toEqual([]);
  BEFORE.delete(view.runId);
}

/** The environment while no run holds it and none waits for it. */
async function idle(ask: Ask, environment: string): Promise<EnvironmentView | 'new' | undefined> {
  const { status, body } = await ask('GET', `/api/environments/${environment}`);
  if (status === 404) return 'new';
  const view = body as EnvironmentView;
  // Runs that wrote no state are plans, or had a configuration that was wrong.
  if (status === 200 && view.serial === 0) return 'new';
  return status === 200 && view.lock === null && view.queue.length === 0 ? view : undefined;
}

function groupOf({ target }: Plan): string {
  return `/resourcegroups/${target?.resourceGroup ?? ''}`.toLowerCase();
}

function isIn(path: string, group: string): boolean {
  const lower = path.toLowerCase();
  return lower.endsWith(group) || lower.includes(`${group}/`);
}

async function bodiesBefore({ cloud }: Before, group: string): ReturnType<typeof bodiesIn> {
  const { resources = {} } = JSON.parse(cloud ?? '{}') as { resources?: Record<string, unknown> };
  const ids = Object.keys(resources).filter((id) => isIn(id, group));
  return ids.length === 0 || cloud === undefined ? {} : await bodiesIn(cloud, ids);
}

async function requestsIn(directory: string): Promise<readonly SimulatorRequest[]> {
  const text = await readFile(join(directory, SIMULATOR, 'requests.ndjson'), 'utf8').catch(() => '');
  return ndjson(text) as readonly SimulatorRequest[];
}
