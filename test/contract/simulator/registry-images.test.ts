import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { buildImage, createSurroundings } from '../../helpers/simulated-application.ts';
import { manualClock } from '../../helpers/simulated-clock.ts';

const HOST = 'https://crdemo.azurecr.io';
const DOCKERFILE = 'FROM alpine\nCOPY main.py /\n';

/** A registry with `app` (v1 and latest of one build, v2 of another) and `web/site:v1`. */
async function images() {
  const clients = await simulatedClients();
  const { registry } = await createSurroundings(clients);
  const build = async (image: string, source: string) => {
    const run = await buildImage(clients, registry, image, { Dockerfile: DOCKERFILE, 'main.py': source });
    const [pushed] = (run.properties as JsonObject).outputImages as JsonObject[];
    return String(pushed?.digest);
  };
  const old = await build('app:latest', 'print(1)');
  await build('app:v1', 'print(1)');
  const digest = await build('app:v2', 'print(2)');
  await build('web/site:v1', 'print(3)');

  /** What a client does that was refused: it asks for the scope that the challenge names, and tries again. */
  async function ask(method: 'GET' | 'DELETE', path: string) {
    const refused = await clients.send(method, `${HOST}${path}`);
    expect(refused.status).toBe(401);
    const [, scope = ''] = /scope="([^"]+)"/.exec(refused.headers['www-authenticate'] ?? '') ?? [];
    const { token } = await clients.credential.getToken('https://management.azure.com/.default');
    const exchange = new URLSearchParams({ grant_type: 'access_token', access_token: token });
    const { refresh_token } = (await clients.send('POST', `${HOST}/oauth2/exchange`, { body: exchange })).body;
    const body = new URLSearchParams({ grant_type: 'refresh_token', scope, refresh_token: String(refresh_token) });
    const { access_token } = (await clients.send('POST', `${HOST}/oauth2/token`, { body })).body;
    return await clients.send(method, `${HOST}${path}`, { token: String(access_token) });
  }
  return { ask, old, digest };
}

describe('the images of a registry', () => {
  it('are shown to whoever has a token that is no older than it says', async () => {
    const clock = manualClock();
    const clients = await simulatedClients({ clock });
    await createSurroundings(clients);
    const { token } = await clients.credential.getToken('https://management.azure.com/.default');
    const post = (path: string, fields: Record<string, string>) =>
      clients.send('POST', `${HOST}/oauth2/${path}`, { body: new URLSearchParams(fields) });
    const { body } = await post('exchange', { grant_type: 'access_token', access_token: token });
    const refresh_token = String(body.refresh_token);
    const granted = await post('token', { grant_type: 'refresh_token', scope: 'registry:catalog:*', refresh_token });
    const access = String(granted.body.access_token);
    const { exp } = JSON.parse(Buffer.from(access.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
    const catalog = async () => (await clients.send('GET', `${HOST}/acr/v1/_catalog`, { token: access })).status;
    expect(await catalog()).toBe(200);
    clock.advance(exp - clock.now().getTime() / 1000 + 1);
    expect(await catalog()).toBe(401);
  });

  it('are told by repository, tag and manifest', async () => {
    const { ask, old, digest } = await images();
    expect((await ask('GET', '/acr/v1/_catalog')).body).toEqual({ repositories: ['app', 'web/site'] });
    expect((await ask('GET', '/acr/v1/app')).body).toMatchObject({ imageName: 'app', manifestCount: 2, tagCount: 3 });
    const { tags } = (await ask('GET', '/acr/v1/app/_tags')).body as { tags: JsonObject[] };
    expect(tags.map((tag) => [tag.name, tag.digest])).toEqual([
      ['latest', old],
      ['v1', old],
      ['v2', digest],
    ]);
    const { manifests } = (await ask('GET', '/acr/v1/app/_manifests')).body as { manifests: JsonObject[] };
    expect(manifests.find((one) => one.digest === old)).toMatchObject({ tags: ['latest', 'v1'] });
    expect((await ask('GET', `/acr/v1/app/_manifests/${digest}`)).body).toMatchObject({ manifest: { tags: ['v2'] } });
    expect((await ask('GET', '/acr/v1/web/site/_tags/v1')).body).toMatchObject({ tag: { name: 'v1' } });
    expect((await ask('GET', '/v2/web/site/tags/list')).body).toEqual({ name: 'web/site', tags: ['v1'] });
    expect((await ask('GET', '/acr/v1/none/_tags')).status).toBe(404);
  });

  it('come in pages', async () => {
    const { ask } = await images();
    const first = await ask('GET', '/acr/v1/app/_tags?n=2');
    const [, next = ''] = /^<([^>]+)>; rel="next"$/.exec(first.headers.link ?? '') ?? [];
    const second = await ask('GET', next);
    const names = [first, second].map(({ body }) => (body.tags as JsonObject[]).map(({ name }) => name));
    expect([names, second.headers.link]).toEqual([[['latest', 'v1'], ['v2']], undefined]);
  });

  it('are deleted by tag, by digest and by repository', async () => {
    const { ask, old, digest } = await images();
    expect((await ask('DELETE', '/acr/v1/app/_tags/v2')).status).toBe(202);
    expect((await ask('GET', '/v2/app/manifests/v2')).status).toBe(404);
    expect((await ask('GET', `/v2/app/manifests/${digest}`)).status).toBe(200);
    expect((await ask('DELETE', `/v2/app/manifests/${old}`)).status).toBe(202);
    expect((await ask('GET', '/v2/app/manifests/latest')).status).toBe(404);
    expect((await ask('DELETE', '/acr/v1/app')).body).toEqual({ manifestsDeleted: [digest], tagsDeleted: [] });
    expect((await ask('GET', '/acr/v1/_catalog')).body).toEqual({ repositories: ['web/site'] });
  });
});
