import { expect, it } from 'vitest';
import { follow } from '../../helpers/cli/follow.ts';
import { INSTALL, idsOf, installed, OF_THE_APP, succeeds } from '../../helpers/install/installed.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';

it('what is no longer asked for is gone: events, and roles where it does not deploy', async () => {
  const sandbox = await installed();
  const before = await idsOf(sandbox);
  const there = (id = ''): Promise<boolean> =>
    byHand(sandbox, async (arm) => {
      const version = id.includes('Microsoft.EventGrid') ? '2025-02-15' : '2022-04-01';
      return (await arm.get(id, version)) !== undefined;
    });
  const gone = ['resource:may-deploy', 'resource:may-grant', 'resource:events', 'resource:uploads'];
  for (const key of gone) expect([key, await there(before[key])]).toEqual([key, true]);

  const [subscription = ''] = /^\/subscriptions\/[^/]+/.exec(before['resource-group'] ?? '') ?? [];
  await byHand(sandbox, (arm) =>
    arm.put(`${subscription}/resourceGroups/shop-rg`, '2025-04-01', { location: 'westeurope' }),
  );
  const follows = (words: readonly string[]): Promise<string> => succeeds(sandbox, words);
  const plain = OF_THE_APP.slice(4);
  // Somebody has locked one of them.
  const lock = `${before['resource:events']}/providers/Microsoft.Authorization/locks/keep`;
  const properties = { level: 'CanNotDelete' };
  await byHand(sandbox, (arm) => arm.put(lock, '2020-05-01', { properties }));
  const barred = await succeeds(sandbox, [...INSTALL, '--no-uploads', '--deploys-to', 'shop-rg'], 1);
  await byHand(sandbox, (arm) => arm.delete(lock, '2020-05-01'));
  await follow('cli/install/left-over: destroy --left-behind', barred, follows, plain);
  const told = await succeeds(sandbox, INSTALL);
  for (const key of gone) expect([key, await there(before[key])]).toEqual([key, false]);
  const after = await idsOf(sandbox);
  const grants = Object.keys(after).filter((key) => /may-(?:deploy|grant)/.test(key));
  expect(grants.map((key) => after[key]?.split('/providers/')[0])).toEqual(
    Array.from({ length: 2 }, () => `${subscription}/resourceGroups/shop-rg`),
  );
  expect(await follow('cli/install/next-steps: drift', told, follows, plain)).toMatch(/No drift/);
  const confirmed = [...plain, '--confirm', 'deployer'];
  expect(await follow('cli/install/next-steps: destroy', told, follows, confirmed)).toMatch(/deleted/);
});
