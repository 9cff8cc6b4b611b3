import { describe, expect, it } from 'vitest';
import { converted } from '../../../helpers/compose/converted.ts';

const TOP =
  'volumes: {data: {}, "My Data": {}, db: {}}\nsecrets: {token: {file: token.txt}}\nconfigs: {conf: {content: "a ${TAG:-b}"}, file: {file: app.conf}, secret: {content: "x ${PASSWORD}"}}\n';
const BESIDE = {
  'app.conf': 'listen 80;\n',
  'token.txt': 'hidden',
  'key.pem': 'hidden',
  Dockerfile: 'FROM x\n',
  'src/x': '',
};

function mounted(keys: string, image = 'image: x/y') {
  const { config, left } = converted(`services:\n  web: {${image}, ${keys}}\n${TOP}`, { beside: BESIDE });
  const { volumes, mounts } = config.services.web;
  return {
    volumes,
    mounts,
    secrets: config.secrets,
    storage: config.storage,
    left: left.filter((line) => line.includes('services.web')),
  };
}

describe('volumes', () => {
  it('of a name are file shares', () => {
    expect(mounted('volumes: ["data:/data", "My Data:/more:ro", "db:/d"]')).toMatchObject({
      volumes: { data: { share: 'data' }, 'my-data': { share: 'my-data', read_only: true }, db: { share: 'db-data' } },
      mounts: { '/data': 'data', '/more': 'my-data', '/d': 'db' },
      storage: { shares: { data: {}, 'my-data': {}, 'db-data': {} } },
    });
  });

  it.each(['postgres:16', 'mysql', 'mongo', 'qdrant/qdrant', 'prom/prometheus', 'elasticsearch:8', 'rabbitmq:4'])(
    'of %s are none',
    (image) => {
      const { volumes, storage, left } = mounted('volumes: ["data:/data"]', `image: "${image}"`);
      expect([volumes, storage]).toEqual([undefined, undefined]);
      expect(left[0]).toMatch(
        /^2 services\.web\.volumes\.0: its data is in the container, and gone with each revision of it: /,
      );
    },
  );

  it('in memory are empty ones', () => {
    expect(mounted('tmpfs: ["/cache", "/run/x:size=1m"]')).toMatchObject({
      volumes: { cache: {}, 'run-x': {} },
      mounts: { '/cache': 'cache', '/run/x': 'run-x' },
      left: ['2 services.web.tmpfs.1: size and rights of a volume that is empty at first cannot be said'],
    });
  });

  it('of the machine are left, each with what to do', () => {
    const { volumes, left } = mounted(
      'volumes: ["./src:/src", "~/x:/x", "/var/run/docker.sock:/s", "/anonymous", {type: npipe, source: a, target: /p}, "./app.conf:/etc/nginx/nginx.conf"]',
    );
    expect(volumes).toBeUndefined();
    expect(left).toEqual([
      '2 services.web.volumes.0: ./src is a folder of your machine: build an image with it (COPY ./src /src), or bring its files to a share under storage.shares',
      '2 services.web.volumes.1: ~/x is a folder of your machine: build an image with it (COPY ~/x /x), or bring its files to a share under storage.shares',
      '2 services.web.volumes.2: there is no Docker on the machines of Container Apps',
      '2 services.web.volumes.3: has no name, so that its data would not outlive the container: it lies in the container',
      '2 services.web.volumes.4: npipe: there is no such volume on Azure',
      '2 services.web.volumes.5: /etc/nginx would have nothing else in it: COPY app.conf to /etc/nginx/nginx.conf in a Dockerfile',
    ]);
    expect(mounted('volumes: ["./src:/src", "./app.conf:/config/app.conf"]', 'build: .').left).toEqual([
      '2 services.web.volumes.0: ./src is a folder of your machine: the image has what its Dockerfile copies',
      '2 services.web.volumes.1: app.conf is of the folder that the image is built from: COPY it there, if it is not yet',
    ]);
  });
});

describe('files', () => {
  it('of secrets are mounted at their folder, and never written', () => {
    const { volumes, mounts, secrets } = mounted('secrets: [token, {source: token, target: other}]');
    expect(volumes).toEqual({ 'run-secrets': { secrets: { token: 'token', other: 'token' } } });
    expect([mounts, secrets]).toEqual([{ '/run/secrets': 'run-secrets' }, { token: 'env:TOKEN' }]);
  });

  it('of configs are written, unless there is a secret in them', () => {
    const { volumes, secrets, left } = mounted(
      'configs: [{source: conf, target: /etc/app/a.conf}, {source: file, target: /etc/app/b.conf}, {source: secret, target: /etc/app/c.conf}, conf]',
    );
    expect(volumes).toEqual({ 'etc-app': { secrets: { 'a.conf': 'conf', 'b.conf': 'file', 'c.conf': 'secret' } } });
    expect(secrets).toEqual({ conf: 'a b', file: 'listen 80;\n', secret: 'env:SECRET' });
    expect(left.at(-1)).toBe(
      '2 services.web.configs.3: a file cannot be put into "/": give it a target in a folder of its own',
    );
  });

  it('that are bound are written where they harm nobody', () => {
    const { secrets, mounts } = mounted(
      'volumes: ["./app.conf:/etc/nginx/conf.d/app.conf:ro", "./key.pem:/certs/key.pem"]',
    );
    expect(secrets).toEqual({ web_app_conf: 'listen 80;\n', web_key_pem: 'env:WEB_KEY_PEM' });
    expect(mounts).toEqual({ '/etc/nginx/conf.d': 'etc-nginx-conf-d', '/certs': 'certs' });
  });

  it('that name a service have it reached as they say', () => {
    const { config } = converted(
      'services:\n  proxy: {image: nginx, volumes: ["./p.conf:/etc/nginx/conf.d/p.conf"]}\n  api: {build: .}\n  front: {build: ., ports: ["80:3000"]}\n',
      { beside: { Dockerfile: 'FROM x\n', 'p.conf': 'proxy_pass http://api:5000;\nproxy_pass http://front:3000;\n' } },
    );
    expect(config.services.api).toMatchObject({ port: 5000, transport: 'tcp' });
    expect(config.services.front).toMatchObject({ port: 3000, ingress: 'external' });
  });

  it('that name what is reached in another way are told', () => {
    const { left } = converted(
      'services:\n  proxy: {image: nginx, volumes: ["./p.conf:/etc/nginx/conf.d/p.conf"]}\n  front: {image: x/y, ports: ["80:3000"]}\n',
      {
        beside: { 'p.conf': 'proxy_pass http://front:3000;\n' },
      },
    );
    expect(left).toContain(
      '2 services.proxy.volumes.0: names front:3000, which other services reach as front at port 80: change the file',
    );
  });
});
