import { expect, it } from 'vitest';
import { createSignInCodes } from '../../../src/triggers/sign-in-codes.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';

async function appWithCodes() {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const signInCodes = createSignInCodes({ now: () => new Date(now) });
  return { test: await openTestApp({ signInCodes }), wait: (seconds: number) => (now += seconds * 1000) };
}

async function codeFor({ call }: TestApp, key: string): Promise<string> {
  const { status, body } = await call('makeSignInCode', { headers: { 'x-functions-key': key } });
  expect(status).toBe(200);
  expect(JSON.stringify(body)).not.toContain(key);
  return (body as { code: string }).code;
}

const take = async ({ call }: TestApp, code: string) =>
  await call('takeSignInCode', { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) });

it('a code is exchanged for the key with which it was asked for, once', async () => {
  const { test } = await appWithCodes();
  const [ann, ben] = [await codeFor(test, 'key-of-ann'), await codeFor(test, 'key-of-ben')];
  expect(await take(test, ben)).toMatchObject({ status: 200, body: { key: 'key-of-ben' } });
  expect(await take(test, ben)).toMatchObject({ status: 404, body: { code: 'sign_in_code_unknown' } });
  expect(await take(test, ann)).toMatchObject({
    body: { key: 'key-of-ann' },
    headers: { 'cache-control': 'no-store' },
  });
});

it('a code counts for a minute', async () => {
  const { test, wait } = await appWithCodes();
  const [inTime, late] = [await codeFor(test, 'one-key'), await codeFor(test, 'one-key')];
  wait(59);
  expect((await take(test, inTime)).status).toBe(200);
  wait(1);
  expect((await take(test, late)).status).toBe(404);
});

it('a code opens what its key opens: one that is for nothing gets none', async () => {
  const { test } = await appWithCodes();
  const headers = { 'x-functions-key': 'draftgenie.fly._.ann.x' };
  expect((await test.call('makeSignInCode', { headers })).status).toBe(403);
});

it('of many codes that nobody takes the newest stay', async () => {
  const { test } = await appWithCodes();
  const first = await codeFor(test, 'one-key');
  const others: string[] = [];
  for (let count = 0; count < 100; count += 1) others.push(await codeFor(test, 'one-key'));
  expect((await take(test, first)).status).toBe(404);
  expect((await take(test, others[0] ?? '')).status).toBe(200);
});

it('an app that is many processes makes none, and takes none', async () => {
  const test = await openTestApp();
  const headers = { 'x-functions-key': 'one-key' };
  expect(await test.call('makeSignInCode', { headers })).toMatchObject({ status: 404 });
  expect(await take(test, 'x')).toMatchObject({ status: 404, body: { code: 'sign_in_code_unknown' } });
});
