import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import { simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { manualClock } from '../../../helpers/simulated-clock.ts';

const SERVER = 'providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-demo';
const VERSION = '2025-08-01';

async function server(version = '17', options: Parameters<typeof simulatedClients>[0] = {}) {
  const clients = await simulatedClients(options);
  const { arm, create, finish, simulator } = clients;
  await arm('POST', `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.DBforPostgreSQL/register`);
  options.clock?.advance(60);
  const properties = { version, administratorLogin: 'owner', administratorLoginPassword: 'Secret-1234' };
  await create(
    SERVER,
    { location: 'westeurope', sku: { name: 'Standard_B1ms', tier: 'Burstable' }, properties },
    VERSION,
  );
  const parameter = (name: string) => `${SERVER}/configurations/${name}`;
  return {
    ...clients,
    /** `done`, or status, code and words. */
    async set(name: string, value: string): Promise<unknown> {
      const answer = await arm('PUT', parameter(name), { properties: { value, source: 'user-override' } }, VERSION);
      if (answer.status >= 300)
        return [answer.status, ...['code', 'message'].map((key) => jsonAt(answer.body, `error.${key}`))];
      return (await finish(answer)).status === 'Failed' ? 'failed' : 'done';
    },
    async read(name: string): Promise<JsonObject> {
      return (await arm('GET', parameter(name), undefined, VERSION)).body.properties as JsonObject;
    },
  };
}

const refused = [
  400,
  'InvalidParameterValue',
  'Invalid value given for parameter configurationValue. Specify a valid parameter value.',
];

// https://learn.microsoft.com/azure/postgresql/extensions/concepts-extensions-by-engine
describe('the extensions of a server', () => {
  it('are those that are offered, in any case, and none', async () => {
    const { set, read } = await server();
    for (const value of ['vector', 'PGCRYPTO,uuid-ossp', 'postgis, pg_trgm', '']) {
      expect([value, await set('azure.extensions', value)]).toEqual([value, 'done']);
      expect((await read('azure.extensions')).value).toBe(value);
    }
    for (const value of ['nothing', 'vector,nothing', 'vector;pgcrypto', 'wal2json', 'pg_partman_bgw'])
      expect([value, await set('azure.extensions', value)]).toEqual([value, refused]);
    expect((await read('azure.extensions')).value).toBe('');
  });

  it('are others in other versions', async () => {
    const { set, read } = await server('13');
    expect(await set('azure.extensions', 'pg_diskann')).toEqual(refused);
    expect(String((await read('azure.extensions')).allowedValues).split(',')).not.toContain('pg_diskann');
    expect(await set('shared_preload_libraries', 'pg_failover_slots')).toBe('done');
    const later = await server('17');
    expect(await later.set('azure.extensions', 'pg_diskann')).toBe('done');
    expect(await later.set('shared_preload_libraries', 'pg_failover_slots')).toEqual(refused);
  });
});

describe('parameters of a server', () => {
  it.each([
    ['require_secure_transport', 'maybe'],
    ['work_mem', '1'],
    ['work_mem', 'much'],
    ['max_connections', '5001'],
    ['ssl_min_protocol_version', 'TLSv1'],
    ['shared_preload_libraries', 'vector'],
  ])('%s cannot be %s', async (name, value) => {
    const { set } = await server();
    expect(await set(name, value)).toEqual(refused);
  });

  // https://learn.microsoft.com/azure/postgresql/extensions/how-to-load-libraries
  it('that are static count when the server was restarted', async () => {
    const { set, read, arm, finish } = await server();
    const before = await read('shared_preload_libraries');
    expect(before).toMatchObject({
      value: 'pg_cron,pg_stat_statements',
      isDynamicConfig: false,
      isConfigPendingRestart: false,
    });
    expect(await set('shared_preload_libraries', 'pg_cron,pg_stat_statements,timescaledb')).toBe('done');
    expect(await set('work_mem', '8192')).toBe('done');
    expect((await read('shared_preload_libraries')).isConfigPendingRestart).toBe(true);
    expect((await read('work_mem')).isConfigPendingRestart).toBe(false);
    expect(await set('shared_preload_libraries', String(before.value))).toBe('done');
    expect((await read('shared_preload_libraries')).isConfigPendingRestart).toBe(false);
    expect(await set('shared_preload_libraries', 'pgaudit')).toBe('done');
    const restart = await arm('POST', `${SERVER}/restart`, undefined, VERSION);
    expect(restart.status).toBe(202);
    expect((await finish(restart)).status).toBe('Succeeded');
    expect(await read('shared_preload_libraries')).toMatchObject({ value: 'pgaudit', isConfigPendingRestart: false });
    expect(await set('shared_preload_libraries', String(before.value))).toBe('done');
    expect((await read('shared_preload_libraries')).isConfigPendingRestart).toBe(true);
  });

  it('are not written while the server restarts, nor is it restarted while it is busy', async () => {
    const clock = manualClock();
    const { set, read, arm, finish } = await server('17', { clock, profile: 'realistic', speed: 1 });
    expect(await set('shared_preload_libraries', 'pgaudit')).toBe('done');
    const restart = await arm('POST', `${SERVER}/restart`, undefined, VERSION);
    expect(await set('work_mem', '8192')).toEqual([409, 'ServerIsBusy', expect.any(String)]);
    const again = await arm('POST', `${SERVER}/restart`, undefined, VERSION);
    expect([again.status, jsonAt(again.body, 'error.code')]).toEqual([409, 'ServerIsBusy']);
    expect((await read('shared_preload_libraries')).isConfigPendingRestart).toBe(true);
    await finish(restart);
    expect((await read('shared_preload_libraries')).isConfigPendingRestart).toBe(false);
    expect(await set('work_mem', '8192')).toBe('done');
  });
});

describe('databases of a server', () => {
  const path = (name: string) => `${SERVER}/databases/${name}`;

  it('are several, each with its own encoding', async () => {
    const { create, arm } = await server();
    await create(path('one'), { properties: { charset: 'UTF8', collation: 'en_US.utf8' } }, VERSION);
    await create(path('two'), { properties: { charset: 'SQL_ASCII', collation: 'C' } }, VERSION);
    await create(path('three'), { properties: {} }, VERSION);
    const { value } = (await arm('GET', `${SERVER}/databases`, undefined, VERSION)).body as { value: JsonObject[] };
    expect(value.map(({ name }) => name)).toEqual(expect.arrayContaining(['one', 'two', 'three', 'postgres']));
    const changed = await arm('PUT', path('one'), { properties: { charset: 'LATIN1' } }, VERSION);
    expect([changed.status, jsonAt(changed.body, 'error.code')]).toEqual([400, 'PropertyChangeNotAllowed']);
  });

  it.each([
    ['charset', { charset: 'UTF9' }],
    ['collation', { collation: 'nowhere' }],
  ])('have no %s that is none', async (parameter, properties) => {
    const { arm } = await server();
    const answer = await arm('PUT', path('one'), { properties: properties as JsonObject }, VERSION);
    const words = `Invalid value given for parameter ${parameter}. Specify a valid parameter value.`;
    expect([answer.status, jsonAt(answer.body, 'error.message')]).toEqual([400, words]);
  });

  it.each(['azure_sys', 'azure_maintenance', 'postgres'])('cannot lose %s, which every server has', async (name) => {
    const { arm } = await server();
    const answer = await arm('DELETE', path(name), undefined, VERSION);
    expect([answer.status, jsonAt(answer.body, 'error.code')]).toEqual([400, 'InvalidParameterValue']);
  });
});
