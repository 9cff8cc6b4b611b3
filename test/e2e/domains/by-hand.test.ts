import { expect, it } from 'vitest';
import { namedShop, succeeded, writeNames } from '../../helpers/domains/named-shop.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';

const NAME = 'www.example.net';
const IMPATIENT = 'advanced: { domain_timeout: 0 }';

it('ends with what DNS shows once its time is over, goes on from there, and tells of CAA records that forbid the certificate', async () => {
  const { deploy, run, sandbox } = await namedShop();
  await writeNames(sandbox, [{ name: NAME, type: 'CNAME', data: ['elsewhere.example.com'] }]);
  const early = await deploy(`[${NAME}]`, IMPATIENT);
  expect(early.exitCode).toBe(1);
  expect(early.events.findLast(({ type }) => type === 'step_failed')).toMatchObject({
    step: 'verify_deployment',
    code: 'domain_not_shown',
    message: expect.stringMatching(
      /application is released[\s\S]*DNS shows elsewhere\.example\.com[\s\S]*DNS shows none yet/,
    ),
  });
  const status = await run('status');
  const values = {
    CNAME: new RegExp(`CNAME ${NAME} → (\\S+)`).exec(status.stdout)?.[1] ?? '',
    TXT: new RegExp(`TXT +asuid\\.${NAME} → (\\S+)`).exec(status.stdout)?.[1] ?? '',
  };
  expect(values.TXT).toMatch(/^[0-9A-F]{64}$/);

  await writeNames(sandbox, [
    { name: NAME, type: 'CNAME', data: [values.CNAME] },
    { name: `asuid.${NAME}`, type: 'TXT', data: ['v=spf1 -all', values.TXT] },
    { name: 'example.net', type: 'CAA', data: ['0 issue "letsencrypt.org"'] },
  ]);
  const forbidden = await deploy(`[${NAME}]`, IMPATIENT);
  expect(forbidden.events.findLast(({ type }) => type === 'step_failed')).toMatchObject({
    code: 'domain_certificate_refused',
    message: expect.stringContaining(
      'the CAA records of example.net allow letsencrypt.org only; add there: 0 issue "digicert.com"',
    ),
  });
  await writeNames(sandbox, [
    { name: 'example.net', type: 'CAA', data: ['0 issue "letsencrypt.org"', '0 issue "digicert.com"'] },
  ]);
  const last = succeeded(await deploy(`[${NAME}]`, IMPATIENT));
  expect(last.events.at(-1)).toMatchObject({
    executed: ['verify_deployment'],
    addresses: { [NAME]: `https://${NAME}` },
  });
  const drift = await run('drift');
  expect(drift.stdout).toContain('No drift');
});

it('refuses a record that others made with another content, before anything is made, and leaves it on destroy', async () => {
  const { deploy, sandbox, zone } = await namedShop();
  await byHand(sandbox, (arm) =>
    arm.put(`${zone}/CNAME/www`, '2018-05-01', {
      properties: { TTL: 60, CNAMERecord: { cname: 'other.example.com' } },
    }),
  );
  const refused = await deploy(`[{ name: www.example.org, zone: ${zone} }]`);
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stdout).toContain('it says other.example.com');
  expect((await sandbox.requests()).filter(({ method, path }) => method === 'PUT' && path.includes('shop-rg'))).toEqual(
    [],
  );
});

it('is refused where nobody on the internet reaches the service', async () => {
  const { run, sandbox } = await namedShop();
  await sandbox.write(
    'own.yaml',
    `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
services:
  inner: { dockerfile: Dockerfile, port: 8080, domains: [a.example.org] }
  worker: { dockerfile: Dockerfile, domains: [b.example.org] }
  queue: { image: "rabbitmq:4", port: 5672, transport: tcp, domains: [c.example.org] }
`,
  );
  const { stderr, stdout } = await run('plan');
  for (const key of ['inner', 'worker', 'queue']) expect(stderr + stdout).toContain(`services.${key}.domains`);
});
