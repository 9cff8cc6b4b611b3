import { describe, expect, it } from 'vitest';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { AzureError } from '../../../src/azure/errors.ts';
import type { ArmResource, Azure, RevisionView } from '../../../src/azure/ports.ts';
import { type LogRequest, serviceLogs } from '../../../src/logs/service-logs.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';

const GROUP = '/subscriptions/s/resourceGroups/g/providers';
const APP = `${GROUP}/Microsoft.App/containerApps/api`;
const ENVIRONMENT = `${GROUP}/Microsoft.App/managedEnvironments/env`;
const WORKSPACE = `${GROUP}/Microsoft.OperationalInsights/workspaces/logs`;
const NOW = '2026-11-30T18:10:00Z';

interface Given {
  readonly destination?: 'azure-monitor' | 'log-analytics' | 'none';
  /** The workspace may not be read. */
  readonly isRefused?: true;
  /** Seconds after 18:00 and texts of what the workspace has, and of what the replica still has. */
  readonly kept?: readonly (readonly [second: number, text: string])[];
  readonly live?: readonly (readonly [second: number, text: string])[];
  /** What the replica writes once it is followed. */
  readonly later?: Given['live'];
  /** The replica cannot be asked for what it still has, only be followed. */
  readonly isAway?: true;
  /** The app is deleted at the first pause of whoever follows. */
  readonly isDeleted?: true;
  readonly cloud?: Parameters<typeof cloudEndpoints>[0];
}

const at = (second: number): string => new Date(Date.parse('2026-11-30T18:00:00Z') + second * 1000).toISOString();

const ACTIVE: RevisionView = {
  ...{
    name: 'api--r',
    active: true,
    healthState: 'Healthy',
    runningState: 'Running',
    provisioningState: 'Provisioned',
  },
  ...{ replicas: 1, trafficWeight: 100, template: {} },
};

async function told(given: Given, asked: Partial<LogRequest> = {}) {
  const { destination = 'azure-monitor', kept = [], live, cloud = 'AzureCloud' } = given;
  const fake = fakeAzure();
  const logAnalyticsConfiguration = { customerId: 'own-workspace' };
  const resources: readonly ArmResource[] = [
    { id: APP, properties: { environmentId: ENVIRONMENT, eventStreamEndpoint: 'https://x/eventstream' } },
    { id: ENVIRONMENT, properties: { appLogsConfiguration: { destination, logAnalyticsConfiguration } } },
    { id: WORKSPACE, properties: { customerId: 'workspace' } },
  ];
  for (const resource of resources) fake.resources.set(resource.id.toLowerCase(), resource);
  const setting = {
    id: 'setting',
    properties: { workspaceId: WORKSPACE, logs: [{ categoryGroup: 'allLogs', enabled: true }] },
  };
  const queries: [string, string][] = [];
  const from = { revision: 'api--r', replica: 'api--r-1', container: 'api' };
  const azure: Azure = {
    ...fake.azure,
    cloud: cloudEndpoints(cloud),
    arm: { ...fake.azure.arm, list: async () => [setting] },
    apps: { ...fake.azure.apps, revisions: async () => [ACTIVE] },
    logs: {
      ...fake.azure.logs,
      async query(customerId, text) {
        queries.push([customerId, text]);
        if (given.isRefused)
          throw new AzureError({ code: 'InsufficientAccessError', message: 'no access', statusCode: 403 });
        const s = destination === 'log-analytics' ? '_s' : '';
        return kept.toReversed().map(
          ([second, text]): JsonObject => ({
            TimeGenerated: at(second),
            ...{ [`RevisionName${s}`]: from.revision, [`ContainerGroupName${s}`]: from.replica },
            ...{ [`ContainerName${s}`]: from.container, [`Log${s}`]: text },
          }),
        );
      },
      containers: async () => (live ? [{ ...from, endpoint: 'https://x/logstream' }] : []),
      async *console(_, __, { tail, follow }) {
        if (given.isAway && !follow) throw new AzureError({ code: 'Away', message: 'away', statusCode: 503 });
        const written = [...(live ?? []).slice(-tail), ...((follow && given.later) || [])];
        for (const [second, text] of written) yield { time: at(second), text, stream: null };
      },
    },
  };
  const request: LogRequest = {
    ...{ appId: APP, revision: undefined, sinceInSeconds: undefined, tail: undefined, follow: false, system: false },
    ...asked,
  };
  const sentences: string[] = [];
  const stop = new AbortController();
  const way = {
    ...{ signal: stop.signal, now: () => new Date(NOW), tell: (line: string) => sentences.push(line) },
    meet: async () => undefined,
    // Whoever follows is stopped at the first pause, or at the second one of an app that was deleted at the first.
    sleep: async () => {
      // The work of the readers comes before it.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (!given.isDeleted || !fake.resources.delete(APP.toLowerCase())) stop.abort();
    },
  };
  const texts: string[] = [];
  for await (const { text } of serviceLogs(azure, request, way)) texts.push(text);
  return { texts, sentences, queries };
}

