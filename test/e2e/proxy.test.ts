import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { type Authority, createAuthority } from '../../src/simulator/tls/authority.ts';
import { startAzurite } from '../helpers/azurite.ts';
import { type CliOptions, type CliResult, createSandbox, type Sandbox } from '../helpers/cli.ts';
import { type ConnectProxy, startConnectProxy } from '../helpers/http/connect-proxy.ts';
import { serve } from '../helpers/http/served-app.ts';
import { AZURE, deployerOf } from '../helpers/http/simulated-azure.ts';
import { startTlsFront } from '../helpers/http/tls-front.ts';

const WITHOUT_NAMES = fileURLToPath(new URL('../helpers/http/without-names.ts', import.meta.url));
const CREDENTIALS = { user: 'build', password: 'canary-proxy-8e41' };
const REPOSITORY = 'https://git.example.com/org/app.git';
const DEPLOY = ['--config', 'app/config.yaml', '--auto-approve', '--output', 'json'];

/** A command line that finds no host but through the proxy, and trusts the authorities of this network. */
function behind(sandbox: Sandbox, proxy: ConnectProxy, authorities: readonly string[]) {
  const names = join(sandbox.directory, 'names.txt');
  const authorityFile = join(sandbox.directory, 'authorities.pem');
  const env = {
    HTTPS_PROXY: `http://${CREDENTIALS.user}:${CREDENTIALS.password}@127.0.0.1:${proxy.port}`,
    HTTP_PROXY: `http://127.0.0.1:${proxy.port}`,
    NODE_EXTRA_CA_CERTS: authorityFile,
    FORBIDDEN_NAMES: names,
  };
  return {
    /** Names that the process itself wanted to look up. */
    askedForNames: () => existsSync(names),
    async run(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
      await writeFile(authorityFile, authorities.join('\n'));
      const result = await sandbox.run(args, { imports: [WITHOUT_NAMES], ...options, env: { ...env, ...options.env } });
      expect(`${result.stdout}${result.stderr}`).not.toContain(CREDENTIALS.password);
      return result;
    },
  };
}

