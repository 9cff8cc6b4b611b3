import { expect, it } from 'vitest';
import type { Arm } from '../../../src/azure/ports.ts';
import { jsonAt } from '../../../src/shared/json.ts';
import { namedShop, succeeded } from '../../helpers/domains/named-shop.ts';
import { planOf } from '../../helpers/plan/as-planned.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';

const DNS = '2018-05-01';
const APPS = '2026-01-01';
const CUSTOM = 'properties.configuration.ingress.customDomains';

it('makes the records in a zone of Azure, and binds a name and its apex in one run; then keeps, repairs and lets go', async () => {
  const { deploy, sandbox, zone, run } = await namedShop();
  const both = `[{ name: example.org, zone: ${zone} }, { name: www.example.org, zone: ${zone} }]`;
  const live = async (arm: Arm) => {
    const { id } = (await sandbox.state()).resources['app:web'] ?? { id: '' };
    return (await arm.get(id, APPS)) ?? { id };
  };
  const names = async () => {
    const members = jsonAt(await byHand(sandbox, live), CUSTOM) ?? [];
    return (members as { name: string; bindingType: string }[]).map(
      ({ name, bindingType }) => `${name} ${bindingType}`,
    );
  };

  const first = succeeded(await deploy(both));
  expect(planOf(first).domains?.map(({ name }) => name)).toEqual(['example.org', 'www.example.org']);
  expect(await names()).toEqual(['example.org SniEnabled', 'www.example.org SniEnabled']);
  expect(first.events.at(-1)).toMatchObject({
    addresses: { 'www.example.org': 'https://www.example.org', 'example.org': 'https://example.org' },
  });

  const before = (await sandbox.requests()).length;
  expect(succeeded(await deploy(both)).events.at(-1)).toMatchObject({ executed: [] });
  const asked = (await sandbox.requests())
    .slice(before)
    .filter(({ path }) => /managedCertificates|dnsZones/.test(path));
  expect(asked).toEqual([]);

  // A release keeps them, and so it does what somebody else has added.
  await sandbox.write('server.js', '// other');
  const theirs = { name: 'old.example.org', bindingType: 'Disabled' };
  await byHand(sandbox, async (arm) => {
    const text = await arm.get(`${zone}/TXT/asuid.www`, DNS);
    const properties = { TTL: 60, TXTRecords: jsonAt(text ?? {}, 'properties.TXTRecords') ?? [] };
    await arm.put(`${zone}/TXT/asuid.old`, DNS, { properties });
    const { id, properties: own } = await live(arm);
    const members = (jsonAt({ own: own ?? {} }, 'own.configuration.ingress.customDomains') ?? []) as object[];
    await arm.patch(id, APPS, {
      properties: { configuration: { ingress: { customDomains: [...members, theirs] as never } } },
    });
  });
  expect(succeeded(await deploy(both)).events.at(-1)).toMatchObject({
    executed: expect.arrayContaining(['build_and_push_images']),
  });
  const all = ['example.org SniEnabled', 'www.example.org SniEnabled', 'old.example.org Disabled'];
  expect(await names()).toEqual(all);

  // Unbound by hand: told, and put back where that is asked for.
  await byHand(sandbox, async (arm) => {
    const { id } = await live(arm);
    const customDomains = [
      theirs,
      ...['example.org', 'www.example.org'].map((name) => ({ name, bindingType: 'Disabled' })),
    ];
    await arm.patch(id, APPS, { properties: { configuration: { ingress: { customDomains } } } });
  });
  const drift = await run('drift');
  expect(drift.stdout).toContain('customDomains[www.example.org].bindingType');
  succeeded(await deploy(both, '', ['--refresh']));
  expect(await names()).toEqual(expect.arrayContaining(all));

  // One name goes: its binding, its certificate and its records; the other stays as it is.
  const less = succeeded(await deploy(`[{ name: example.org, zone: ${zone} }]`));
  const deleted = planOf(less).resources.filter(({ action }) => action === 'delete');
  expect(deleted.map(({ key }) => key.replace(/@.*/, '')).sort()).toEqual([
    'certificate:www.example.org',
    'dns:cname:www.example.org',
    'dns:txt:asuid.www.example.org',
  ]);
  expect([...(await names())].sort()).toEqual(['example.org SniEnabled', 'old.example.org Disabled']);
  const left = await byHand(sandbox, async (arm) =>
    Promise.all(deleted.map(({ id, type }) => arm.get(id, type.includes('dnsZones') ? DNS : APPS))),
  );
  expect(left).toEqual([undefined, undefined, undefined]);
  expect(Object.keys((await sandbox.state()).resources)).not.toContain('certificate:www.example.org');

  // The last one goes, and what is not ours is still there.
  succeeded(await deploy(''));
  expect(await names()).toEqual(['old.example.org Disabled']);

  succeeded(await deploy(both));
  const gone = await run('destroy', '--auto-approve', '--confirm', 'default', '--output', 'json');
  succeeded(gone);
  const records = await byHand(sandbox, async (arm) => [
    await arm.get(`${zone}/CNAME/www`, DNS),
    await arm.get(`${zone}/A/@`, DNS),
    (await arm.get(`${zone}/TXT/asuid.old`, DNS))?.id.split('/').at(-1),
  ]);
  expect(records).toEqual([undefined, undefined, 'asuid.old']);
});

it('shows the authority its token where not everybody reaches the app, and makes that record, too', async () => {
  const { deploy, sandbox, zone, run } = await namedShop();
  const web = `[{ name: www.example.org, zone: ${zone} }], ip_rules: { allow: { office: 203.0.113.0/24 } }`;
  const first = succeeded(await deploy(web));
  expect(planOf(first).domains?.[0]?.records.map(({ type, name }) => `${type} ${name}`)).toEqual([
    'CNAME www.example.org',
    'TXT asuid.www.example.org',
    'TXT _acme-challenge.www.example.org',
  ]);
  expect(first.events.at(-1)).toMatchObject({ addresses: { 'www.example.org': 'https://www.example.org' } });
  expect(succeeded(await deploy(web)).events.at(-1)).toMatchObject({ executed: [] });
  expect((await run('drift')).stdout).toContain('No drift');
  const text = await byHand(sandbox, (arm) => arm.get(`${zone}/TXT/_acme-challenge.www`, DNS));
  expect(jsonAt(text ?? {}, 'properties.TXTRecords')).toHaveLength(1);
});
