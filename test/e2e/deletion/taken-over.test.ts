import { expect, it } from 'vitest';
import { planOf } from '../../helpers/plan/as-planned.ts';
import { originalDeployment } from '../../helpers/takeover/original-deployment.ts';
import { lostData, ofType, outagesOf } from '../../helpers/takeover/takeover-outcome.ts';

const APP = 'Microsoft.App/containerApps';

it('destroy of what was taken over leaves the applications running, with all that they need', async () => {
  const takeover = await originalDeployment();
  const { sandbox, simulate, cloud } = takeover;
  const taken = await sandbox.run([...simulate, '--adopt', '--auto-approve']);
  expect(taken.exitCode, taken.stderr).toBe(0);
  const before = await cloud();
  const since = (await sandbox.requests()).length;

  const gone = await sandbox.run(['destroy', ...simulate, '--confirm', 'default', '--output', 'json']);
  expect(gone.exitCode, gone.stderr + gone.stdout.slice(-3000)).toBe(0);
  const after = await cloud();
  const requests = await sandbox.requests();
  expect(outagesOf(requests.slice(since))).toEqual([]);
  expect(lostData(takeover, after, requests.slice(0, since))).toEqual([]);
  expect(ofType(after.resources, APP)).toHaveLength(ofType(before.resources, APP).length);
  // Made by the takeover, and what the apps pull and read their secrets as now.
  const identity = planOf(gone).resources.find(({ key }) => key === 'identity');
  expect(identity).toMatchObject({
    action: 'left_behind',
    reason: expect.stringMatching(/^app:\S+, which stays, needs it$/),
  });
});