/** A git host over HTTPS, for one repository of this machine. */
async function gitHost(authority: Authority, folder: string): Promise<number> {
  const server = createServer((_, response) => {
    const refs = execFileSync('git', ['upload-pack', '--stateless-rpc', '--advertise-refs', folder]);
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
    response.end(Buffer.concat([Buffer.from('001e# service=git-upload-pack\n0000'), refs]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => void server.close());
  return await startTlsFront(authority, (server.address() as AddressInfo).port);
}

function committed(folder: string): void {
  const git = (...words: string[]): Buffer => execFileSync('git', ['-C', folder, ...words]);
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '--all');
  git('-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '--message', 'one');
}

describe('what was seen: 10. HTTPS_PROXY was honoured by some of the clients only', () => {
  it('a whole deployment, its state and its failures go through the proxy that is the only way out', async () => {
    const simulator = await startSimulator({ profile: 'instant' });
    onTestFinished(() => simulator.close());
    const azurite = await startAzurite();
    onTestFinished(() => azurite.stop());
    const authority = await createAuthority('Test authority');
    const sandbox = await createSandbox();
    const folder = join(sandbox.directory, 'app');
    committed(folder);
    simulator.behave({ gitRepositories: { [REPOSITORY]: folder } });
    const others: Readonly<Record<string, number>> = {
      'git.example.com': await gitHost(authority, folder),
      'devstoreaccount1.blob.example.com': await startTlsFront(authority, azurite.blobPort),
    };
    const closed = new Set<string>();
    const proxy = await startConnectProxy({
      refuses: (host) => (closed.has(host) ? 407 : undefined),
      credentials: CREDENTIALS,
      portOf: (host) => others[host] ?? (AZURE.test(host) ? simulator.port : undefined),
    });
    const client = behind(sandbox, proxy, [simulator.caCertificate, authority.certificate]);
    const env = {
      ...deployerOf(simulator),
      AZURE_STATE_STORAGE: 'blob',
      DEPLOYMENT_STORAGE: azurite.connectionString
        .replace('DefaultEndpointsProtocol=http;', 'DefaultEndpointsProtocol=https;')
        .replace(/BlobEndpoint=[^;]+/, 'BlobEndpoint=https://devstoreaccount1.blob.example.com'),
    };

    const first = await client.run(DEPLOY, { env });
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.events.at(-1)).toMatchObject({ status: 'succeeded', failed: [] });
    const again = await client.run(DEPLOY, { env });
    expect(again.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });

    // From a repository, to an app that falls ill: its logs are read.
    await appendFile(join(folder, 'config.yaml'), '\n');
    const config = await sandbox.read('app/config.yaml');
    await sandbox.write('app/config.yaml', config.replace(/^docker:$/m, `docker:\n  source: "${REPOSITORY}#main"`));
    simulator.behave({ unhealthy: { 'draft-service': 'crash' } });
    const ill = await client.run(DEPLOY, { env });
    expect(ill.exitCode, ill.stderr).toBe(1);

    expect(client.askedForNames()).toBe(false);
    const asked = new Set(simulator.requests().map(({ host }) => host));
    for (const kind of [
      'management.azure.com',
      'login.microsoftonline.com',
      '.vault.azure.net',
      '.azurecr.io',
      '.blob.core.windows.net',
      '.azurecontainerapps.io',
      '.azurecontainerapps.dev',
    ]) {
      expect(
        [...asked].filter((host) => host.endsWith(kind)),
        kind,
      ).not.toEqual([]);
    }
    expect(proxy.hosts()).toEqual(new Set([...asked, ...Object.keys(others)]));
    // The registry of public images is asked for new ones, too; there is none here, of which a plan tells.
    const isPublicImage = (target: string): boolean => target === 'CONNECT registry-1.docker.io:443';
    expect(proxy.asked.filter(({ status, target }) => status !== 200 && !isPublicImage(target))).toEqual([]);

    // The proxy's refusals, told plainly.
    const stranger = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    const refused = await client.run(DEPLOY, { env: { ...env, ...stranger } });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(
      /proxy http:\/\/127\.0\.0\.1:\d+ refuses the connection to devstoreaccount1\.blob\.example\.com: it answers 407/,
    );
    expect(refused.stderr).toContain('(proxy_refused)');
    expect(refused.stderr).toContain('Put user and password into HTTPS_PROXY');
    const local = { AZURE_STATE_STORAGE: 'file', DEPLOYMENT_STORAGE: '' };
    closed.add('git.example.com');
    const ofGit = await client.run(DEPLOY, { env: { ...env, ...local } });
    expect(ofGit.stdout).toMatch(/refuses the connection to git\.example\.com: it answers 407; .* \(proxy_refused\)/);
    await sandbox.write('app/config.yaml', config);
    const unsigned = await client.run(DEPLOY, { env: { ...env, ...local, ...stranger } });
    expect(unsigned.exitCode).toBe(1);
    expect(unsigned.stdout).toMatch(/refuses the connection to login\.microsoftonline\.com: it answers 407/);
    expect(unsigned.stdout).toContain('proxy_refused');
    const wrong = await client.run(DEPLOY, { env: { ...env, HTTPS_PROXY: `proxy:${CREDENTIALS.password}` } });
    expect(wrong.exitCode).toBe(64);
    expect(wrong.stderr).toContain('proxy_setting_invalid');

    // Whoever is exempt is looked for without the proxy.
    expect(client.askedForNames()).toBe(false);
    await client.run(DEPLOY, { env: { ...env, NO_PROXY: '.example.com' } });
    expect(await sandbox.read('names.txt')).toMatch(/^(devstoreaccount1\.blob\.example\.com\n)+$/);
  });

  it('a served app is reached through the proxy, and itself keeps what is of its machine from one', async () => {
    const nowhere = await startConnectProxy({ portOf: () => undefined });
    const itsProxy = `http://127.0.0.1:${nowhere.port}`;
    const app = await serve({ env: { HTTPS_PROXY: itsProxy, HTTP_PROXY: itsProxy, NO_PROXY: '' } });
    const authority = await createAuthority('Test authority');
    const front = await startTlsFront(authority, Number(new URL(app.url).port));
    const proxy = await startConnectProxy({
      credentials: CREDENTIALS,
      portOf: (host) => (host === 'deployer.example.com' ? front : undefined),
    });
    const sandbox = await createSandbox();
    const client = behind(sandbox, proxy, [authority.certificate]);
    const remote = ['--remote', 'https://deployer.example.com'];
    const env = { DRAFTGENIE_KEY: app.key };

    const first = await client.run([...DEPLOY, ...remote], { env });
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.events.at(-1)).toMatchObject({ status: 'succeeded', failed: [] });
    expect(proxy.hosts()).toEqual(new Set(['deployer.example.com']));
    expect(client.askedForNames()).toBe(false);
    expect(nowhere.asked).toEqual([]);

    const stranger = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    const refused = await client.run(['status', ...remote], { env: { ...env, ...stranger } });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/refuses the connection to deployer\.example\.com: it answers 407/);
  });
});
