import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { importState } from '../../../src/cli/import/import-state.ts';
import { openWorkspace } from '../../../src/cli/local/workspace.ts';
import type { ParsedConfig } from '../../../src/domain/config/model.ts';
import { acquireLock } from '../../../src/state/lock.ts';
import { fileStorage } from '../../helpers/file-storage.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { configOf, type OwnApplication, ownApplication } from './own-application.ts';

const SERVICES = `
  bus: { image: "nats:2", port: 4222, transport: tcp }
  web: { image: "ghcr.io/shop/web:1", role: application, port: 8080, env: { BUS: { service: bus } } }
`;

/** The stores of somebody who has none of what the deployment wrote, and a look into what is there. */
async function newcomer({ environment: { azure, clock } }: OwnApplication) {
  const directory = await tempDirectory();
  const stores = fileStorage(directory, clock).environment('default');
  const workspace = openWorkspace('default', directory);
  const config = configOf(SERVICES);
  const { secrets } = config;
  const parsed = {
    config: { ...config, secrets: { ...secrets, TOKEN: { source: 'vault', name: 'TOKEN' } } },
    literals: new Map(),
  } as unknown as ParsedConfig;
  const look = () =>
    importState({ ...stores, workspace, environment: 'default' }, { azure, parsed, mask: (text) => text });
  return { ...stores, workspace, look, remove: () => rm(directory, { recursive: true }) };
}

describe('a look at what a deployment left', () => {
  it('finds all of it, and writes no more than one state', async () => {
    const app = await ownApplication(SERVICES);
    const { state, look } = await newcomer(app);
    app.environment.newWrites();
    expect(await look()).toMatchObject({ open: [], isWritten: true });
    expect(app.environment.newWrites()).toEqual([]);
    const { value } = await state.read();
    expect(Object.keys(value.resources).toSorted()).toEqual(Object.keys(app.environment.state.resources).toSorted());
    expect(value).toMatchObject({ lock: null, last_run: null, resource_group: 'shop-rg' });
    await expect(look()).rejects.toMatchObject({ code: 'state_exists' });
  });

  it('leaves what would be written to the next deployment, and what needs it', async () => {
    const app = await ownApplication(SERVICES);
    await app.change('web', { configuration: { activeRevisionsMode: 'Single' } });
    app.environment.newWrites();
    const { state, look } = await newcomer(app);
    const { open } = await look();
    expect(app.environment.newWrites()).toEqual([]);
    const needing = 'needs what deploy_application_services leaves';
    expect(open).toEqual([
      { step: 'deploy_application_services', number: 11, why: 'It would write Microsoft.App/containerApps/web.' },
      { step: 'configure_environment_variables', number: 12, why: needing },
      { step: 'verify_deployment', number: 14, why: needing },
    ]);
    const { steps, resources } = (await state.read()).value;
    expect(open.filter(({ step }) => step in steps)).toEqual([]);
    expect(steps.store_secrets?.status).toBe('completed');
    expect([resources['app:web'], resources['app:bus']]).toEqual([undefined, expect.anything()]);
  });

  it('waits for nobody who holds the environment, and takes the lock of a look that ended', async () => {
    const app = await ownApplication('  bus: { image: "nats:2" }');
    const { state, workspace, look } = await newcomer(app);
    const lock = {
      runId: 'default-01J00000000000000000000000',
      holder: 'x',
      step: null,
      wakeBy: '2999-01-01T00:00:00Z',
    };
    await acquireLock(state, { ...lock, engine: 'functions:other' });
    await expect(look()).rejects.toMatchObject({ code: 'state_locked' });
    const before = await state.read();
    await state.write({ ...before.value, lock: null }, before.etag);
    await acquireLock(state, { ...lock, engine: workspace.engine });
    expect((await look()).isWritten).toBe(true);
  });
});
