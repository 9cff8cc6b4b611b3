import { describe, expect, it } from 'vitest';
import { jsonAt } from '../../../../src/shared/json.ts';
import type { Answer } from '../../../helpers/cloud/simulated-clients.ts';
import { APP, loggingApp, sendBySetting, WORKSPACE } from './logging-app.ts';

const CONSOLE = 'ContainerAppConsoleLogs_CL';
const SYSTEM = 'ContainerAppSystemLogs_CL';
const MINUTES = 60;

const inner = ({ body }: Answer) => jsonAt(body, 'error.innererror');
const code = ({ status, body }: Answer) => [status, jsonAt(body, 'error.code') ?? null];

describe('logs that an environment sends to a workspace', () => {
  it('are in tables that come minutes after the first line, and then each some minutes later', async () => {
    const app = await loggingApp('log-analytics');
    const { revision } = { revision: String(jsonAt(await app.put(), 'properties.latestRevisionName')) };
    const early = await app.query(`${CONSOLE} | take 1`);
    expect([code(early), inner(early)]).toMatchObject([
      [400, 'BadArgumentError'],
      {
        code: 'SemanticError',
        innererror: {
          code: 'SEM0100',
          message: `'take' operator: Failed to resolve table or column expression named '${CONSOLE}'`,
        },
      },
    ]);
    app.clock.advance(15 * MINUTES);
    expect(
      await app.records(`${CONSOLE} | where ContainerAppName_s == 'api' | sort by _timestamp_d asc`),
    ).toMatchObject([
      {
        Log_s: `starting ${revision}`,
        RevisionName_s: revision,
        ContainerName_s: 'app',
        ContainerImage_s: 'ghcr.io/org/app:1',
        EnvironmentName_s: 'cae-demo',
        Stream_s: 'stdout',
        Type: CONSOLE,
        TenantId: app.customerId,
      },
      { Log_s: 'listening on port 8080' },
    ]);
    app.clients.simulator.speak({ app: 'api', lines: ['one', 'two'], stream: 'stderr' });
    app.clock.advance(10);
    const said = `${CONSOLE} | where Stream_s == 'stderr' | project Log_s, TimeGenerated, _timestamp_d`;
    expect(await app.records(said)).toEqual([]);
    app.clock.advance(6 * MINUTES);
    const found = await app.records(said);
    expect(new Set(found.map(({ Log_s }) => Log_s))).toEqual(new Set(['one', 'two']));
    // When they were received is not when they were written.
    const [one] = found;
    expect(Date.parse(String(one?.TimeGenerated)) / 1000).toBeGreaterThan(Number(one?._timestamp_d));
  });

  it('say what the platform did, and why a revision is not healthy', async () => {
    const app = await loggingApp('log-analytics');
    app.clients.simulator.behave({ unhealthy: { api: 'crash' } });
    await app.put();
    app.clock.advance(15 * MINUTES);
    const records = await app.records(
      `${SYSTEM} | where ContainerAppName_s == 'api' and Type_s == 'Warning' | project Reason_s, Log_s, ReplicaName_s`,
    );
    expect(new Set(records.map(({ Reason_s }) => Reason_s))).toEqual(
      new Set(['ContainerTerminated', 'ContainerBackOff']),
    );
    expect(await app.records(`${SYSTEM} | where Reason_s == 'AssigningReplica' | count`)).toEqual([{ Count: 1 }]);
  });

  it('have no column that no record has filled: that of jobs, where there are none', async () => {
    const app = await loggingApp('log-analytics');
    await app.put();
    app.clock.advance(15 * MINUTES);
    expect(inner(await app.query(`${CONSOLE} | project ContainerJobName_s`))).toMatchObject({
      innererror: {
        code: 'SEM0100',
        message: "'project' operator: Failed to resolve scalar expression named 'ContainerJobName_s'",
      },
    });
    expect(await app.records(`${CONSOLE} | summarize count() by J=column_ifexists('ContainerJobName_s', '')`)).toEqual([
      { J: '', count_: 2 },
    ]);
  });

  it('stay when replicas start again, when what keeps a revision healthy changes, and when the app is gone', async () => {
    const app = await loggingApp('log-analytics');
    const revision = String(jsonAt(await app.put(), 'properties.latestRevisionName'));
    await app.clients.arm('POST', `${APP}/revisions/${revision}/restart`);
    app.clock.advance(30);
    app.clients.simulator.behave({ unhealthy: { api: 'errors' } });
    await app.clients.finish(await app.clients.arm('DELETE', APP));
    app.clock.advance(15 * MINUTES);
    const query = `${CONSOLE} | sort by _timestamp_d asc | project Log_s, ContainerGroupName_s`;
    const records = await app.records(query);
    expect(records.map(({ Log_s }) => Log_s)).toEqual([
      `starting ${revision}`,
      'listening on port 8080',
      `starting ${revision}`,
      'listening on port 8080',
      'error: every request is answered 500, as told',
    ]);
    expect(new Set(records.map(({ ContainerGroupName_s }) => ContainerGroupName_s)).size).toBe(2);
  });

  it('are nowhere without a destination, and stay where they went when it changes', async () => {
    const app = await loggingApp('log-analytics');
    await app.put();
    app.clock.advance(15 * MINUTES);
    const properties = { appLogsConfiguration: { destination: 'none' } };
    await app.clients.create(app.around.environment, { location: 'westeurope', properties }, '2026-01-01');
    app.clients.simulator.speak({ app: 'api', lines: ['unheard'] });
    app.clock.advance(15 * MINUTES);
    expect(await app.records(`${CONSOLE} | summarize count() by Log_s | project count_`)).toEqual([
      { count_: 1 },
      { count_: 1 },
    ]);
  });
});