describe('the log of a service', () => {
  it('is what its replicas still have; no workspace is asked', async () => {
    const live = [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ] as const;
    expect(await told({ live }, { tail: 2 })).toEqual({ texts: ['b', 'c'], sentences: [], queries: [] });
  });

  it('of which no replica runs is what the workspace keeps, asked by the form that the environment sends', async () => {
    const kept = [
      [1, 'a'],
      [2, 'b'],
    ] as const;
    const monitor = await told({ kept });
    expect(monitor.texts).toEqual(['a', 'b']);
    expect(monitor.queries).toEqual([
      ['workspace', expect.stringMatching(/^ContainerAppConsoleLogs\n.*ago\(604800s\)(?:.|\n)*take 100$/)],
    ]);
    const own = await told({ kept, destination: 'log-analytics' });
    expect(own.texts).toEqual(['a', 'b']);
    expect(own.queries).toEqual([['own-workspace', expect.stringMatching(/^ContainerAppConsoleLogs_CL\n/)]]);
  });

  it('since a time is both, each line once, although the workspace does not have the newest yet', async () => {
    const { texts } = await told(
      {
        kept: [
          [595, 'a'],
          [596, 'b'],
        ],
        live: [
          [10, 'long ago'],
          [595, 'a'],
          [596, 'b'],
          [597, 'c'],
        ],
      },
      { sinceInSeconds: 60 },
    );
    expect(texts).toEqual(['a', 'b', 'c']);
  });

  it('that is followed begins with the last lines of both in one order, and goes on with what comes after them', async () => {
    const live = [594, 595, 596, 597, 598].map((second) => [second, `line ${second}`] as const);
    const kept = live.slice(1, 3);
    const asked = { follow: true, tail: 2 };
    const given = { kept, live, later: [[599, 'later']] } as const;
    expect(await told(given, { ...asked, sinceInSeconds: 60 })).toMatchObject({
      texts: ['line 597', 'line 598', 'later'],
      sentences: [],
    });
    expect(await told(given, asked)).toMatchObject({ texts: ['line 597', 'line 598', 'later'], queries: [] });
  });

  it('that is followed goes on to a replica that could not be asked at first; without that it is an error', async () => {
    const given = { live: [[1, 'a']], isAway: true } as const;
    expect((await told(given, { follow: true })).texts).toEqual(['a']);
    await expect(told(given)).rejects.toMatchObject({ statusCode: 503 });
  });

  it('that nobody keeps is told of, or is an error where no replica runs either', async () => {
    const { texts, sentences } = await told({ destination: 'none', live: [[599, 'a']] }, { sinceInSeconds: 60 });
    expect([texts, sentences]).toEqual([['a'], [expect.stringContaining('No workspace keeps the logs')]]);
    await expect(told({ destination: 'none' })).rejects.toMatchObject({ code: 'logs_not_kept' });
  });

  it('in a cloud that documents no streams is what the workspace keeps; else it is said why there is none', async () => {
    const given = { cloud: 'AzureUSGovernment', kept: [[1, 'a']], live: [[2, 'b']] } as const;
    expect(await told(given)).toMatchObject({ texts: ['a'], sentences: [] });
    const reason = { code: 'logs_without_streams', message: expect.stringContaining('documents no log streams') };
    await expect(told({ ...given, destination: 'none' })).rejects.toMatchObject(reason);
    await expect(told(given, { follow: true, sinceInSeconds: 60 })).rejects.toMatchObject(reason);
  });

  it('that is empty says so', async () => {
    expect((await told({ kept: [] })).sentences).toEqual(['Nothing was written in that time.']);
  });

  it('that may not be read is an error where it is asked for; whoever follows is told, and waits', async () => {
    await expect(told({ isRefused: true })).rejects.toMatchObject({ code: 'InsufficientAccessError' });
    await expect(told({ isRefused: true }, { follow: true, sinceInSeconds: 60 })).rejects.toMatchObject({
      statusCode: 403,
    });
    expect((await told({ isRefused: true }, { follow: true })).sentences).toEqual([
      '⚠ What the workspace keeps cannot be read: no access',
      'No replica of api runs; waiting for one.',
    ]);
  });

  it('of an app that was deleted is an error', async () => {
    await expect(told({}, { appId: `${APP}-gone` })).rejects.toMatchObject({ code: 'service_gone' });
    for (const system of [false, true]) {
      const following = told({ isDeleted: true, live: [[1, 'a']] }, { follow: true, system });
      await expect(following).rejects.toMatchObject({ code: 'service_gone' });
    }
  });
});
