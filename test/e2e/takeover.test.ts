import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonAt } from '../../src/shared/json.ts';
import type { CliResult, SimulatorRequest } from '../helpers/cli.ts';
import { originalDeployment, type Takeover } from '../helpers/takeover/original-deployment.ts';
import { lostData, ofType, outagesOf, stateProblems } from '../helpers/takeover/takeover-outcome.ts';
import { tempFolder } from '../helpers/temp.ts';

const JSON_OUTPUT = ['--output', 'json'];
const TAKE_OVER = ['--adopt', '--auto-approve'];

function writesOf(requests: readonly SimulatorRequest[]): readonly string[] {
  return requests
    .filter(({ method, host, path }) => method !== 'GET' && !host.startsWith('login.') && !/\/list[^/]*$/i.test(path))
    .map(({ method, path }) => `${method} ${path}`);
}

function ended(result: CliResult): string {
  return `${result.stderr}${result.stdout.slice(-3000)}`;
}

describe('what was seen: 2. An original deployment could not be taken over', () => {
  let takeover: Takeover;
  let first: CliResult;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const folder = await tempFolder();
    remove = folder.remove;
    takeover = await originalDeployment({ directory: folder.path });
    first = await takeover.sandbox.run([...takeover.simulate, ...TAKE_OVER, ...JSON_OUTPUT]);
  });
  afterAll(() => remove());

  it('succeeds', () => {
    expect(first.exitCode, ended(first)).toBe(0);
    expect(first.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded' });
  });

  it('has at every moment a healthy revision with traffic of every app, which could start again', async () => {
    const requests = await takeover.sandbox.requests();
    expect(requests.length).toBeGreaterThan(100);
    expect(outagesOf(requests)).toEqual([]);
  });

  it('keeps the server with its login and password, the cache, the database and the secrets', async () => {
    expect(lostData(takeover, await takeover.cloud(), await takeover.sandbox.requests())).toEqual([]);
  });

  it('gives every application service two revisions side by side, in the environment where it was', async () => {
    const { resources } = await takeover.cloud();
    const apps = ofType(resources, 'Microsoft.App/containerApps').filter(
      ({ name }) => !['rabbitmq', 'qdrant'].includes(name),
    );
    expect(apps.map(({ body }) => jsonAt(body, 'properties.configuration.activeRevisionsMode'))).toEqual(
      apps.map(() => 'Multiple'),
    );
    const environments = ofType(resources, 'Microsoft.App/managedEnvironments').map(({ id }) => id.toLowerCase());
    const homes = apps.map(({ body }) =>
      String(jsonAt(body, 'properties.environmentId') ?? jsonAt(body, 'properties.managedEnvironmentId')).toLowerCase(),
    );
    expect(new Set(homes)).toEqual(new Set(environments));
  });

  it('keeps the old state as a copy, and its secrets nowhere else', async () => {
    expect(await stateProblems(takeover)).toEqual([]);
  });

  it('has nothing to do in a second run, which writes nothing', async () => {
    const { sandbox, simulate } = takeover;
    const before = (await sandbox.requests()).length;
    const second = await sandbox.run([...simulate, '--auto-approve', ...JSON_OUTPUT]);
    expect(second.exitCode, ended(second)).toBe(0);
    expect(second.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });
    expect(writesOf((await sandbox.requests()).slice(before))).toEqual([]);
  });
});

describe('the plan of a takeover', () => {
  it('without --adopt is refused, with exit code 1 and before anything is written, by plan and deployment', async () => {
    const takeover = await originalDeployment();
    const { sandbox, simulate } = takeover;
    for (const args of [
      ['plan', ...simulate],
      [...simulate, '--auto-approve'],
    ]) {
      const refused = await sandbox.run(args);
      expect(refused.exitCode, ended(refused)).toBe(1);
      expect(refused.stdout + refused.stderr).toContain('--adopt');
    }
    expect(writesOf(await sandbox.requests())).toEqual([]);
    expect(await stateProblems(takeover)).toEqual([]);
  });
});
