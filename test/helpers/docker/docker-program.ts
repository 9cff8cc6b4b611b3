import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';

// The program that fake-docker.ts puts on the path: a process of its own.

interface Told {
  readonly answers: Readonly<Record<string, { readonly code?: number; readonly says?: string; readonly hangs?: true }>>;
  readonly log: string;
  readonly registry?: Registry;
}

/** Where images are pushed to, whatever host they name. */
interface Registry {
  readonly port: number;
  readonly caCertificate: string;
}
const { told } = globalThis as unknown as { told: Told };
const { answers, log } = told;
const { argv, env, stdin, stdout } = process;

const args = argv.slice(2);
const chunks: Buffer[] = [];
const isSigningIn = args.includes('--password-stdin');
if (isSigningIn || args.at(-1) === '-') for await (const chunk of stdin) chunks.push(chunk as Buffer);
const input = Buffer.concat(chunks);
appendFileSync(
  log,
  `${JSON.stringify({
    args,
    input: input.length,
    password: isSigningIn ? input.toString('utf8') : '',
    env: Object.fromEntries(Object.entries(env).filter(([name]) => /^(DOCKER|BUILDX|DRAFTGENIE)/.test(name))),
    settings: env.DOCKER_CONFIG ? JSON.parse(readFileSync(`${env.DOCKER_CONFIG}/config.json`, 'utf8')) : {},
  })}\n`,
);
const [, answer = {}] = Object.entries(answers).find(([words]) => args.join(' ').startsWith(words)) ?? [];
if (answer.says) stdout.write(answer.says);
if (answer.hangs) setInterval(() => undefined, 1000);
else process.exitCode = answer.code ?? 0;

const settingsFile = `${env.DOCKER_CONFIG}/config.json`;
const settings = () => JSON.parse(readFileSync(settingsFile, 'utf8')) as { auths: Record<string, { auth: string }> };
if (isSigningIn) {
  const auth = Buffer.from(`${args[args.indexOf('--username') + 1]}:${input.toString('utf8')}`).toString('base64');
  writeFileSync(
    settingsFile,
    JSON.stringify({ ...settings(), auths: { ...settings().auths, [args[1] ?? '']: { auth } } }),
  );
}
if (told.registry && args.includes('--push') && process.exitCode === 0) {
  await push(told.registry, args[args.indexOf('--tag') + 1] ?? '', settings().auths);
}

/** An image without content, with what docker was given to sign in: https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
async function push(registry: Registry, reference: string, auths: Record<string, { auth: string }>): Promise<void> {
  const [, server = '', repository = '', tag = ''] = /^([^/]+)\/(.*):([^:]+)$/.exec(reference) ?? [];
  const scope = encodeURIComponent(`repository:${repository}:pull,push`);
  const basic = `Basic ${auths[server]?.auth}`;
  const { body } = await send(registry, server, 'GET', `/oauth2/token?service=${server}&scope=${scope}`, basic);
  const bearer = `Bearer ${(JSON.parse(body) as { access_token: string }).access_token}`;
  const blob = async (content: string) => {
    const begun = await send(registry, server, 'POST', `/v2/${repository}/blobs/uploads/`, bearer);
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    await send(registry, server, 'PUT', `${begun.location}?digest=${digest}`, bearer, content);
    return { digest, size: content.length };
  };
  const config = await blob(JSON.stringify({ os: 'linux', architecture: 'amd64', config: {} }));
  const layer = await blob('a layer');
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = JSON.stringify({
    ...{ schemaVersion: 2, mediaType },
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer }],
  });
  await send(registry, server, 'PUT', `/v2/${repository}/manifests/${tag}`, bearer, manifest, mediaType);
}

function send(
  { port, caCertificate }: Registry,
  server: string,
  method: string,
  path: string,
  authorization: string,
  content = '',
  type = 'application/octet-stream',
): Promise<{ readonly body: string; readonly location: string }> {
  return new Promise((resolve, reject) => {
    const headers = { host: server, authorization, 'content-type': type, 'content-length': Buffer.byteLength(content) };
    const options = { host: '127.0.0.1', port, servername: server, ca: caCertificate, method, path, headers };
    const sent = request(options, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      answer.on('end', () => {
        const isDone = (answer.statusCode ?? 500) < 300;
        if (isDone) resolve({ body, location: answer.headers.location ?? '' });
        else reject(new Error(`${method} ${path}: ${answer.statusCode} ${body}`));
      });
    });
    sent.on('error', reject);
    sent.end(content);
  });
}