describe('logs that a diagnostic setting sends', () => {
  it('are in tables that are always there, from the setting on', async () => {
    const app = await loggingApp('azure-monitor');
    await app.put();
    await sendBySetting(app);
    app.clients.simulator.speak({ app: 'api', lines: ['heard'] });
    expect(await app.records('ContainerAppConsoleLogs | take 10')).toEqual([]);
    app.clock.advance(15 * MINUTES);
    expect(await app.records('ContainerAppConsoleLogs | take 10')).toMatchObject([
      {
        Log: 'heard',
        ContainerAppName: 'api',
        Stream: 'stdout',
        JobName: '',
        _ResourceId: app.around.environment.toLowerCase(),
      },
    ]);
    expect(code(await app.query(`${CONSOLE} | take 1`))).toEqual([400, 'BadArgumentError']);
    expect(await app.records('ContainerAppSystemLogs | where isempty(Reason) | count')).toEqual([{ Count: 0 }]);
  });

  it('are those of its categories', async () => {
    const app = await loggingApp('azure-monitor', { profile: 'instant' });
    await sendBySetting(app, ['ContainerAppSystemLogs']);
    await app.put();
    expect(await app.records('ContainerAppConsoleLogs | count')).toEqual([{ Count: 0 }]);
    expect(await app.records("ContainerAppSystemLogs | where Reason == 'RevisionReady' | project Type")).toEqual([
      { Type: 'Normal' },
    ]);
  });
});

