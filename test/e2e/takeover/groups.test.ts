import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudState } from '../../../src/simulator/store.ts';
import type { CliResult } from '../../helpers/cli.ts';
import { asPlanned } from '../../helpers/plan/as-planned.ts';
import { REFUSED, TAKEN_OVER } from '../../helpers/takeover/groups/groups.ts';
import { changedFields, lost, touched } from '../../helpers/takeover/groups/outcome.ts';
import { varied } from '../../helpers/takeover/groups/vary.ts';
import { originalGroup, type Takeover, takeoverOf } from '../../helpers/takeover/original-deployment.ts';
import { outagesOf } from '../../helpers/takeover/takeover-outcome.ts';
import { writesOf } from '../../helpers/takeover/writes.ts';
import { tempFolder } from '../../helpers/temp.ts';

const JSON_OUTPUT = ['--output', 'json'];
const TAKE_OVER = ['--adopt', '--auto-approve', ...JSON_OUTPUT];

function ended({ stderr, stdout }: CliResult): string {
  return `${stderr}${stdout.slice(-3000)}`;
}

describe.each(TAKEN_OVER)('a group with $title', ({ variations, foreign, drift, stays = {} }) => {
  let takeover: Takeover;
  let before: CloudState;
  let first: CliResult;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const folder = await tempFolder();
    remove = folder.remove;
    takeover = await takeoverOf(varied(await originalGroup(), variations), folder.path);
    before = await takeover.cloud();
    first = await asPlanned(takeover.sandbox, () => takeover.sandbox.run([...takeover.simulate, ...TAKE_OVER]));
  });
  afterAll(() => remove());

  it('is taken over by one command, as its plan says', () => {
    expect(first.exitCode, ended(first)).toBe(0);
    expect(first.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded' });
  });

  it('has no outage at any request, loses nothing, and leaves what is not ours', async () => {
    const requests = await takeover.sandbox.requests();
    const after = await takeover.cloud();
    expect(outagesOf(requests)).toEqual([]);
    expect(lost(before, after, requests)).toEqual([]);
    expect(touched(before, after, foreign)).toEqual([]);
    expect(changedFields(before, after, stays)).toEqual([]);
  });

  it('has nothing to do in a second run, which writes nothing', async () => {
    const { sandbox, simulate } = takeover;
    const earlier = (await sandbox.requests()).length;
    const second = await sandbox.run([...simulate, '--auto-approve', ...JSON_OUTPUT]);
    expect(second.exitCode, ended(second)).toBe(0);
    expect(second.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });
    expect(writesOf((await sandbox.requests()).slice(earlier))).toEqual([]);
  });

  it('has drifted in nothing but what is not ours', async () => {
    const { sandbox, simulate } = takeover;
    const told = await sandbox.run(['drift', ...simulate]);
    const lines = told.stdout.split('\n').filter((line) => /^ {2}\S/.test(line));
    const ours = lines.map((line) => line.trim()).filter((line) => !drift.some((one) => one.test(line)));
    expect(ours).toEqual([]);
    expect(lines.length, told.stdout).toBeGreaterThanOrEqual(drift.length);
    expect(told.exitCode, ended(told)).toBe(drift.length === 0 ? 0 : 2);
  });
});

/** What Azure makes by itself, some time after Application Insights. */
const MADE_BY_AZURE =
  /\/(?:microsoft\.insights\/actiongroups\/application insights smart detection|microsoft\.alertsmanagement\/smartdetectoralertrules\/failure anomalies - [^/]+)$/;

describe.each(REFUSED)('a group with $title', ({ variations, says, exitCode }) => {
  it('is refused by plan and deployment, before anything is written', async () => {
    const takeover = await takeoverOf(varied(await originalGroup(), variations));
    const { sandbox, simulate } = takeover;
    const before = await takeover.cloud();
    for (const args of [
      ['plan', ...simulate, '--adopt'],
      [...simulate, '--adopt', '--auto-approve'],
    ]) {
      const refused = await sandbox.run(args);
      expect(refused.exitCode, ended(refused)).toBe(exitCode);
      expect(refused.stdout + refused.stderr).toMatch(says);
    }
    expect(writesOf(await sandbox.requests().catch(() => []))).toEqual([]);
    const { resources } = await takeover.cloud();
    const there = Object.entries(resources).filter(([id]) => id in before.resources || !MADE_BY_AZURE.test(id));
    expect(Object.fromEntries(there)).toEqual(before.resources);
  });
});
