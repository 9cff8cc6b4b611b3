import { describe, expect, it } from 'vitest';
import type { Tree } from '../../../../src/init/compose/tree.ts';
import { readText } from '../../../helpers/compose/converted.ts';

function plain(tree: Tree): unknown {
  if (tree.kind === 'text') return tree.text;
  if (tree.kind === 'list') return tree.items.map(plain);
  return Object.fromEntries([...tree.members].map(([key, member]) => [key, plain(member)]));
}

/** Services with their keys and variables as they are after everything is followed. */
function read(text: string, given: Parameters<typeof readText>[1] = {}) {
  const found = readText(text, given);
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  const services = found.project.services.map(({ name, keys, variables }) => [
    name,
    { ...(plain(keys) as object), env: Object.fromEntries([...variables].map(([key, value]) => [key, value.text])) },
  ]);
  const { idle, notes } = found.project;
  return {
    services: Object.fromEntries(services),
    idle: idle.map(({ name, why }) => `${name} ${why}`),
    notes: notes.map(({ place, key, text: note }) => `${place.origin.file}:${place.line} ${key}: ${note}`),
    sources: found.project.sources,
    name: found.project.name,
  };
}

const port = (target: string, rest: object = {}) => ({ target, protocol: 'tcp', ...rest });

describe('a Compose project', () => {
  it('has its services in long forms', () => {
    const { services } = read(
      `services:
  web:
    build: .
    ports: ["80", "8080:80", "127.0.0.1:9000-9001:9000-9001/tcp", ":81:81", "[::1]:53:53/udp", {target: 443, published: 8443}]
    expose: [3000, "4000-4001/udp"]
    volumes: [data:/data:ro, ./x:/x, /anonymous, {type: tmpfs, target: /t}]
    depends_on: [db]
    networks: [default]
    environment: [A=1, B, "C=x=y"]
    secrets: [token, {source: token, target: other}]
    configs: [conf]
  db: {image: postgres}
volumes: {data: {}}
secrets: {token: {environment: T}}
configs: {conf: {content: x}}
`,
      { beside: { Dockerfile: 'FROM x\n' } },
    );
    expect(services.web).toEqual({
      build: { context: '.' },
      ports: [
        port('80'),
        port('80', { published: '8080' }),
        port('9000', { published: '9000', host_ip: '127.0.0.1' }),
        port('9001', { published: '9001', host_ip: '127.0.0.1' }),
        port('81', { published: '81' }),
        { target: '53', published: '53', host_ip: '::1', protocol: 'udp' },
        port('443', { published: '8443' }),
      ],
      expose: [port('3000'), { target: '4000', protocol: 'udp' }, { target: '4001', protocol: 'udp' }],
      volumes: [
        { type: 'volume', source: 'data', target: '/data', read_only: 'true' },
        { type: 'bind', source: './x', target: '/x' },
        { type: 'volume', target: '/anonymous' },
        { type: 'tmpfs', target: '/t' },
      ],
      depends_on: { db: null },
      networks: { default: null },
      secrets: [
        { source: 'token', target: '/run/secrets/token' },
        { source: 'token', target: '/run/secrets/other' },
      ],
      configs: [{ source: 'conf', target: '/conf' }],
      env: { A: '1', B: null, C: 'x=y' },
    });
  });

  it('follows anchors and merge keys, and leaves extensions to others', () => {
    const { services } = read(`
x-base: &base {image: nginx, environment: &env {A: "1", B: "2"}}
services:
  one: {<<: *base, x-own: 1}
  two: {<<: *base, environment: {<<: *env, B: "3"}}
`);
    expect(services).toEqual({
      one: { image: 'nginx', 'x-own': '1', env: { A: '1', B: '2' } },
      two: { image: 'nginx', env: { A: '1', B: '3' } },
    });
  });

  it('has its override laid over it', () => {
    const override = `services:
  web:
    ports: ["9000:80"]
    command: ["b"]
    environment: [A=2, C=3]
    volumes: ["other:/data"]
    dns: !override [9.9.9.9]
    expose: !reset []
    labels: !reset null
  db: {image: postgres}
volumes: {other: {}}
`;
    const { services, sources } = read(
      `services:
  web:
    image: nginx
    ports: ["8080:80"]
    command: ["a", "b"]
    environment: {A: "1", B: "2"}
    volumes: ["data:/data", "data:/more"]
    dns: [1.1.1.1]
    expose: ["1"]
    labels: {a: b}
volumes: {data: {}}
`,
      { beside: { 'compose.override.yml': override } },
    );
    expect(sources).toEqual(['compose.yaml', 'compose.override.yml']);
    expect(services.web).toEqual({
      image: 'nginx',
      ports: [port('80', { published: '8080' }), port('80', { published: '9000' })],
      command: ['b'],
      volumes: [
        { type: 'volume', source: 'other', target: '/data' },
        { type: 'volume', source: 'data', target: '/more' },
      ],
      dns: ['9.9.9.9'],
      env: { A: '2', B: '2', C: '3' },
    });
    expect(services.db).toEqual({ image: 'postgres', env: {} });
  });

  it('extends services of its own and of other files, whose paths begin where those lie', () => {
    const beside = {
      'base/common.yaml':
        'services:\n  node: {image: "node:${TAG}", env_file: a.env, environment: {A: base, B: base}}\n',
      'base/a.env': 'FROM_FILE=1\nA=file\n',
      '.env': 'TAG=24\n',
    };
    const text = `services:
  api: {extends: {file: base/common.yaml, service: node}, environment: {B: api}}
  worker: {extends: api, command: work, environment: {B: worker}}
`;
    const { services } = read(text, { beside });
    expect(services).toEqual({
      api: { image: 'node:${TAG}', env: { FROM_FILE: '1', A: 'base', B: 'api' } },
      worker: { image: 'node:${TAG}', command: 'work', env: { FROM_FILE: '1', A: 'base', B: 'worker' } },
    });
  });

  it('includes other projects, with their own variables, and tells of those outside', () => {
    const beside = {
      'sub/compose.yaml': 'services:\n  cache: {image: "redis:7", ports: ["${PORT}:6379"]}\nvolumes: {own: {}}\n',
      'sub/.env': 'PORT=1111\n',
      'deep/compose.yaml': 'include: [../sub/compose.yaml]\nservices: {web: {image: nginx, volumes: ["own:/x"]}}\n',
    };
    const { services, notes } = read('', { beside, folder: '/p/deep' });
    expect(Object.keys(services)).toEqual(['web', 'cache']);
    expect(services.cache).toMatchObject({ ports: [port('6379', { published: '1111' })] });
    expect(notes).toEqual([
      'compose.yaml:1 include.0: ../sub/compose.yaml lies outside of the folder; it was read all the same',
    ]);
  });

  it('has the services of its active profiles', () => {
    const text =
      'services:\n  web: {image: x}\n  dev: {image: x, profiles: [dev, test]}\n  cloud: {provider: {type: y}}\n';
    expect(read(text).idle).toEqual([
      'dev is of the profile dev, test, which is not active; --profile dev takes it along',
      'cloud is made by a program of its provider, and not by Compose',
    ]);
    expect(Object.keys(read(text, { profiles: ['test'] }).services)).toEqual(['web', 'dev']);
    expect(Object.keys(read(text, { env: { COMPOSE_PROFILES: 'a,dev' } }).services)).toEqual(['web', 'dev']);
    expect(Object.keys(read(text, { beside: { '.env': 'COMPOSE_PROFILES=*' } }).services)).toEqual(['web', 'dev']);
  });

  it('tells what Compose warns of, or passes over', () => {
    const { notes, name } = read(
      'version: "3.8"\nname: ${WHO:-shop}\nservices:\n  web: {image: x, ports: ["${PORT}80"], env_file: [{path: none.env, required: false}]}\n',
    );
    expect(name).toBe('shop');
    expect(notes).toEqual([
      'compose.yaml:1 version: says nothing any more: the specification has no versions; the key can go',
      'compose.yaml:4 services.web.ports.0: the variable PORT is not set, and counts as empty, as for Compose',
      'compose.yaml:4 services.web.env_file.0: there is no file none.env, and none is required',
    ]);
  });
});