describe('a query', () => {
  it('takes lines of any length and any characters, the longest cut off', async () => {
    const app = await loggingApp('log-analytics', { profile: 'instant' });
    await app.put();
    const lines = ['\u001b[2J\u0007 "quoted" \\ \u00fc', 'x'.repeat(1_000_000)];
    app.clients.simulator.speak({ app: 'api', lines, container: 'app' });
    const found = await app.records(`${CONSOLE} | where Log_s has 'quoted' or strlen(Log_s) > 1000 | project Log_s`);
    expect(new Set(found.map(({ Log_s }) => Log_s))).toEqual(new Set([lines[0], 'x'.repeat(32 * 1024)]));
  });

  it('is of a time, too', async () => {
    const app = await loggingApp('log-analytics', { profile: 'instant' });
    await app.put();
    app.clock.advance(3600);
    app.clients.simulator.speak({ app: 'api', lines: ['late'] });
    const { body } = await app.query(`${CONSOLE} | project Log_s`, { timespan: 'PT10M' });
    expect(jsonAt(body, 'tables')).toMatchObject([{ rows: [['late']] }]);
    expect(code(await app.query(CONSOLE, { timespan: 'for ever' }))).toEqual([400, 'BadArgumentError']);
  });

  it('that is none is refused with its place', async () => {
    const app = await loggingApp('none', { profile: 'instant' });
    expect(await app.query('completely invalid syntax')).toMatchObject({
      status: 400,
      body: {
        error: {
          message: 'The request had some invalid properties',
          code: 'BadArgumentError',
          correlationId: expect.any(String),
          innererror: {
            code: 'SyntaxError',
            message: 'A recognition error occurred in the query.',
            innererror: {
              code: 'SYN0002',
              message: "Query could not be parsed at 'invalid' on line [1,11]",
              line: 1,
              pos: 11,
              token: 'invalid',
            },
          },
        },
      },
    });
  });

  it('needs a token for the service, and a role that reads logs', async () => {
    const app = await loggingApp('azure-monitor', { profile: 'instant' });
    const { send, credential, simulator } = app.clients;
    const url = `https://api.loganalytics.azure.com/v1/workspaces/${app.customerId}/query`;
    const body = { query: 'ContainerAppConsoleLogs | count' };
    const management = await credential.getToken('https://management.azure.com/.default');
    const { token } = await credential.getToken('https://api.loganalytics.azure.com/.default');
    expect(code(await send('POST', url, { body }))).toEqual([401, 'AuthenticationFailed']);
    expect(code(await send('POST', url, { body, token: 'none' }))).toEqual([403, 'InvalidAuthenticationToken']);
    expect(await send('POST', url, { body, token: management.token })).toMatchObject({
      status: 403,
      body: {
        error: {
          code: 'InvalidAuthenticationTokenAudience',
          message: expect.stringContaining("wrong audience or resource 'https://management.azure.com'"),
        },
      },
    });
    const workspace = `${app.clients.group}/${WORKSPACE}`;
    simulator.behave({ deployerRoles: { [app.around.environment]: ['Contributor'] } });
    expect(code(await send('POST', url, { body, token }))).toEqual([403, 'InsufficientAccessError']);
    simulator.behave({ deployerRoles: { [workspace]: ['Log Analytics Reader'] } });
    expect((await send('POST', url, { body, token })).status).toBe(200);
    // Both hosts are the same service, which a GET asks, too.
    const other = `https://api.loganalytics.io/v1/workspaces/${app.customerId}/query?query=ContainerAppConsoleLogs`;
    expect((await send('GET', other, { token })).status).toBe(200);
  });

  it('of no workspace, to no address or without JSON finds nothing', async () => {
    const app = await loggingApp('none', { profile: 'instant' });
    const { token } = await app.clients.credential.getToken('https://api.loganalytics.io/.default');
    const ask = (path: string, body: string, type = 'application/json') =>
      app.clients.send('POST', `https://api.loganalytics.azure.com${path}`, {
        token,
        body: Buffer.from(body),
        headers: { 'content-type': type },
      });
    const body = '{"query": "Logs"}';
    expect(code(await ask('/v1/workspaces/00000000-0000-0000-0000-000000000000/query', body))).toEqual([
      403,
      'InsufficientAccessError',
    ]);
    expect(code(await ask('/v1/workspaces/log-demo/query', body))).toEqual([404, 'PathNotFoundError']);
    expect(code(await ask('/v1/anything', body))).toEqual([404, 'PathNotFoundError']);
    const path = `/v1/workspaces/${app.customerId}/query`;
    const silent = [await ask(path, body, 'text/plain'), await ask(path, '{"query"'), await ask(path, '{}')];
    expect(silent.map(({ status, text }) => [status, text])).toEqual([
      [200, ''],
      [200, ''],
      [200, ''],
    ]);
  });

  it('is refused when there were too many in half a minute', async () => {
    const app = await loggingApp('none');
    const statuses = new Map<number, number>();
    for (let n = 0; n < 205; n += 1) {
      const { status } = await app.query('Logs');
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses]).toEqual([
      [400, 200],
      [429, 5],
    ]);
    app.clock.advance(31);
    expect((await app.query('Logs')).status).toBe(400);
  });
});
