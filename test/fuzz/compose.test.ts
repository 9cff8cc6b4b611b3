import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { ComposeProject } from '../../src/init/compose/project.ts';
import { type ReadOptions, readComposeProject } from '../../src/init/compose/read-project.ts';
import { composeDraft } from '../../src/init/convert/compose-draft.ts';
import { serviceKey } from '../../src/init/convert/names.ts';
import type { Draft } from '../../src/init/draft.ts';
import type { JsonObject } from '../../src/shared/json.ts';
import { answered } from '../helpers/compose/answered.ts';
import { memoryFiles } from '../helpers/compose/memory-files.ts';
import { mutated } from './mutations.ts';
import { feed } from './run.ts';

const COLLECTION = fileURLToPath(new URL('../fixtures/compose', import.meta.url));
const COLLECTED = readdirSync(COLLECTION, { recursive: true, encoding: 'utf8' })
  .filter((path) => /compose[^/]*\.ya?ml$/.test(path))
  .map((path) => readFileSync(join(COLLECTION, path), 'utf8'));

/** Beside every generated file. */
const BESIDE = {
  '/p/.env': 'TAG=1.2\nDB_PASSWORD=from-env-file\nODD="a}b$c"\n',
  '/p/Dockerfile': 'FROM node:24-alpine\nEXPOSE 3000\n',
  '/p/app/Dockerfile': 'FROM python:3.13\n',
  '/p/app.env': 'A=1\nTOKEN=t\nURL=http://web:3000/$A\n',
  '/p/nginx.conf': 'proxy_pass http://web:3000;\n',
  '/p/other.yaml': 'services:\n  base:\n    image: redis:7\n    environment: { FROM_BASE: "1" }\n',
};

/** Converted with nothing lost, or refused where something is wrong. */
function convert(text: string, options: Partial<ReadOptions> = {}): boolean {
  const access = memoryFiles({ ...BESIDE, '/p/compose.yaml': text });
  const read = readComposeProject({ folder: '/p', env: {}, access, ...options });
  if (!read.ok) {
    expect(read.problems.length).toBeGreaterThan(0);
    for (const { file, line = 0, column = 0, message } of read.problems) {
      expect([typeof file, line >= 1, column >= 1, message.length > 0]).toEqual(['string', true, true, true]);
    }
    return false;
  }
  for (const managed of [undefined, new Set(read.project.services.map(({ name }) => name))]) {
    const draft = composeDraft(read.project, { managed });
    expectNothingLost(read.project, draft);
    const result = answered(draft, () => 'set');
    if (!result.ok) expect(result.problems, stringify(draft.config)).toEqual([]);
  }
  return true;
}

/** Every service and every variable is in the configuration, or is told. */
function expectNothingLost({ services, idle }: ComposeProject, { config, leftovers }: Draft): void {
  const told = leftovers.flatMap(({ key, text }) => [...key.split(', '), text]);
  const made = Object.entries({ ...(config.services as JsonObject), ...(config.jobs as JsonObject | undefined) });
  const isTold = (key: string): boolean => told.includes(key);
  for (const { name } of idle) expect(isTold(`services.${name}`), name).toBe(true);
  for (const { name, variables } of services) {
    const at = `services.${name}`;
    const renamed = leftovers.filter(({ key }) => key === at).map(({ text }) => /^is called ([\w-]+)/.exec(text)?.[1]);
    const called = renamed.findLast((one) => one !== undefined) ?? serviceKey(name);
    const found = made.find(([key]) => key === called);
    expect(found !== undefined || isTold(at), `${at} in ${stringify(config)}`).toBe(true);
    const env = Object.keys(((found?.[1] as JsonObject | undefined)?.env ?? {}) as JsonObject);
    for (const variable of variables.keys()) {
      const isThere = env.includes(variable) || isTold(`${at}.environment.${variable}`);
      const isOfReplaced = told.some((text) => text.includes('takes its place') || text.includes('is the migration'));
      expect(isThere || (isTold(at) && isOfReplaced), `${at} ${variable}`).toBe(true);
    }
  }
}

describe('Compose files', () => {
  it('of a collection with hostile edits are converted, or refused at a line', async () => {
    await feed('edited Compose files', { sample: 300, full: 5000 }, mutated(...COLLECTED), (text) => {
      convert(text);
    });
  });

  it('of generated services are converted, or refused at a line', async () => {
    let [converted, generated] = [0, 0];
    await feed('generated Compose files', { sample: 300, full: 5000 }, projects, ({ text, isPoisoned }) => {
      const isConverted = convert(text);
      if (isPoisoned) expect(isConverted, text).toBe(false);
      converted += isConverted ? 1 : 0;
      generated += 1;
    });
    // A generator that makes nothing but mistakes would prove nothing.
    expect(converted).toBeGreaterThan(generated / 2);
  });
});

