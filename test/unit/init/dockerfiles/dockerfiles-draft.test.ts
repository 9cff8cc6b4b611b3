import { describe, expect, it } from 'vitest';
import { dockerfilesDraft } from '../../../../src/init/dockerfiles/dockerfiles-draft.ts';
import { readProjectFiles } from '../../../../src/init/folder/project-files.ts';
import { leftoverLine } from '../../../../src/init/write/configuration-text.ts';
import { tempDirectory, writeTree } from '../../../helpers/temp.ts';

async function drafted(files: Readonly<Record<string, string>>) {
  const folder = await tempDirectory();
  await writeTree(folder, files);
  const { config, comments, leftovers } = await dockerfilesDraft(await readProjectFiles(folder), 'My Shop');
  return { services: config.services, secrets: config.secrets, comments, leftovers: leftovers.map(leftoverLine) };
}

describe('Dockerfiles alone', () => {
  it('one at the top is a service that everybody reaches, called as its manifest or its folder', async () => {
    const Dockerfile = 'FROM node:22\nEXPOSE 3000\nHEALTHCHECK CMD curl -f http://localhost:3000/up\nCMD node .\n';
    const service = { build: '.', port: 3000, ingress: 'external', health_path: '/up' };
    expect((await drafted({ Dockerfile })).services).toEqual({ 'my-shop': service });
    const named = await drafted({ Dockerfile, 'package.json': '{"name":"@acme/store"}' });
    expect(named.services).toEqual({ store: service });
    expect(named.comments).toContainEqual({ path: ['services', 'store'], text: 'Dockerfile, package.json' });
  });

  it('many are services by their folders; what everybody sees is told by its name, and what exposes nothing is a worker', async () => {
    const { services, leftovers } = await drafted({
      'apps/web/Dockerfile': 'FROM nginx\nEXPOSE 80\nCOPY . .\n',
      'apps/web/index.html': '',
      'apps/api/src/Dockerfile': 'FROM python\nCMD ["uvicorn", "api:app", "--port", "8000"]\nCOPY api.py .\n',
      'apps/api/src/api.py': '',
      'jobs/mailer/Dockerfile': 'FROM node\nCMD node mailer.js\nCOPY mailer.js .\n',
      'jobs/mailer/mailer.js': '',
    });
    expect(services).toEqual({
      web: { build: './apps/web', port: 80, ingress: 'external' },
      api: { build: './apps/api/src', port: 8000, ingress: 'internal' },
      mailer: { build: './jobs/mailer' },
    });
    expect(leftovers).toEqual([]);
  });

  it('are built from the nearest folder that has what they copy; one of Dockerfiles only is none', async () => {
    const { services, leftovers } = await drafted({
      'docker/Dockerfile.api': 'FROM node\nCOPY . .\nEXPOSE 1000\n',
      'docker/web.Dockerfile': 'FROM node\nCOPY package.json web/ ./\nEXPOSE 2000\n',
      'web/index.js': '',
      'package.json': '{}',
      'admin/Dockerfile': 'FROM node\nCOPY lib/ lib/\nCOPY gone.txt .\nEXPOSE 3000\n',
      'admin/index.js': '',
      'lib/a.js': '',
    });
    expect(services).toEqual({
      api: { build: { context: '.', dockerfile: 'docker/Dockerfile.api' }, port: 1000, ingress: 'internal' },
      web: { build: { context: '.', dockerfile: 'docker/web.Dockerfile' }, port: 2000, ingress: 'external' },
      admin: { build: { context: '.', dockerfile: 'admin/Dockerfile' }, port: 3000, ingress: 'internal' },
    });
    expect(leftovers).toEqual([expect.stringMatching(/^admin\/Dockerfile:3 build in \.: .*gone\.txt.*build\.context/)]);
  });

  it('have the port, and the manner, of the image that they are built on where they say none', async () => {
    const { services, comments } = await drafted({
      'site/Dockerfile': 'FROM nginx:1.29\n',
      'db/Dockerfile': 'FROM postgres:17\n',
    });
    expect(services).toEqual({
      site: { build: './site', port: 80, ingress: 'external' },
      db: { build: './db', port: 5432, ingress: 'internal', transport: 'tcp' },
    });
    expect(comments).toContainEqual({
      path: ['services', 'site', 'port'],
      text: 'As the image nginx:1.29, on which site/Dockerfile builds, says.',
    });
  });

  it('get the secrets without which they are not built from the environment', async () => {
    const Dockerfile =
      'FROM x\nRUN --mount=type=secret,id=npmToken,required=true a\nRUN --mount=type=secret,id=other b\nEXPOSE 1\n';
    const { services, secrets, leftovers } = await drafted({ Dockerfile });
    expect(services).toMatchObject({ 'my-shop': { build: { context: '.', secrets: { npmToken: 'npm_token' } } } });
    expect([secrets, leftovers]).toEqual([{ npm_token: 'env:NPM_TOKEN' }, []]);
  });

  it('with several images make several services', async () => {
    const { services, leftovers } = await drafted({
      Dockerfile: `FROM node AS base
FROM base AS dev
CMD npm run dev
FROM base AS api
EXPOSE 4000
FROM base AS web
EXPOSE 3000
`,
    });
    expect(services).toEqual({
      api: { build: { context: '.', target: 'api' }, port: 4000, ingress: 'internal' },
      web: { build: { context: '.', target: 'web' }, port: 3000, ingress: 'external' },
    });
    expect(leftovers).toEqual([expect.stringMatching(/^Dockerfile:1 FROM … AS dev: /)]);
  });

  it('leave nothing out silently: ports, checks, folders, variants', async () => {
    const { services, leftovers } = await drafted({
      'Dockerfile.prod': 'FROM x\nEXPOSE 80 9000\nVOLUME /data\nHEALTHCHECK CMD ./check.sh\n',
      'Dockerfile.dev': 'FROM x\n',
      'aa/Dockerfile': 'FROM x\nEXPOSE 1\nHEALTHCHECK CMD wget localhost:2/ok\n',
    });
    expect(services).toMatchObject({ 'my-shop': { port: 80 }, aa: { port: 1 } });
    const shown = leftovers.map((one) => one.replace(/: .*/, ''));
    expect(shown.toSorted()).toEqual([
      'Dockerfile.dev:1 Dockerfile.dev',
      'Dockerfile.prod:2 EXPOSE 9000',
      'Dockerfile.prod:3 VOLUME /data',
      'Dockerfile.prod:4 HEALTHCHECK',
      'aa/Dockerfile:3 HEALTHCHECK',
    ]);
  });

  it('that meet at one name have more of their path in it', async () => {
    const text = 'FROM x\nEXPOSE 1\n';
    const { services } = await drafted({
      'a/api/Dockerfile': text,
      'b/api/Dockerfile': text,
      'c/api-b/Dockerfile': text,
      'Dockerfile.api': text,
    });
    expect(Object.keys(services as object)).toEqual(['api', 'a-api', 'b-api', 'api-b']);
  });

  it('in folders of others are none, and neither are those that build nothing', async () => {
    const { services } = await drafted({
      'node_modules/a/Dockerfile': 'FROM x\n',
      '.devcontainer/Dockerfile': 'FROM x\n',
      'vendor/b/Dockerfile': 'FROM x\n',
      'c/Dockerfile': '# nothing yet\n',
      'd/Dockerfile.dockerignore': '*\n',
    });
    expect(services).toEqual({});
  });
});
