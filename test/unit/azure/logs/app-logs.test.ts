import { describe, expect, it } from 'vitest';
import { cloudEndpoints } from '../../../../src/azure/clouds.ts';
import { connectAzure } from '../../../../src/azure/connect.ts';
import type { AppLogs } from '../../../../src/azure/logs/ports.ts';
import { type Answer, answering, connectionOver, respondingTo } from '../recording-transport.ts';

const APP = '/subscriptions/s/resourceGroups/g/providers/Microsoft.App/containerApps/api';
const STREAM = 'https://eastus.azurecontainerapps.dev/subscriptions/s/resourceGroups/g/containerApps/api';
const FROM = { revision: 'api--r', replica: 'api--r-1', container: 'api', endpoint: `${STREAM}/logstream` };

/** As https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format has it. */
const TABLE = {
  tables: [
    {
      name: 'PrimaryResult',
      columns: [
        { name: 'TimeGenerated', type: 'datetime' },
        { name: 'Log', type: 'string' },
      ],
      rows: [['2026-11-30T18:00:00Z', 'a']],
    },
  ],
};

function logsOver(transport: ReturnType<typeof answering>): AppLogs {
  return connectAzure(connectionOver(transport)).logs;
}

describe('a question to Log Analytics', () => {
  it('goes to the host of the cloud, for its audience, and is answered with rows by their columns', async () => {
    const transport = answering({ status: 200, body: TABLE });
    const scopes: unknown[] = [];
    const credential = {
      getToken: async (asked: string | string[]) => {
        scopes.push(asked);
        return { token: 'TOKEN', expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    };
    const cloud = cloudEndpoints('AzureChinaCloud');
    const { logs } = connectAzure({ ...connectionOver(transport), cloud, credential });
    expect(await logs.query('w', 'T | take 1')).toEqual([{ TimeGenerated: '2026-11-30T18:00:00Z', Log: 'a' }]);
    expect(transport.requests[0]).toMatchObject({
      ...{ method: 'POST', url: 'https://api.loganalytics.azure.cn/v1/workspaces/w/query' },
      ...{ body: { query: 'T | take 1' }, headers: { authorization: 'Bearer TOKEN' } },
    });
    expect(scopes.flat()).toEqual(['https://api.loganalytics.azure.cn/.default']);
  });

  it('about a table to which nothing was written yet has no rows', async () => {
    const error = {
      ...{ message: 'The request had some invalid properties', code: 'BadArgumentError' },
      innererror: {
        ...{ code: 'SemanticError', message: 'A semantic error occurred.' },
        innererror: {
          code: 'SEM0100',
          message: "'where' operator: Failed to resolve table or column expression named 'T'",
        },
      },
    };
    expect(await logsOver(answering({ status: 400, body: { error } })).query('w', 'T')).toEqual([]);
  });

  it.each([
    [
      'that is refused',
      { status: 403, body: { error: { code: 'InsufficientAccessError', message: 'no access' } } },
      'InsufficientAccessError',
    ],
    [
      'that is wrong',
      {
        status: 400,
        body: { error: { code: 'BadArgumentError', message: 'x', innererror: { code: 'SyntaxError', message: 'x' } } },
      },
      'SyntaxError',
    ],
    [
      'of whose answer a part is missing',
      { status: 200, body: { ...TABLE, error: { code: 'PartialError', message: 'too much' } } },
      'PartialError',
    ],
    ['that is answered with no table', { status: 200, body: {} }, 'UnexpectedAnswer'],
  ] satisfies [string, Answer, string][])('%s is an error', async (_, answer, code) => {
    await expect(logsOver(answering(answer)).query('w', 'T')).rejects.toMatchObject({ code });
  });
});

describe('the stream of a container', () => {
  const token = { status: 200, body: { properties: { token: 'STREAM-TOKEN' } } };

  it('is asked for with a token of its own, and told line by line without its greeting', async () => {
    const lines = [
      { TimeStamp: '1', Log: "Connecting to the container 'api'..." },
      { TimeStamp: '2', Log: "Successfully Connected to container: 'api' [Revision: 'api--r', Replica: 'api--r-1']" },
      { TimeStamp: '3', Log: 'stdout F listening' },
      { TimeStamp: '4', Log: 'stderr P half of ' },
      { TimeStamp: '4', Log: 'stdout F between' },
      { TimeStamp: '5', Log: 'stderr F a line' },
      { TimeStamp: '6', Log: 'without a mark' },
    ];
    const body = `${lines.map((one) => JSON.stringify(one)).join('\n')}\n{"TimeStamp":"4","Lo`;
    const transport = respondingTo(({ url }) => (url.includes('getAuthToken') ? token : { status: 200, body }));
    const told = await read(logsOver(transport).console(APP, FROM, { tail: 20, follow: true }));
    expect(told).toEqual([
      { time: '3', text: 'listening', stream: 'stdout' },
      { time: '4', text: 'between', stream: 'stdout' },
      { time: '5', text: 'half of a line', stream: 'stderr' },
      { time: '6', text: 'without a mark', stream: null },
    ]);
    expect(transport.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(transport.requests[1]).toMatchObject({
      url: `${STREAM}/logstream?follow=true&tailLines=20&output=json`,
      headers: { authorization: 'Bearer STREAM-TOKEN' },
    });
  });

  it('gives its token to no host but those of streams', async () => {
    const elsewhere = { ...FROM, endpoint: 'https://elsewhere.example/logstream' };
    const transport = answering(token);
    await expect(read(logsOver(transport).console(APP, elsewhere, { tail: 1, follow: true }))).rejects.toMatchObject({
      code: 'host_refused',
    });
    expect(transport.requests).toHaveLength(1);
  });

  it('that is refused is an error with its status', async () => {
    const transport = respondingTo(({ url }) => (url.includes('getAuthToken') ? token : { status: 404, body: 'gone' }));
    await expect(read(logsOver(transport).console(APP, FROM, { tail: 1, follow: false }))).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  it('of what the platform says has a reason for each', async () => {
    const event = {
      TimeStamp: '2026-11-30 18:00:00 +0000 UTC',
      Type: 'Warning',
      RevisionName: 'api--r',
      ReplicaName: 'api--r-1',
      Msg: 'Probe failed',
      Reason: 'ProbeFailed',
    };
    const hello = { TimeStamp: '0', Reason: 'ConnectedToEventsServer', Msg: 'Successfully connected to events server' };
    const body = [hello, event].map((one) => `${JSON.stringify(one)}\n`).join('');
    const transport = respondingTo(({ url }) => (url.includes('getAuthToken') ? token : { status: 200, body }));
    expect(await read(logsOver(transport).events(APP, `${STREAM}/eventstream`, { tail: 5, follow: false }))).toEqual([
      {
        time: '2026-11-30T18:00:00Z',
        text: 'Probe failed',
        reason: 'ProbeFailed',
        revision: 'api--r',
        replica: 'api--r-1',
        kind: 'Warning',
      },
    ]);
  });
});

async function read<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
