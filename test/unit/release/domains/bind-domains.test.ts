import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../../src/azure/errors.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import type { StepContext } from '../../../../src/engine/step.ts';
import { bindDomains } from '../../../../src/release/domains/bind-domains.ts';
import { CUSTOM_DOMAINS } from '../../../../src/resources/app/custom-domains.ts';
import { containerApp } from '../../../../src/resources/container-app.ts';
import { jsonAt } from '../../../../src/shared/json.ts';
import { type FakeAzure, fakeAzure } from '../../../helpers/fake-azure.ts';
import { runIdOf, stepContext, type TestContext } from '../../../helpers/step-context.ts';

const NAME = 'www.example.org';
const KNOWN = {
  environmentId: '/subscriptions/sub/resourceGroups/shop-rg/providers/Microsoft.App/managedEnvironments/shop-env',
  identityId: '/subscriptions/sub/resourceGroups/shop-rg/providers/x/y/z',
  identityClientId: 'client',
  registryId: '/r',
  loginServer: 'shop.azurecr.io',
  'image.web': 'shop.azurecr.io/web@sha256:1',
  vaultUri: 'https://v',
  defaultDomain: 'happy.io',
  staticIp: '203.0.113.7',
  domainVerificationId: 'ABC',
};

function configOf(web: string) {
  const result = parseConfig(`
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
services:
  web: { dockerfile: Dockerfile, port: 8080, ingress: external, ${web} }
`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

interface Stage {
  readonly fake: FakeAzure;
  readonly context: TestContext;
  call(): ReturnType<typeof bindDomains>;
  /** Names of the app with their bindings. */
  names(): readonly string[];
}

/** An app that is there, with names that somebody has given it. */
async function stage(web = `domains: [${NAME}]`, theirs: readonly object[] = []): Promise<Stage> {
  const fake = fakeAzure();
  const config = configOf(web);
  const context = await stepContext(fake.azure, { step: 'verify_deployment', config, known: KNOWN });
  const [service] = config.services.application;
  if (!service) throw new Error('there is no service');
  const app = containerApp(context as StepContext, service);
  const ingress = { external: true, targetPort: 8080, ...(theirs.length > 0 && { customDomains: [...theirs] }) };
  fake.resources.set(app.id.toLowerCase(), {
    ...app.body,
    id: app.id,
    properties: { ...(app.body.properties as object), configuration: { ingress } },
  } as never);
  return {
    fake,
    context,
    call: () => bindDomains(context, [{ service, app }]),
    names: () => {
      const members = (jsonAt(fake.resources.get(app.id.toLowerCase()) ?? {}, CUSTOM_DOMAINS) ?? []) as object[];
      return members.map((member) => Object.values(member).slice(0, 2).join(' '));
    },
  };
}

function show(fake: FakeAzure): void {
  fake.names[`CNAME ${NAME}`] = ['web.happy.io'];
  fake.names[`TXT asuid.${NAME}`] = ['ABC'];
}

describe('a name of an app', () => {
  it('is waited for, by people, without a write; then added, certified and bound, in this order', async () => {
    const { fake, context, call, names } = await stage();
    expect(await call()).toMatchObject({ kind: 'waiting', isIdle: true, on: `DNS to show the records of ${NAME}` });
    await call();
    expect(fake.writes).toEqual([]);
    expect(context.told.filter((line) => line.includes('needs in DNS'))).toHaveLength(1);
    show(fake);
    expect(await call()).toBeUndefined();
    expect(names()).toEqual([`${NAME} SniEnabled`]);
    expect(fake.writes.map(({ method, path }) => `${method} ${path.split('/').at(-2)}`)).toEqual([
      'PATCH containerApps',
      'PUT managedCertificates',
      'PATCH containerApps',
    ]);
    const writes = fake.writes.length;
    expect(await call()).toBeUndefined();
    expect(fake.writes).toHaveLength(writes);
  });

  it('is told with what was missing once its time is over', async () => {
    const { call, context } = await stage();
    await call();
    context.pass(14_401);
    await expect(call()).rejects.toMatchObject({ code: 'domain_not_shown', message: expect.stringContaining('asuid') });
  });

  it('is told together with the others that DNS does not show', async () => {
    const { call, context } = await stage(`domains: [${NAME}, example.net]`);
    await call();
    context.pass(14_401);
    await expect(call()).rejects.toMatchObject({
      code: 'domain_not_shown',
      message: expect.stringMatching(/asuid\.www\.example\.org[\s\S]*A {5}example\.net → 203\.0\.113\.7/),
    });
  });

  it('leaves those that others added, and the certificate of one that has another until ours is there', async () => {
    const other = { name: 'old.example.org', bindingType: 'SniEnabled', certificateId: '/c/old' };
    const { fake, call, names } = await stage(undefined, [
      other,
      { name: NAME, bindingType: 'SniEnabled', certificateId: '/c/own' },
    ]);
    show(fake);
    const bodies: unknown[] = [];
    fake.refuse = ({ method, body }) => {
      if (method === 'PATCH') bodies.push(jsonAt(body ?? {}, CUSTOM_DOMAINS));
    };
    expect(await call()).toBeUndefined();
    expect(bodies).toHaveLength(1);
    expect(names()).toEqual(['old.example.org SniEnabled', `${NAME} SniEnabled`]);
  });

  it('is tried again for as long as Azure does not see what DNS shows', async () => {
    const { fake, call, names } = await stage();
    show(fake);
    let unseen = true;
    fake.refuse = ({ method }) => {
      if (method !== 'PATCH' || !unseen) return;
      const code = 'InvalidCustomHostNameValidation';
      throw new AzureError({ code, codes: [code], message: 'A TXT record was not found.', statusCode: 400 });
    };
    expect(await call()).toMatchObject({ kind: 'waiting', isIdle: true, on: expect.stringContaining('was not found') });
    unseen = false;
    expect(await call()).toBeUndefined();
    expect(names()).toEqual([`${NAME} SniEnabled`]);
  });

  it('gets no certificate where CAA records forbid it, and is added all the same', async () => {
    const { fake, call, names } = await stage();
    show(fake);
    fake.names['CAA example.org'] = ['issue letsencrypt.org'];
    await expect(call()).rejects.toMatchObject({
      code: 'domain_certificate_refused',
      message: expect.stringContaining('add there: 0 issue "digicert.com"'),
    });
    expect(names()).toEqual([`${NAME} Disabled`]);
    expect(fake.writes.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it('asks anew for a certificate that failed before, and tells why one fails now', async () => {
    const { fake, call, context } = await stage();
    show(fake);
    const type = 'Microsoft.App/managedEnvironments/managedCertificates';
    fake.computed[type] = { properties: { provisioningState: 'Failed', error: 'the authority is away' } };
    await expect(call()).rejects.toMatchObject({ message: expect.stringContaining('the authority is away') });

    fake.computed[type] = { properties: { provisioningState: 'Succeeded' } };
    const next = await stepContext(fake.azure, {
      ...{
        step: 'verify_deployment',
        stores: context.stores,
        config: context.config,
        known: KNOWN,
        runId: runIdOf(1),
      },
    });
    const [service] = next.config.services.application;
    if (!service) throw new Error('there is no service');
    expect(await bindDomains(next, [{ service, app: containerApp(next, service) }])).toBeUndefined();
    expect(fake.writes.map(({ method, path }) => `${method} ${path.split('/').at(-2)}`).slice(-3)).toEqual([
      'DELETE managedCertificates',
      'PUT managedCertificates',
      'PATCH containerApps',
    ]);
  });

  it('whose app not everybody reaches tells the token that its certificate waits for, and may lead elsewhere', async () => {
    const { fake, call, context } = await stage(`domains: [${NAME}], ip_rules: { allow: { office: 203.0.113.0/24 } }`);
    fake.names[`TXT asuid.${NAME}`] = ['ABC'];
    const type = 'Microsoft.App/managedEnvironments/managedCertificates';
    fake.computed[type] = { properties: { provisioningState: 'Pending', validationToken: 'tok' } };
    fake.polls = 1;
    // The name is added first, by an operation of its own.
    await call();
    expect(await call()).toMatchObject({ kind: 'waiting' });
    expect(await call()).toMatchObject({
      isIdle: true,
      on: `the certificate of ${NAME}, whose token DNS does not show yet`,
    });
    expect(context.told).toContain(`${NAME}: make the record TXT   _acme-challenge.${NAME} → tok`);
  });
});