const NAMES = ['web', 'db', 'cache', 'Worker_1', 'rabbitmq', 'web-migrate', '9', 'a.b', '__proto', 'queue'];
const IMAGES = [
  'nginx',
  'postgres:16',
  'redis:7',
  'mongo',
  'rabbitmq:3',
  'mysql:8',
  'ghcr.io/o/app:${TAG}',
  'app:${NONE}',
  'qdrant/qdrant',
  'minio/minio',
];
const TEXTS = [
  ...['', 'x', '1.10', 'true', '$$x', '${TAG}', '${NONE}', '${NONE:-d}', '${NONE:?no}', '${ODD}', '${DB_PASSWORD}'],
  ...[
    'pre${DB_PASSWORD}post',
    '$5',
    'a}b{c',
    'http://web:3000/a',
    'postgres://u:p@db:5432/app',
    'redis://cache:6379/0',
  ],
  ...[
    'redis://cache',
    'amqp://guest:guest@rabbitmq:5672',
    'mongodb://db/x',
    'db',
    'db:5432',
    'web:80,cache:6379',
    'ws://web',
  ],
  ...[
    'Server=db;Password=pw',
    '/run/secrets/x',
    'env:X',
    '{address}',
    'jdbc:mysql://db:3306/x',
    'http://${TAG}.web:80',
    '${NONE:-db}',
  ],
];
const VARIABLES = [
  ...['A', 'DATABASE_URL', 'DB_HOST', 'DB_PASSWORD', 'POSTGRES_PASSWORD', 'POSTGRES_USER', 'REDIS_URL', 'API_TOKEN'],
  ...[
    'SECRET_KEY',
    'JWT_SECRET',
    'RABBITMQ_DEFAULT_PASS',
    'a b',
    'x:y',
    'DRAFTGENIE_RUN_ID',
    'MONGODB_URL',
    '1',
    'S3_ACCESS_KEY',
  ],
];
const PATHS = ['/data', '/', '/a:b', '/etc/nginx/conf.d/x.conf', '/etc/x', '/run/secrets', '/tmp', 'relative', '/x y'];

