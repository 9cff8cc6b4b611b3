import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../../src/azure/errors.ts';
import type { CodeProgress } from '../../../../src/azure/ports.ts';
import type { DeploymentConfig } from '../../../../src/domain/config/model.ts';
import { drainedApps, packageFacts, publishPackages } from '../../../../src/engine/generic/publish-package.ts';
import type { StepContext } from '../../../../src/engine/step.ts';
import type { SourceTree } from '../../../../src/source/ports.ts';
import { deploymentConfig } from '../../../helpers/deployment-config.ts';
import { type FakeAzure, fakeAzure } from '../../../helpers/fake-azure.ts';
import { type ContextOptions, stepContext, type TestContext } from '../../../helpers/step-context.ts';

const SITE = '/subscriptions/sub/resourceGroups/shop-rg/providers/Microsoft.Web/sites/shop';
const live = {
  id: SITE,
  properties: { enabledHostNames: ['shop.azurewebsites.net', 'shop.scm.azurewebsites.net'] },
};
const app = { key: 'app', live, made: 'first' };
const config: DeploymentConfig = {
  ...deploymentConfig(),
  resources: {
    app: {
      type: 'Microsoft.Web/sites',
      apiVersion: '2025-03-01',
      name: 'shop',
      tags: true,
      body: {},
      holdsData: false,
      package: 'app.zip',
    },
  },
};

const sourceOf = (content: string): SourceTree =>
  ({
    location: '/app',
    fileDigest: async (path: string) => (path === 'app.zip' ? `sha of ${content}` : undefined),
    fileContent: async () => Buffer.from(content),
  }) as unknown as SourceTree;

/** An app that says how far it is, in this order. */
function publishing(...progress: readonly CodeProgress[]) {
  const fake: FakeAzure = fakeAzure();
  const sent: string[] = [];
  const hosts = new Set<string>();
  const left = [...progress];
  /** Whether somebody else's is under way, at each question. */
  const others: boolean[] = [];
  const azure = {
    ...fake.azure,
    code: (host: string) => ({
      publish: async (archive: Uint8Array) => {
        hosts.add(host);
        sent.push(Buffer.from(archive).toString());
        return String(sent.length);
      },
      progress: async (): Promise<CodeProgress> => left.shift() ?? { kind: 'succeeded' },
      isBusy: async () => others.shift() ?? false,
    }),
  };
  const context = async (content: string, options: ContextOptions = {}): Promise<TestContext> =>
    await stepContext(azure, { step: 'create_databases', config, source: sourceOf(content), ...options });
  return { sent, hosts, others, context };
}

const PUBLISHED = (content: string, made = 'first') => ({
  kind: 'published',
  metadata: { packages: { app: { sha256: `sha of ${content}`, made } } },
});

/** What the step kept when it last came to its end. */
const previous = (content: string) =>
  ({ metadata: PUBLISHED(content).metadata, outputs: {}, dependencies: {} }) as unknown as StepContext['previous'];

describe('the archive of an app', () => {
  it('is sent once, and followed until the app runs with it', async () => {
    const { sent, hosts, context } = publishing({ kind: 'running' });
    const step = await context('one');
    expect(await publishPackages(step, [app])).toMatchObject({ kind: 'waiting' });
    expect(await publishPackages(step, [app])).toEqual(PUBLISHED('one'));
    expect(await publishPackages(step, [app])).toEqual(PUBLISHED('one'));
    expect([sent, [...hosts]]).toEqual([['one'], ['shop.scm.azurewebsites.net']]);
  });

  it('is not sent again by a later run, but where it is another one, another app, or asked for', async () => {
    const { sent, context } = publishing();
    const before = { previous: previous('one') };
    expect(await publishPackages(await context('one', before), [app])).toEqual(PUBLISHED('one'));
    expect(sent).toEqual([]);
    await publishPackages(await context('two', before), [app]);
    const remade = await publishPackages(await context('one', before), [{ ...app, made: 'second' }]);
    expect(remade).toEqual(PUBLISHED('one', 'second'));
    const reason = { text: 'forced', forced: true };
    await publishPackages(await context('one', { ...before, reason }), [app]);
    expect(sent).toEqual(['two', 'one', 'one']);
  });

  it('is sent again after a publication that failed, whose reason is told', async () => {
    const { sent, context } = publishing({ kind: 'failed', why: 'no such container' });
    const step = await context('one');
    await expect(publishPackages(step, [app])).rejects.toMatchObject({
      code: 'package_not_published',
      message: expect.stringContaining('no such container'),
    });
    expect(await publishPackages(step, [app])).toEqual(PUBLISHED('one'));
    expect(sent).toEqual(['one', 'one']);
  });

  it('waits until an archive that a killed run sent is there, and is sent then', async () => {
    const { sent, others, context } = publishing();
    others.push(true, false);
    const step = await context('one');
    expect(await publishPackages(step, [app])).toMatchObject({
      kind: 'waiting',
      on: expect.stringContaining('another publication'),
    });
    expect(sent).toEqual([]);
    expect(await publishPackages(step, [app])).toEqual(PUBLISHED('one'));
    expect(sent).toEqual(['one']);
  });

  it('is sent again where another one was faster, and the host dropped it', async () => {
    const { sent, context } = publishing({ kind: 'busy' });
    const step = await context('one');
    expect(await publishPackages(step, [app])).toMatchObject({ kind: 'waiting' });
    expect(await publishPackages(step, [app])).toEqual(PUBLISHED('one'));
    expect(sent).toEqual(['one', 'one']);
  });

  it('is waited for where the host does not know it yet, and there where the host no longer does', async () => {
    const { sent, context } = publishing({ kind: 'unknown' }, { kind: 'running' }, { kind: 'unknown' });
    const step = await context('one');
    expect(await publishPackages(step, [app])).toMatchObject({ kind: 'waiting' });
    expect(await publishPackages(step, [app])).toMatchObject({ kind: 'waiting' });
    expect(await publishPackages(step, [app])).toEqual(PUBLISHED('one'));
    expect(sent).toEqual(['one']);
  });

  it('is a fact of its step, and an error where it is not there', async () => {
    const { context } = publishing();
    expect(await packageFacts(await context('one'), 'create_databases')).toEqual({ 'file:resource:app': 'sha of one' });
    const other = { ...config, resources: { app: { ...config.resources?.app, package: 'other.zip' } } };
    const missing = await context('one', { config: other as DeploymentConfig });
    await expect(packageFacts(missing, 'create_databases')).rejects.toMatchObject({ code: 'package_missing' });
  });
});

