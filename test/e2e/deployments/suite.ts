import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/cli/load-config.ts';
import { NO_RUN_OPTIONS } from '../../../src/cli/no-run-options.ts';
import type { CommonOptions } from '../../../src/cli/options.ts';
import type { RunEvent } from '../../../src/domain/events.ts';
import type { ConfigFile, DeploymentRequest, Deployments } from '../../../src/runs/deployments.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/draftgenie', import.meta.url));
const UNKNOWN = 'default-01M8434Z00VB7SSV72CDKWWDXY';
const DIGEST = 'a'.repeat(64);

/** What a command line on the simulator has for options. */
export const OPTIONS: CommonOptions = {
  config: join(EXAMPLE, 'config.yaml'),
  configGiven: true,
  allowUnknownKeys: false,
  environment: 'default',
  var: {},
  simulate: true,
  simulatorProfile: 'instant',
  simulatorSpeed: 60,
  output: 'plain',
  verbose: false,
  remote: undefined,
  key: undefined,
};

export interface OpenedDeployments {
  readonly deployments: Deployments;
  close(): Promise<void>;
}

/**
 * What every implementation of Deployments does: the life of one run, from an environment in which nothing was deployed. In
 * order, each test on what the one before it left.
 */
export function deploymentsSuite(name: string, open: (file: ConfigFile) => Promise<OpenedDeployments>): void {
  describe(name, () => {
    let opened: OpenedDeployments;
    let deployments: Deployments;
    let request: DeploymentRequest;
    let runId: string;
    let digest: string;
    const events: RunEvent[] = [];

    beforeAll(async () => {
      const file = await loadConfig(OPTIONS);
      opened = await open(file);
      deployments = opened.deployments;
      const work = { kind: 'deploy', config: file, source: EXAMPLE } as const;
      request = { work, options: { ...NO_RUN_OPTIONS, autoApprove: false, verbose: false }, resetState: false };
    });
    afterAll(() => opened?.close());

    it('know nothing before the first run', async () => {
      expect(await deployments.show()).toBeUndefined();
      expect(await deployments.runs({ limit: 10 })).toEqual([]);
      expect(await deployments.lock()).toBeNull();
      await expect(deployments.drift()).rejects.toMatchObject({ code: 'nothing_deployed' });
      await expect(deployments.services()).rejects.toMatchObject({ code: 'nothing_deployed' });
    });

    it('say of an id that is none that there is no such run', async () => {
      for (const id of [UNKNOWN, '../default']) {
        const decision = { planDigest: DIGEST, decision: 'approve' } as const;
        await expect(deployments.run(id)).rejects.toMatchObject({ code: 'run_unknown' });
        await expect(deployments.cancel(id)).rejects.toMatchObject({ code: 'run_unknown' });
        await expect(deployments.decide(id, decision)).rejects.toMatchObject({ code: 'run_unknown' });
        await expect(read(deployments.events(id, { follow: false }))).rejects.toMatchObject({ code: 'run_unknown' });
      }
    });

    it('plan without changing anything', async () => {
      const plan = await deployments.plan(request);
      expect(plan.steps.every(({ action }) => action !== 'skip')).toBe(true);
      expect(plan.resources.some(({ action }) => action === 'create')).toBe(true);
      expect((await deployments.show())?.resources ?? []).toEqual([]);
      expect(await deployments.lock()).toBeNull();
    });

    it('start a run, which waits with its plan', async () => {
      const started = await deployments.start(request);
      expect(started.resumed).toBe(false);
      runId = started.runId;
      for await (const event of deployments.events(runId, { follow: true, signal: AbortSignal.timeout(60_000) })) {
        events.push(event);
        if (event.type === 'approval_requested') await decide(event.planDigest);
      }
    });

    async function decide(planDigest: string): Promise<void> {
      digest = planDigest;
      expect(await deployments.run(runId)).toMatchObject({ status: 'waiting_for_approval', pendingApproval: digest });
      expect((await deployments.runs({ limit: 1 }))[0]).toMatchObject({ runId, finishedAt: null });
      const other = { planDigest: DIGEST, decision: 'approve' } as const;
      await expect(deployments.decide(runId, other)).rejects.toMatchObject({ code: 'plan_not_pending' });
      await deployments.decide(runId, { planDigest: digest, decision: 'approve', comment: 'looks right' });
      // Decided again in the same way it stands; in another it is too late.
      await expect(deployments.decide(runId, { planDigest: digest, decision: 'reject' })).rejects.toMatchObject({
        code: 'decided_already',
      });
    }

    it('tell its events in order, each once, to its end', async () => {
      expect(events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded', failed: [] });
      const ids = events.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const stored = await read(deployments.events(runId, { follow: false }));
      expect(stored.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids);
      expect((await read(deployments.events(runId, { follow: true }))).map(({ id }) => id)).toEqual(
        stored.map(({ id }) => id),
      );
    });

    it('know afterwards what was decided, and what is deployed', async () => {
      const run = await deployments.run(runId);
      expect(run).toMatchObject({ status: 'succeeded', pendingApproval: null, cancelRequested: false, error: null });
      expect(run.decisions).toMatchObject([{ planDigest: digest, decision: 'approve', comment: 'looks right' }]);
      expect(await deployments.show()).toMatchObject({ lastRun: { runId, status: 'succeeded' }, lock: null });
      expect((await deployments.drift()).drift).toEqual([]);
      const { health: worst, services, comparedWith } = await deployments.services();
      expect(services.map(({ health, driftedVariables }) => [health, driftedVariables])).toEqual(
        services.map(() => ['healthy', []]),
      );
      expect([worst, services.length, comparedWith]).toEqual(['healthy', 7, runId]);
    });

    it('refuse to decide about, and to cancel, what has ended', async () => {
      await expect(deployments.cancel(runId)).rejects.toMatchObject({ code: 'run_ended' });
      // The decision that was made is answered again, whoever lost its answer; another one comes too late.
      await expect(deployments.decide(runId, { planDigest: digest, decision: 'reject' })).rejects.toMatchObject({
        code: 'run_ended',
      });
    });

    it('find nothing to go back to after one release, and nothing left to do', async () => {
      const back = { ...request, work: { kind: 'rollback', to: undefined } } as const;
      await expect(deployments.plan(back)).rejects.toMatchObject({ code: 'nothing_to_roll_back' });
      const plan = await deployments.plan(request);
      expect(plan.steps.filter(({ action }) => action !== 'skip')).toEqual([]);
    });

    it('forget the state on demand, and keep a copy', async () => {
      expect(await deployments.breakLock('default-01M8434Z00VB7SSV72CDKWWDXY')).toBeNull();
      expect(await deployments.reset()).toEqual(expect.any(String));
      expect((await deployments.show())?.resources).toEqual([]);
    });

    it('tell who asked for what, newest first', async () => {
      const entries = await deployments.audit(100);
      const done = entries.filter(({ outcome }) => outcome === 'done');
      expect(done[0]).toMatchObject({
        operation: 'resetState',
        environment: 'default',
        by: expect.stringMatching(/./),
      });
      const ofRun = done.filter((entry) => entry.runId === runId).map(({ operation }) => operation);
      expect(ofRun).toEqual(['decideApproval', 'startDeployment']);
      expect(await deployments.audit(1)).toEqual(entries.slice(0, 1));
    });
  });
}

async function read(events: AsyncIterable<RunEvent>): Promise<readonly RunEvent[]> {
  const found: RunEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}