const text = fc.constantFrom(...TEXTS);
const some = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const list = <Value>(value: fc.Arbitrary<Value>) => fc.array(value, { maxLength: 4 });
const environment = fc.oneof(
  fc.dictionary(fc.constantFrom(...VARIABLES), fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), {
    maxKeys: 6,
  }),
  list(fc.tuple(fc.constantFrom(...VARIABLES), text).map(([name, value]) => `${name}=${value}`)),
);
const mount = fc.oneof(
  fc.constantFrom(
    'data:/data',
    'data:/data:ro',
    './nginx.conf:/etc/nginx/conf.d/default.conf',
    './app:/app',
    '/var/run/docker.sock:/x',
  ),
  fc.constantFrom('/data', '/tmp', '/x y'),
  fc.record({
    type: fc.constantFrom('volume', 'bind', 'tmpfs', 'npipe'),
    source: fc.constantFrom('data', './nginx.conf'),
    target: fc.constantFrom(...PATHS),
  }),
);
const origin = fc.oneof(
  fc.constantFrom(...IMAGES).map((image) => ({ image })),
  fc
    .constantFrom<unknown>(
      '.',
      './app',
      { context: '.', args: { A: '1', TOKEN: 'x', 'b-d': '2' }, target: 'web' },
      { context: 'app', secrets: ['token'] },
    )
    .map((build) => ({ build })),
);
const service = fc
  .tuple(
    origin,
    fc.record({
      environment: fc.option(environment, { freq: 5, nil: undefined }),
      env_file: some(fc.constantFrom<unknown>('app.env', [{ path: 'none.env', required: false }])),
      ports: some(
        list(
          fc.constantFrom<unknown>(
            '80:80',
            '3000',
            5432,
            '127.0.0.1:9000:9000',
            '8000-8009:8000-8009',
            '53:53/udp',
            '443:443',
            { target: 80, published: 1 },
          ),
        ),
      ),
      expose: some(list(fc.constantFrom('3000', 9000, '4000-4003'))),
      command: some(
        fc.oneof<fc.Arbitrary<unknown>[]>(
          text,
          list(text),
          fc.constantFrom('run --password=abc --x', 'sh -c "a $$B"', 'serve --requirepass ${DB_PASSWORD}'),
        ),
      ),
      entrypoint: some(fc.oneof<fc.Arbitrary<unknown>[]>(text, list(text))),
      volumes: some(list(mount)),
      tmpfs: some(fc.constantFrom<unknown>('/tmp', ['/a', '/b:size=1m'], '/')),
      secrets: some(list(fc.constantFrom<unknown>('token', 'file', { source: 'token', target: '/etc/x/t' }))),
      configs: some(
        list(
          fc.constantFrom<unknown>(
            'conf',
            { source: 'conf', target: '/etc/app/app.conf' },
            { source: 'inline', target: '/x y' },
          ),
        ),
      ),
      depends_on: some(
        fc.dictionary(
          fc.constantFrom(...NAMES.slice(0, 5)),
          fc.record({
            condition: fc.constantFrom('service_started', 'service_completed_successfully'),
            required: fc.constant(false),
          }),
          { maxKeys: 2 },
        ),
      ),
      healthcheck: some(
        fc.constantFrom<unknown>(
          { test: ['CMD', 'curl', 'http://localhost:3000/h'] },
          { test: 'wget -q localhost/x', interval: '1h', retries: 99, start_period: '1h' },
          { disable: true },
          { test: ['NONE'] },
          { test: ['CMD', 'pg_isready'], timeout: 'soon' },
          { test: 'curl https://localhost:8443' },
        ),
      ),
      deploy: some(
        fc.constantFrom<unknown>(
          { replicas: 3 },
          { replicas: 0 },
          { mode: 'replicated-job' },
          { resources: { limits: { cpus: '9', memory: '99g' } } },
          { resources: { limits: { memory: 'x' } } },
        ),
      ),
      scale: some(fc.constantFrom(2, 0, 5000)),
      profiles: fc.option(fc.constantFrom([], ['debug']), { freq: 2, nil: undefined }),
      extends: some(fc.constant({ service: 'base', file: 'other.yaml' })),
      networks: some(fc.constantFrom<unknown>(['default'], { default: { aliases: ['alias', 'db'] } })),
      links: some(fc.constantFrom(['db:alias'], ['none'])),
      restart: some(fc.constantFrom('always', 'no', 'on-failure:3')),
      stop_grace_period: some(fc.constantFrom('10s', '1h', 'never')),
      privileged: some(fc.boolean()),
    }),
  )
  .map(([from, rest]) => JSON.parse(JSON.stringify({ ...from, ...rest })) as JsonObject);

/** What has to be refused, at its line. */
const POISON: readonly JsonObject[] = [
  ...[
    { unknown: 'key' },
    { build: '..' },
    { build: 'https://x/y.git' },
    { env_file: 'none.env' },
    { ports: ['x'] },
    { image: 'BAD NAME', build: null },
  ],
  ...[
    { volumes: ['C:\\x:/y'] },
    { volumes: ['nothere:/z'] },
    { secrets: ['none'] },
    { depends_on: ['none'] },
    { extends: 'none' },
  ],
  ...[{ environment: { A: '${' } }, { command: '${{x}}' }, { image: '${NONE}', build: null }],
];

const projects = fc
  .record({
    services: fc.dictionary(fc.constantFrom(...NAMES), service, { minKeys: 1, maxKeys: 5 }),
    poison: fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom(...POISON) },
    ),
  })
  .map(({ services, poison }) => {
    const all = Object.entries(services).map(([name, one], index, entries): [string, JsonObject] => {
      const before = entries.slice(0, index).map(([other]) => other);
      const needed = Object.entries((one.depends_on ?? {}) as JsonObject).filter(
        ([other]) => before.includes(other) || !entries.some(([known]) => known === other),
      );
      return [
        name,
        { ...one, depends_on: Object.fromEntries(needed), ...(index === 0 && poison && { ...poison, profiles: [] }) },
      ];
    });
    const document: JsonObject = {
      services: Object.fromEntries(all),
      volumes: { data: {} },
      secrets: { token: { environment: 'TOKEN' }, file: { file: './nothing.txt' } },
      configs: { conf: { file: './nginx.conf' }, inline: { content: 'a ${TAG} $$ {{b}}' } },
    };
    return { text: stringify(document), isPoisoned: poison !== undefined };
  });