/** Texts by content, so that digests are readable: archives with and without a scheduler. */
const hostJson = (type: string) => JSON.stringify({ extensions: { durableTask: { storageProvider: { type } } } });
const ARCHIVES: Readonly<Record<string, Uint8Array>> = {
  stored: zipSync({ 'host.json': strToU8('{"version":"2.0"}') }),
  scheduled: zipSync({ 'host.json': strToU8(hostJson('azureManaged')) }),
};

describe('an app that keeps its orchestrations elsewhere from now on', () => {
  /** @param answers of the app, when it is asked what is under way */
  async function switching(from: string, to: string, answers: (readonly string[] | Error)[], made = 'first') {
    const { sent, context } = publishing();
    const kept = { sha256: `sha of ${from}`, made, ...(from === 'scheduled' && { backend: 'azureManaged' }) };
    const before = { metadata: { packages: { app: kept } }, outputs: {}, dependencies: {} };
    const source = {
      location: '/app',
      fileDigest: async () => `sha of ${to}`,
      fileContent: async () => ARCHIVES[to] ?? new Uint8Array(),
    } as unknown as SourceTree;
    const step = await context(to, { previous: before as never, source });
    const asked: string[] = [];
    const azure = {
      ...step.azure,
      arm: { ...step.azure.arm, get: async () => ({ ...live, systemData: { createdAt: 'first' } }) },
      orchestrations: (id: string) => ({
        underWay: async () => {
          asked.push(id);
          const answer = answers.shift() ?? [];
          if (answer instanceof Error) throw answer;
          return answer;
        },
      }),
    };
    return { step: { ...step, azure }, asked, sent };
  }

  it.each([
    ['stored', 'scheduled'],
    ['scheduled', 'stored'],
  ])('from %s to %s changes when none is under way, and then it is not asked again', async (from, to) => {
    const { step, asked } = await switching(from, to, [
      ['shop/1'],
      new AzureError({ code: 'x', message: 'starting', statusCode: 503 }),
      [],
    ]);
    expect(await drainedApps(step, 'create_databases')).toMatchObject({ kind: 'waiting' });
    expect(await drainedApps(step, 'create_databases')).toMatchObject({ kind: 'waiting' });
    expect(await drainedApps(step, 'create_databases')).toBeUndefined();
    expect(await drainedApps(step, 'create_databases')).toBeUndefined();
    expect(asked).toEqual([SITE, SITE, SITE]);
    const { metadata } = (await publishPackages(step, [app])) as { metadata: object };
    const backend = to === 'scheduled' ? { backend: 'azureManaged' } : {};
    expect(metadata).toEqual({ packages: { app: { sha256: `sha of ${to}`, made: 'first', ...backend } } });
  });

  it('stays as it is when some do not end, and says which', async () => {
    const { step, sent } = await switching('stored', 'scheduled', [['shop/1'], ['shop/1']]);
    await drainedApps(step, 'create_databases');
    step.pass(901);
    await expect(drainedApps(step, 'create_databases')).rejects.toMatchObject({
      code: 'orchestrations_under_way',
      message: expect.stringContaining('shop/1'),
    });
    expect(sent).toEqual([]);
  });

  it('is not asked where the backend stays, the archive does, or the app is another one', async () => {
    for (const [from, to, made] of [
      ['stored', 'stored-too', 'first'],
      ['scheduled', 'scheduled', 'first'],
      ['stored', 'scheduled', 'earlier'],
    ] as const) {
      const { step, asked } = await switching(from, to, [['shop/1']], made);
      expect(await drainedApps(step, 'create_databases')).toBeUndefined();
      expect(asked).toEqual([]);
    }
  });

  it('has its former archive sent again after another one was, although the last run left that', async () => {
    const { sent, context } = publishing();
    const step = await context('two', { previous: previous('one') });
    await publishPackages(step, [app]);
    const back = { ...step, source: sourceOf('one') };
    await publishPackages(back, [app]);
    expect(sent).toEqual(['two', 'one']);
  });
});
