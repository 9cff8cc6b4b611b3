import { expect, it } from 'vitest';
import type { ServiceStatus, ServicesView } from '../../../src/domain/api/service-views.ts';
import { follow } from '../../helpers/cli/follow.ts';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { APPS, app, changeTemplate, configuration, variable } from '../../helpers/hand/hand-change.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';

const STATE = '.azure-deployment-state-v1.json';
const CONFIG = ['--config', 'app/config.yaml'];
const SIMULATE = [...CONFIG, '--simulate', '--simulator-profile', 'instant'];

async function live(sandbox: Sandbox): Promise<ServicesView> {
  const { exitCode, stderr, events } = await sandbox.run(['status', ...SIMULATE, '--output', 'json']);
  expect(exitCode, stderr).toBe(0);
  return events[0]?.live as ServicesView;
}

function serviceIn({ services }: ServicesView, key: string): ServiceStatus | undefined {
  return services.find((one) => one.key === key);
}

it('status tells how each service is, what was changed by hand in it, and what is scaled to zero, in few requests', async () => {
  const sandbox = await createSandbox();
  expect((await sandbox.deploy()).exitCode).toBe(0);
  const before = (await sandbox.requests()).length;
  const view = await live(sandbox);
  const asked = (await sandbox.requests()).slice(before).filter(({ host }) => host === 'management.azure.com');
  // One list of the apps, the revisions of seven, and two databases.
  expect(asked.map(({ method }) => method)).toEqual(Array.from({ length: 10 }, () => 'GET'));
  expect(view.services).toHaveLength(7);
  expect(serviceIn(view, 'api_gateway')).toMatchObject({
    ...{ name: 'api-gateway', health: 'healthy', ingress: 'external', unread: null },
    address: expect.stringMatching(/^https:\/\/api-gateway\.[\w.-]+\.azurecontainerapps\.io$/),
    image: expect.stringMatching(/\/api-gateway@sha256:[0-9a-f]{64}$/),
    replicas: { now: 1, min: 1, max: 5 },
    revisions: [{ traffic: 100, healthState: 'Healthy', runningState: 'Running' }],
    ...{ driftedVariables: [], otherDrift: 0 },
    portal: expect.stringMatching(/^https:\/\/portal\.azure\.com\/#@[0-9a-f-]{36}\/resource\/subscriptions\//),
  });
  expect(serviceIn(view, 'rabbitmq')).toMatchObject({ ingress: 'internal', health: 'healthy' });
  expect(view.backing).toMatchObject([
    { key: 'postgresql', health: 'ready', address: expect.stringContaining('postgres.database.azure.com') },
    { key: 'redis', health: 'ready' },
  ]);

  await byHand(sandbox, async (arm) => {
    const [, , subscription] = view.services[0]?.id.split('/') ?? [];
    const hand = handOf(arm, `/subscriptions/${subscription}/resourceGroups/draftgenie-example-rg`);
    await changeTemplate(hand, 'draft-service', (template, container) => {
      variable(container, 'LOG_LEVEL').value = 'a-value-of-somebody';
      container.env = [...(container.env as []), { name: 'DEBUG', value: 'another-value' }];
      template.scale = { ...(template.scale as object), maxReplicas: 7 };
    });
    // Without an ingress and a least number nothing keeps a replica.
    await hand.patch(app('evaluation-service'), APPS, configuration({ ingress: null }));
    await changeTemplate(hand, 'evaluation-service', (template) => {
      template.scale = { ...(template.scale as object), minReplicas: 0 };
    });
  });
  const changed = await live(sandbox);
  expect(serviceIn(changed, 'draft_service')).toMatchObject({
    driftedVariables: [
      { container: 'draft-service', name: 'LOG_LEVEL', change: 'changed' },
      { container: 'draft-service', name: 'DEBUG', change: 'added' },
    ],
    // The most replicas.
    otherDrift: 1,
  });
  expect(serviceIn(changed, 'evaluation_service')).toMatchObject({
    health: 'scaled_to_zero',
    address: null,
    replicas: { now: 0, min: 0 },
  });

  const { stdout } = await sandbox.run(['status', ...SIMULATE]);
  expect(stdout).toMatch(/✓ evaluation_service +scaled to zero +0 replicas of 0–3/);
  expect(stdout).toMatch(/ changed +variables LOG_LEVEL, DEBUG \(added\)\n/);
  expect(stdout).not.toMatch(/a-value-of-somebody|another-value/);
});

it('status tells what the state says where Azure cannot be asked, and why; with --offline nobody is asked', async () => {
  const sandbox = await createSandbox();
  expect((await sandbox.deploy()).exitCode).toBe(0);
  const deployed = await sandbox.read(STATE);
  const { subscription_id: simulated } = JSON.parse(deployed) as { readonly subscription_id: string };
  // As if it had been deployed to Azure, where nobody is signed in.
  await sandbox.write(STATE, deployed.replaceAll(simulated, '11111111-2222-3333-4444-555555555555'));
  const refused = await sandbox.run(['status', ...CONFIG]);
  expect(refused.exitCode).toBe(0);
  expect(refused.stdout).toContain('14 verify_deployment');
  expect(refused.stdout).toMatch(/⚠ The services could not be looked at: .* \(CredentialUnavailable\)\n {2}Sign in/);
  const offline = await follow('cli/commands/status: status --offline', refused.stdout, (words) => sandbox.run(words));
  expect([offline.exitCode, offline.stdout]).toEqual([0, expect.not.stringContaining('could not be looked at')]);
  await sandbox.write(STATE, deployed);
  const before = (await sandbox.requests()).length;
  const { events } = await sandbox.run(['status', ...SIMULATE, '--offline', '--output', 'json']);
  expect(events[0]).not.toHaveProperty('live');
  expect((await sandbox.requests()).length).toBe(before);
});
