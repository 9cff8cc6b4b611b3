import { expect, it } from 'vitest';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { openTestApp } from '../../helpers/app-under-test.ts';

function configOf(image: string, more: string) {
  const result = parseConfig(`
azure: { resource_group: shop-rg, location: westeurope }
key_vault: { name: shop-vault-1 }
services: { web: { image: "nginx:${image}", port: 80 } }
${more}`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

it.each([
  ['', [{ path: 'tags.team', message: 'was otherwise then, and stays as it is [data_not_rolled_back]' }]],
  ['acknowledge: [data_not_rolled_back]', undefined],
])('a rollback over HTTP tells what it leaves, unless that is known: %j', async (acknowledged, warnings) => {
  const test = await openTestApp();
  const { state, runs } = test.storage.environment('staging');
  const { value } = await state.read();
  for (const [second, image, more] of [
    ['1', '1.27', 'tags: { team: a }'],
    ['2', '1.28', `tags: { team: b }\n${acknowledged}`],
  ] as const) {
    const at = `2026-01-01T00:00:0${second}.000Z`;
    const runId = `staging-01M8434Z00VB7SSV72CDKWWD0${second}`;
    const configDigest = await runs.putConfig(configOf(image, more));
    const images = { web: `docker.io/library/nginx@sha256:${second.repeat(64)}` };
    await state.keepHistory(runId, { runId, at, configDigest, images, state: value });
  }
  const body = JSON.stringify({ autoApprove: true });
  const headers = { 'content-type': 'application/json' };
  const answer = await test.call('rollback', { params: { environment: 'staging' }, body, headers });
  expect(answer).toMatchObject({ status: 202 });
  expect((answer.body as { warnings?: unknown }).warnings).toEqual(warnings);
});
