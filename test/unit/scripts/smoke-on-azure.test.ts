import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { differences, shapes } from '../../../scripts/smoke-on-azure/differences.ts';
import { type Exchange, withoutSecrets } from '../../../scripts/smoke-on-azure/exchange.ts';
import { writeFixtures } from '../../../scripts/smoke-on-azure/write-fixtures.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const ARM = 'management.azure.com';
const raw = (fields: Partial<Parameters<typeof withoutSecrets>[0]>) =>
  withoutSecrets({ method: 'GET', host: ARM, target: '/a', status: 200, request: '', answer: '', ...fields });

describe('what is kept of an exchange', () => {
  it('is its address, its status and its bodies', () => {
    expect(
      raw({ method: 'PUT', target: '/a/b?api-version=2026-01-01&x=y', request: '{"a":1}', answer: '{"b":[null]}' }),
    ).toEqual({
      ...{ method: 'PUT', host: ARM, path: '/a/b?api-version=2026-01-01', status: 200 },
      ...{ request: { a: 1 }, answer: { b: [null] } },
    });
  });

  it.each([
    [
      'a sign-in',
      { host: 'login.microsoftonline.com', request: 'client_secret=canary', answer: '{"access_token":"canary"}' },
    ],
    ['a vault', { host: 'v.vault.azure.net', answer: '{"value":"canary"}' }],
    ['a list of keys', { target: '/x/listKeys', answer: '{"keys":[{"value":"canary"}]}' }],
    ['credentials of a registry', { target: '/x/listCredentials', answer: '{"passwords":[{"value":"canary"}]}' }],
    [
      'members that name a secret',
      { request: '{"properties":{"administratorLoginPassword":"canary"}}', answer: '{"secrets":"canary"}' },
    ],
    ['secrets in lists', { request: '{"secrets":[{"name":"a","value":"canary"}]}' }],
    ['objects of a secret', { answer: '{"customerSecret":{"primary":"canary"}}' }],
    [
      'an address with its own right',
      { answer: '{"uploadUrl":"https://b.example/x?sv=1&sig=canary"}', target: '/a?sig=canary' },
    ],
    ['what is no JSON', { answer: 'canary' }],
  ])('is nothing secret: %s', (_what, fields) => {
    expect(JSON.stringify(raw(fields))).not.toContain('canary');
  });
});

describe('differences between Azure and the simulator', () => {
  const id = '00000000-0000-4000-8000-00000000000';
  const group = (fields: Partial<Exchange>, subscription = `${id}1`): Exchange => ({
    ...{
      method: 'PUT',
      host: ARM,
      path: `/subscriptions/${subscription}/resourceGroups/shop?api-version=1`,
      status: 201,
    },
    ...{ answer: { id: 'x', properties: { provisioningState: 'Succeeded' } } },
    ...fields,
  });

  it('are none where the same kinds of requests are answered alike, however often and with whatever values', () => {
    expect(
      differences(
        [group({}), group({})],
        [group({ answer: { id: 'y', properties: { provisioningState: '' } } }, `${id}2`)],
      ),
    ).toEqual([]);
    expect(differences([group({ path: '/only/here' })], [group({})])).toEqual([]);
    const operation = (name: string) => group({ path: `/subscriptions/${id}1/operationStatuses/${name}` });
    expect([...shapes([operation('a'), operation('b')]).keys()]).toHaveLength(1);
  });

  it.each([
    ['another status', { status: 200 }],
    ['a member more', { answer: { id: 'x', tags: null, properties: { provisioningState: 'Succeeded' } } }],
    ['another kind of value', { answer: { id: 1, properties: { provisioningState: 'Succeeded' } } }],
  ])('are found, and become a fixture: %s', async (_what, fields) => {
    const found = differences([group(fields)], [group({}, `${id}2`)]);
    expect(found).toMatchObject([{ request: `PUT ${ARM}/subscriptions/{id}/resourceGroups/shop?api-version=1` }]);
    const folder = await tempDirectory();
    const files = await writeFixtures(found, folder);
    expect(await readdir(folder)).toEqual(files);
    expect(JSON.parse(await readFile(join(folder, files[0] ?? ''), 'utf8'))).toEqual(found[0]);
  });

  it('are not what Azure says now and then', () => {
    expect(differences([group({}), group({ status: 429, answer: {} })], [group({})])).toEqual([]);
  });
});
