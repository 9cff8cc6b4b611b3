import type { HttpMethods } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import { createAuthority } from '../../../../src/simulator/tls/authority.ts';
import { type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { appBody, container, createSurroundings, type Surroundings } from '../../../helpers/simulated-application.ts';

const APP = 'providers/Microsoft.App/containerApps/web';
const NAME = 'www.example.org';
const template = { containers: [container('docker.io/library/nginx:1', { probes: [] })] };

interface Place {
  readonly clients: SimulatedClients;
  readonly around: Surroundings;
  readonly verificationId: string;
  /** Status, code and words of a write of the app with these custom domains; `done` when its operation succeeded. */
  write(domains: readonly JsonObject[], ingress?: JsonObject, path?: string): Promise<unknown>;
  prove(name: string): void;
}

async function place(): Promise<Place> {
  const clients = await simulatedClients();
  const { simulator } = clients;
  const around = await createSurroundings(clients);
  const asked = `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.App/getCustomDomainVerificationId`;
  const verificationId = JSON.parse((await clients.arm('POST', asked)).text) as string;
  return {
    clients,
    around,
    verificationId,
    async write(customDomains, ingress = {}, path = APP) {
      const body = appBody(around, {
        template,
        configuration: {
          registries: [],
          ingress: { external: true, targetPort: 80, transport: 'http', customDomains: [...customDomains], ...ingress },
        },
      });
      const answer = await clients.arm('PUT', path, body);
      if (answer.status >= 300)
        return [answer.status, ...['code', 'message'].map((key) => jsonAt(answer.body, `error.${key}`))];
      const { status, error } = await clients.finish(answer);
      return status === 'Failed' ? error : 'done';
    },
    prove: (name) => simulator.writeDns({ records: [{ name: `asuid.${name}`, type: 'TXT', data: [verificationId] }] }),
  };
}

const invalid = [400, 'InvalidParameterValueInContainerTemplate', expect.any(String)];

describe('a custom domain of a container app', () => {
  it('is proven by one text for all apps and environments of the subscription', async () => {
    const { clients, around, verificationId, write } = await place();
    expect(verificationId).toMatch(/^[0-9A-F]{64}$/);
    await write([]);
    expect(jsonAt((await clients.arm('GET', APP)).body, 'properties.customDomainVerificationId')).toBe(verificationId);
    const { body } = await clients.arm('GET', around.environment);
    expect(jsonAt(body, 'properties.customDomainConfiguration.customDomainVerificationId')).toBe(verificationId);
  });

  // https://github.com/microsoft/azure-container-apps/issues/525
  it('is refused without the record of its owner, also when it was there before', async () => {
    const { clients, verificationId, write, prove } = await place();
    const refused = [
      400,
      'InvalidCustomHostNameValidation',
      `A TXT record pointing from asuid.${NAME} to ${verificationId} was not found.`,
    ];
    expect(await write([{ name: NAME, bindingType: 'Disabled' }])).toEqual(refused);
    clients.simulator.writeDns({ records: [{ name: `asuid.${NAME}`, type: 'TXT', data: ['something else'] }] });
    expect(await write([{ name: NAME, bindingType: 'Disabled' }])).toEqual(refused);
    prove(NAME);
    expect(await write([{ name: NAME }])).toBe('done');
    expect(jsonAt((await clients.arm('GET', APP)).body, 'properties.configuration.ingress.customDomains')).toEqual([
      { name: NAME, bindingType: 'Disabled' },
    ]);
    clients.simulator.writeDns({ records: [{ name: `asuid.${NAME}`, type: 'TXT', data: [] }] });
    expect(await write([{ name: NAME }])).toEqual(refused);
    expect(await write([])).toBe('done');
  });

  it('belongs to one app of its environment', async () => {
    const { write, prove } = await place();
    prove(NAME);
    expect(await write([{ name: NAME }])).toBe('done');
    expect(await write([{ name: 'WWW.example.org' }], {}, `${APP}2`)).toEqual(invalid);
    expect(await write([])).toBe('done');
    expect(await write([{ name: NAME }], {}, `${APP}2`)).toBe('done');
  });

  it("is refused when it is no name, is there twice, is the environment's own, or the app has no http ingress", async () => {
    const { around, write, prove } = await place();
    prove(NAME);
    expect(await write([{ name: 'localhost' }])).toEqual(invalid);
    expect(await write([{ name: NAME }, { name: NAME }])).toEqual(invalid);
    expect(await write([{ name: `a.${around.domain}` }])).toEqual(invalid);
    expect(await write([{ name: NAME }], { external: false, transport: 'tcp', exposedPort: 5000 })).toEqual(invalid);
    expect(await write([{ name: NAME, bindingType: 'SniEnabled' }])).toEqual(invalid);
  });

  it('is answered through the ingress where the public DNS leads to it, and without a certificate not by https', async () => {
    const { clients, around, write, prove } = await place();
    prove(NAME);
    expect(await write([{ name: NAME }])).toBe('done');
    const get = () => clients.send('GET' as HttpMethods, `https://${NAME}/`);
    // The certificate is the environment's own.
    await expect(get()).rejects.toThrow(/altnames/);
    const id = await issue(clients, around);
    expect(await write([{ name: NAME, bindingType: 'SniEnabled', certificateId: id }])).toBe('done');
    expect((await get()).status).toBe(200);
    clients.simulator.writeDns({ records: [{ name: NAME, type: 'CNAME', data: ['elsewhere.example.net'] }] });
    expect((await get()).status).toBe(421);
  });

  it('is analysed: what the DNS says, whether it is proven, and who has it', async () => {
    const { clients, around, verificationId, write, prove } = await place();
    await write([]);
    const analyse = async (app = APP) =>
      (await clients.arm('POST', `${app}/listCustomHostNameAnalysis?customHostname=${NAME}`)).body;
    expect(await analyse()).toMatchObject({
      hostName: NAME,
      isHostnameAlreadyVerified: false,
      customDomainVerificationTest: 'Failed',
      customDomainVerificationFailureInfo: { code: 'InvalidCustomHostNameValidation' },
      hasConflictOnManagedEnvironment: false,
      cNameRecords: [],
    });
    prove(NAME);
    const target = `web.${around.domain}`;
    clients.simulator.writeDns({ records: [{ name: NAME, type: 'CNAME', data: [target] }] });
    await write([{ name: NAME }]);
    await write([], {}, `${APP}2`);
    expect(await analyse()).toMatchObject({
      isHostnameAlreadyVerified: true,
      customDomainVerificationTest: 'Passed',
      cNameRecords: [target],
      alternateTxtRecords: [verificationId],
    });
    expect(await analyse(`${APP}2`)).toMatchObject({
      hasConflictOnManagedEnvironment: true,
      conflictingContainerAppResourceId: expect.stringMatching(/containerApps\/web$/i),
    });
  });
});

const CERTIFICATE = 'managedCertificates/mc-www';

function certificateBody(changes: JsonObject = {}, location = 'westeurope'): JsonObject {
  return { location, properties: { subjectName: NAME, domainControlValidation: 'CNAME', ...changes } };
}

async function ask(clients: SimulatedClients, around: Surroundings, body: JsonObject, path = CERTIFICATE) {
  const answer = await clients.arm('PUT', `${around.environment}/${path}`, body);
  if (answer.status >= 300)
    return [answer.status, ...['code', 'message'].map((key) => jsonAt(answer.body, `error.${key}`))];
  await clients.finish(answer);
  const { properties } = (await clients.arm('GET', `${around.environment}/${path}`)).body as { properties: JsonObject };
  return [properties.provisioningState, properties.error];
}

/** A managed certificate for the name, which the app has by now. */
async function issue(clients: SimulatedClients, around: Surroundings): Promise<string> {
  clients.simulator.writeDns({ records: [{ name: NAME, type: 'CNAME', data: [`web.${around.domain}`] }] });
  expect(await ask(clients, around, certificateBody())).toEqual(['Succeeded', undefined]);
  return `${around.environment}/${CERTIFICATE}`;
}

async function withName(ingress: JsonObject = {}): Promise<Place> {
  const here = await place();
  here.prove(NAME);
  expect(await here.write([{ name: NAME }], ingress)).toBe('done');
  return here;
}

describe('a managed certificate', () => {
  // https://github.com/microsoft/azure-container-apps/issues/1570
  it('is for a name that an app of the environment has, one for each, where the environment is', async () => {
    const { clients, around, write, prove } = await place();
    prove(NAME);
    expect(await ask(clients, around, certificateBody())).toEqual([
      400,
      'RequireCustomHostnameInEnvironment',
      `Creating managed certificate requires hostname '${NAME}' added as a custom hostname to a container app or route in environment 'cae-demo'`,
    ]);
    await write([{ name: NAME }]);
    expect((await ask(clients, around, certificateBody({}, 'northeurope')))[0]).toBe(400);
    await issue(clients, around);
    expect(await ask(clients, around, certificateBody(), 'managedCertificates/other')).toEqual([
      400,
      'DuplicateManagedCertificateInEnvironment',
      `Another managed certificate with subject name '${NAME}' and certificate name 'mc-www' available in environment 'cae-demo'.`,
    ]);
    expect(await ask(clients, around, certificateBody({ subjectName: 'a.example.org' }))).toEqual([
      400,
      'PropertyChangeNotAllowed',
      expect.any(String),
    ]);
    expect(await ask(clients, around, { ...certificateBody(), tags: { a: 'b' } })).toEqual(['Succeeded', undefined]);
  });

  it('fails until the name is an alias of the app itself, and can be asked for again', async () => {
    const { clients, around } = await withName();
    const missing = `Not found CNAME of hostname '${NAME}' directly pointing to a default hostname.`;
    expect(await ask(clients, around, certificateBody())).toEqual(['Failed', missing]);
    clients.simulator.writeDns({
      records: [
        { name: NAME, type: 'CNAME', data: ['proxy.example.net'] },
        { name: 'proxy.example.net', type: 'CNAME', data: [`web.${around.domain}`] },
      ],
    });
    expect(await ask(clients, around, certificateBody())).toEqual(['Failed', missing]);
    await issue(clients, around);
  });

  it('is validated by the address of an apex', async () => {
    const { clients, around, write, prove } = await place();
    prove('example.org');
    await write([{ name: 'example.org' }]);
    const body = certificateBody({ subjectName: 'example.org', domainControlValidation: 'HTTP' });
    expect((await ask(clients, around, body))[0]).toBe('Failed');
    const staticIp = String(jsonAt((await clients.arm('GET', around.environment)).body, 'properties.staticIp'));
    clients.simulator.writeDns({ records: [{ name: 'example.org', type: 'A', data: [staticIp] }] });
    expect(await ask(clients, around, body)).toEqual(['Succeeded', undefined]);
  });

  it('waits for the text that it asks for', async () => {
    const { clients, around } = await withName();
    const path = `${around.environment}/${CERTIFICATE}`;
    const begun = await clients.arm('PUT', path, certificateBody({ domainControlValidation: 'TXT' }));
    expect([begun.status, jsonAt(begun.body, 'properties.provisioningState')]).toEqual([201, 'Pending']);
    const token = String(jsonAt(begun.body, 'properties.validationToken'));
    const state = async () => jsonAt((await clients.arm('GET', path)).body, 'properties.provisioningState');
    expect(await state()).toBe('Pending');
    clients.simulator.writeDns({ records: [{ name: `_acme-challenge.${NAME}`, type: 'TXT', data: [token] }] });
    await clients.arm('GET', path);
    expect(await state()).toBe('Succeeded');
  });

  // https://learn.microsoft.com/azure/container-apps/custom-domains-managed-certificates
  it('is not issued where CAA records name other issuers, nor for an app that is not public', async () => {
    const { clients, around, write } = await withName();
    clients.simulator.writeDns({
      records: [
        { name: NAME, type: 'CNAME', data: [`web.${around.domain}`] },
        { name: 'example.org', type: 'CAA', data: ['0 issue letsencrypt.org'] },
      ],
    });
    expect(await ask(clients, around, certificateBody())).toEqual(['Failed', expect.stringContaining('CAA')]);
    clients.simulator.writeDns({
      records: [
        { name: 'example.org', type: 'CAA', data: ['0 issue letsencrypt.org', '0 issue "digicert.com; account=1"'] },
      ],
    });
    expect(await write([{ name: NAME }], { external: false })).toBe('done');
    expect(await ask(clients, around, certificateBody())).toEqual([
      'Failed',
      expect.stringContaining('public internet'),
    ]);
    expect(await write([{ name: NAME }], { external: true })).toBe('done');
    expect(await ask(clients, around, certificateBody())).toEqual(['Succeeded', undefined]);
  });

  // https://github.com/rajbos/ai-engineering-fluency/pull/739
  it('stays while a name is bound to it, and can be bound only when it is issued and has the name', async () => {
    const { clients, around, write, prove } = await withName();
    const path = `${around.environment}/${CERTIFICATE}`;
    const bound = (name = NAME) => [{ name, bindingType: 'SniEnabled', certificateId: path }];
    expect(await write(bound())).toEqual([400, 'CertificateNotFound', expect.any(String)]);
    await ask(clients, around, certificateBody());
    expect(await write(bound())).toEqual([400, 'CertificateProvisioningError', expect.any(String)]);
    await issue(clients, around);
    prove('api.example.org');
    expect(await write(bound('api.example.org'))).toEqual(invalid);
    expect(await write(bound())).toBe('done');
    const refused = await clients.arm('DELETE', path);
    expect([refused.status, refused.body.error]).toEqual([
      400,
      { code: 'CertificateInUse', message: `Certificate 'mc-www' is used by existing custom domains ${NAME}.` },
    ]);
    expect(await write([{ name: NAME, bindingType: 'Disabled' }])).toBe('done');
    expect((await clients.arm('DELETE', path)).status).toBe(200);
    expect(await write([])).toBe('done');
  });

  it('is bound by itself where that is asked for', async () => {
    const { clients, around, write } = await withName();
    expect(await write([{ name: NAME, bindingType: 'Auto' }])).toBe('done');
    const certificateId = await issue(clients, around);
    expect(jsonAt((await clients.arm('GET', APP)).body, 'properties.configuration.ingress.customDomains')).toEqual([
      { name: NAME, bindingType: 'Auto', certificateId },
    ]);
    expect((await clients.send('GET', `https://${NAME}/`)).status).toBe(200);
    expect((await clients.arm('DELETE', certificateId)).status).toBe(400);
  });

  it('may be one that somebody brings along, for the names that it has', async () => {
    const { clients, around, write, prove } = await withName();
    const { certificate } = await createAuthority('*.example.org');
    const path = `${around.environment}/certificates/own`;
    const wrong = { location: 'westeurope', properties: { value: Buffer.from('none').toString('base64') } };
    expect((await clients.arm('PUT', path, wrong)).status).toBe(400);
    const value = Buffer.from(certificate).toString('base64');
    const { body } = await clients.arm('PUT', path, { location: 'westeurope', properties: { value } });
    expect(body.properties).toMatchObject({
      subjectName: '*.example.org',
      valid: true,
      provisioningState: 'Succeeded',
    });
    expect(jsonAt(body, 'properties.value')).toBeUndefined();
    const bound = (name: string) => [{ name, bindingType: 'SniEnabled', certificateId: path }];
    expect(await write(bound(NAME))).toBe('done');
    prove('a.b.example.org');
    expect(await write(bound('a.b.example.org'))).toEqual(invalid);
    expect((await clients.arm('DELETE', path)).status).toBe(400);
  });

  it('is in the list of its group, under the names of both, and goes with its environment', async () => {
    const { clients, around } = await withName();
    await issue(clients, around);
    const list = async () =>
      (
        (await clients.arm('GET', `${clients.group}/resources`, undefined, '2025-04-01')).body.value as JsonObject[]
      ).map(({ name }) => name);
    expect(await list()).toContain('cae-demo/mc-www');
    await clients.finish(await clients.arm('DELETE', APP));
    await clients.finish(await clients.arm('DELETE', around.environment));
    expect(await list()).not.toContain('cae-demo/mc-www');
  });
});
