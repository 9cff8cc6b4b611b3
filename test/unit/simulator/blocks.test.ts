import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { createWorld } from '../../../src/simulator/create-world.ts';
import { answerBlob, signedUrl, UPLOAD_LIFETIME_IN_MS } from '../../../src/simulator/registry/blob-host.ts';
import { blobContainer } from '../../../src/simulator/registry/tasks.ts';
import { openCloudStore } from '../../../src/simulator/store.ts';
import { manualClock } from '../../helpers/simulated-clock.ts';

const REGISTRY = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/crdemo';
const WEEK_IN_SECONDS = 7 * 24 * 3600;
const idOf = (text: string): string => Buffer.from(text).toString('base64');

/** A blob of a registry's sources, and what it answers: the code of a refusal, else its status. */
function lentBlob(permissions = 'cw') {
  const clock = manualClock();
  const world = createWorld(openCloudStore(undefined), { profile: 'instant', speed: 1 }, clock);
  let url = new URL(signedUrl(world, REGISTRY, 'a.tar.gz', permissions, UPLOAD_LIFETIME_IN_MS));
  const send = (method: string, query: Record<string, string>, text = '', given: Record<string, string> = {}) => {
    const body = Buffer.from(text);
    const headers = { 'content-length': String(body.length), 'x-ms-version': '2025-07-05', ...given };
    const all = new URLSearchParams([...url.searchParams, ...Object.entries(query)]);
    const request = { method, host: url.host, authority: url.host, path: url.pathname, query: all, headers, body };
    const reply = answerBlob(world, request);
    return reply.headers['x-ms-error-code'] ?? reply.status;
  };
  return {
    clock,
    put: (text: string, headers: Record<string, string> = {}) =>
      send('PUT', {}, text, { 'x-ms-blob-type': 'BlockBlob', ...headers }),
    block: (id: string, text: string, headers?: Record<string, string>) =>
      send('PUT', { comp: 'block', blockid: id }, text, headers),
    list: (...blocks: readonly (readonly [kind: string, id: string])[]) =>
      send('PUT', { comp: 'blocklist' }, blocks.map(([kind, id]) => `<${kind}>${id}</${kind}>`).join('')),
    blockList: () => send('GET', { comp: 'blocklist', blocklisttype: 'all' }),
    content: () => world.store.blobs.get(`${blobContainer(REGISTRY)}/a.tar.gz`)?.toString(),
    kept: () => Object.values(world.state.lentBlocks).flatMap(({ pending = {} }) => Object.keys(pending)),
    lendAgain: () => {
      url = new URL(signedUrl(world, REGISTRY, 'a.tar.gz', permissions, UPLOAD_LIFETIME_IN_MS));
    },
  };
}

const [ONE, TWO] = [idOf('1'), idOf('2')];

it('blocks are no blob until their list is put, which says their order', () => {
  const blob = lentBlob();
  expect([blob.block(ONE, 'b'), blob.block(TWO, 'a'), blob.block(ONE, 'c')]).toEqual([201, 201, 201]);
  expect(blob.content()).toBeUndefined();
  expect(blob.list(['Latest', TWO], ['Uncommitted', ONE])).toBe(201);
  expect([blob.content(), blob.kept()]).toEqual(['ac', []]);
});

it('a list that is put again finds its blocks in the blob, and only where it may look there', () => {
  const blob = lentBlob();
  blob.block(ONE, 'a');
  blob.block(TWO, 'b');
  blob.list(['Latest', ONE], ['Latest', TWO]);
  expect(blob.list(['Latest', TWO], ['Committed', ONE])).toBe(201);
  expect(blob.content()).toBe('ba');
  expect(blob.list(['Uncommitted', ONE])).toBe('InvalidBlockList');
  expect(blob.put('whole')).toBe(201);
  expect(blob.list(['Latest', ONE])).toBe('InvalidBlockList');
  expect(blob.content()).toBe('whole');
});

it('a list with a block that nobody put is refused, and nothing is committed', () => {
  const blob = lentBlob();
  blob.block(ONE, 'a');
  expect(blob.list(['Latest', ONE], ['Latest', TWO])).toBe('InvalidBlockList');
  expect(blob.list(['Committed', ONE])).toBe('InvalidBlockList');
  expect(blob.content()).toBeUndefined();
  expect(blob.list(...Array.from({ length: 50_001 }, () => ['Latest', ONE] as const))).toBe('BlockListTooLong');
});

it('a blob that is put whole throws away the blocks that nobody committed', () => {
  const blob = lentBlob();
  blob.block(ONE, 'a');
  blob.put('whole');
  expect(blob.kept()).toEqual([]);
});

it('ids are base64 of at most 64 bytes, all of one length', () => {
  const blob = lentBlob();
  expect(blob.block('', 'a')).toBe('InvalidQueryParameterValue');
  expect(blob.block('no base64', 'a')).toBe('InvalidQueryParameterValue');
  expect(blob.block(idOf('x'.repeat(65)), 'a')).toBe('OutOfRangeQueryParameterValue');
  expect(blob.block(idOf('x'.repeat(64)), 'a')).toBe(201);
  expect(blob.block(ONE, 'a')).toBe('InvalidBlobOrBlock');
});

it.each(['put', 'block'] as const)('what arrives otherwise than its MD5 says is refused: %s', (operation) => {
  const blob = lentBlob();
  const send = (headers: Record<string, string>) =>
    operation === 'put' ? blob.put('a', headers) : blob.block(ONE, 'a', headers);
  const md5 = (text: string) => createHash('md5').update(text).digest('base64');
  expect(send({ 'content-md5': md5('b') })).toBe('Md5Mismatch');
  expect(send({ 'content-md5': 'x' })).toBe('InvalidMd5');
  expect([blob.content(), blob.kept()]).toEqual([undefined, []]);
  expect(send({ 'content-md5': md5('a') })).toBe(201);
});

it('a block may be as large as the version says, and tells its length', () => {
  const blob = lentBlob();
  const large = 'x'.repeat(4 * 1024 * 1024 + 1);
  expect(blob.block(ONE, large, { 'x-ms-version': '2015-12-11' })).toBe('RequestBodyTooLarge');
  expect(blob.block(ONE, large, { 'x-ms-version': '2016-05-31' })).toBe(201);
  expect(blob.block(TWO, 'a', { 'content-length': undefined as unknown as string })).toBe('MissingContentLengthHeader');
});

it('the lent rights are those to write: nobody reads with them which blocks are there', () => {
  expect(lentBlob().blockList()).toBe('AuthorizationPermissionMismatch');
  const readable = lentBlob('r');
  expect(readable.block(ONE, 'a')).toBe('AuthorizationPermissionMismatch');
  expect(readable.list(['Latest', ONE])).toBe('AuthorizationPermissionMismatch');
});

it('blocks outlive the address that they were put by, and are thrown away after a week', () => {
  const blob = lentBlob();
  blob.block(ONE, 'a');
  blob.clock.advance(3601);
  expect(blob.list(['Latest', ONE])).toBe('AuthenticationFailed');
  blob.lendAgain();
  expect(blob.list(['Latest', ONE])).toBe(201);
  blob.block(TWO, 'b');
  blob.clock.advance(WEEK_IN_SECONDS);
  blob.lendAgain();
  expect(blob.list(['Latest', TWO])).toBe('InvalidBlockList');
  expect(blob.content()).toBe('a');
});
