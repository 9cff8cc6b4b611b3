import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageSource, SourceTree } from '../../../src/source/ports.ts';
import { openSource } from '../../../src/source/source-tree.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';

const NODE = (name: string, folder: string): string =>
  [
    'FROM node:20-alpine AS builder',
    'COPY package*.json ./',
    'COPY nx.json tsconfig.json ./',
    'COPY libs/ ./libs/',
    `COPY ${folder}/${name}/ ./${folder}/${name}/`,
    'FROM node:20-alpine',
    'COPY package*.json ./',
    'COPY --from=builder /app/dist ./dist',
  ].join('\n');

const PYTHON = (name: string): string =>
  [
    'FROM python:3.11-slim AS builder',
    'RUN apt-get update && apt-get install -y \\',
    '    gcc \\',
    '    && rm -rf /var/lib/apt/lists/*',
    `COPY services/${name}/pyproject.toml services/${name}/poetry.lock ./`,
    'FROM python:3.11-slim',
    'COPY --from=builder /usr/local/bin /usr/local/bin',
    `COPY services/${name}/app ./app`,
  ].join('\n');

/** The shape of the application this product was made for: one context, five Dockerfiles, two of them with shared libraries. */
const FILES = {
  'docker/Dockerfile.api-gateway': NODE('api-gateway', 'services'),
  'docker/Dockerfile.speaker-service': NODE('speaker-service', 'apps'),
  'docker/Dockerfile.draft-service': PYTHON('draft-service'),
  'docker/Dockerfile.rag-service': PYTHON('rag-service'),
  'docker/Dockerfile.evaluation-service': PYTHON('evaluation-service'),
  'package.json': '{}',
  'package-lock.json': '{}',
  'nx.json': '{}',
  'tsconfig.json': '{}',
  'libs/common/src/index.ts': '',
  'docs/BUILD.md': '',
  'services/api-gateway/src/main.ts': '',
  'apps/speaker-service/src/main.ts': '',
  ...Object.fromEntries(
    ['draft', 'rag', 'evaluation'].flatMap((name) => [
      [`services/${name}-service/pyproject.toml`, ''],
      [`services/${name}-service/app/main.py`, ''],
    ]),
  ),
};
const LOCKS = Object.fromEntries(
  ['draft', 'rag', 'evaluation'].map((name) => [`services/${name}-service/poetry.lock`, '']),
);

const SERVICES = ['api-gateway', 'speaker-service', 'draft-service', 'rag-service', 'evaluation-service'];
const IMAGES = SERVICES.map(
  (service): ImageSource => ({
    service,
    buildContext: '.',
    dockerfile: `docker/Dockerfile.${service}`,
    platform: 'linux/amd64',
    builder: 'classic',
  }),
);

async function digests(source: SourceTree): Promise<readonly string[]> {
  return await Promise.all(IMAGES.map((image) => source.imageDigest(image)));
}

describe('five services in one tree', () => {
  it.each([
    ['services/draft-service/app/main.py', ['draft-service']],
    ['libs/common/src/index.ts', ['api-gateway', 'speaker-service']],
    ['package-lock.json', ['api-gateway', 'speaker-service']],
    ['docker/Dockerfile.rag-service', ['rag-service']],
    ['docs/BUILD.md', []],
  ])('a change of %s changes the images of %j', async (path, expected) => {
    const directory = await tempDirectory();
    await writeTree(directory, { ...FILES, ...LOCKS });
    const source = await openSource(directory);
    const before = await digests(source);
    expect(new Set(before).size).toBe(5);
    await appendFile(join(directory, path), '\n# changed');
    const after = await digests(await openSource(directory));
    expect(SERVICES.filter((_, index) => before[index] !== after[index])).toEqual(expected);
  });

  it('a lock file that is not there is reported with file and line, once for each image that copies it', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, FILES);
    const source = await openSource(directory);
    expect(await source.problems(IMAGES)).toEqual(
      ['draft-service', 'rag-service', 'evaluation-service'].map(
        (service) =>
          `${service}: docker/Dockerfile.${service}:5: COPY services/${service}/poetry.lock: no such file in the build context`,
      ),
    );
  });

  it('what a deployment writes among them is no part of the sources', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, {
      'docker/all': 'FROM scratch\nCOPY . /x',
      a: '',
      '.state/journal': '1',
      '.state.json': '1',
    });
    const all: ImageSource = { ...(IMAGES[0] as ImageSource), dockerfile: 'docker/all' };
    const digest = async () =>
      await (await openSource(directory, { leaveOut: [join(directory, '.state')] })).imageDigest(all);
    const before = await digest();
    await writeTree(directory, { '.state/journal': '2', '.state.json': '2', '.state.production.json': '1' });
    expect(await digest()).toBe(before);
    await writeTree(directory, { a: 'changed' });
    expect(await digest()).not.toBe(before);
  });
});
