import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../helpers/cli.ts';
import { filesBelow } from '../helpers/files.ts';
import { sharedDirectory, sharedMissing } from '../helpers/shared.ts';

const GEMINI = 'canary-gemini-5f1c77';
const MONGODB = 'mongodb+srv://user:canary-mongo-91b3@cluster.example.net/db';
const SIMULATED_CLOUD = '.draftgenie-deploy/simulator/';

interface CloudFile {
  readonly secrets: Readonly<Record<string, Readonly<Record<string, { versions: readonly { value: string }[] }>>>>;
  readonly resources: Readonly<
    Record<string, { extra: { password?: string; keys?: Readonly<Record<string, string>> } }>
  >;
}

/** Every value that nobody but the vault and the simulated services may know. */
async function secretValues(sandbox: Sandbox): Promise<readonly string[]> {
  const cloud = JSON.parse(await sandbox.read(`${SIMULATED_CLOUD}cloud.json`)) as CloudFile;
  const stored = Object.values(cloud.secrets).flatMap((vault) =>
    Object.values(vault).flatMap(({ versions }) => versions.map(({ value }) => value)),
  );
  const known = Object.values(cloud.resources).flatMap(({ extra }) =>
    [extra.password ?? [], Object.values(extra.keys ?? {})].flat(),
  );
  return [...new Set([...stored, ...known, GEMINI, MONGODB, 'canary-mongo-91b3'])];
}

function commandLines(): string {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        // The process has ended meanwhile.
        return '';
      }
    })
    .join('\n');
}

if (sharedDirectory === undefined) process.stdout.write(`secrets.test.ts: ${sharedMissing}\n`);

describe.skipIf(sharedDirectory === undefined)('the configuration of today’s users', () => {
  it('deploys with its key filled in, and no secret value is anywhere but in the vault', async () => {
    const sandbox = await createSandbox();
    const template = await readFile(`${sharedDirectory}/mission/config.template.yaml`, 'utf8');
    const config = template
      .replace('gemini_api_key: ""', `gemini_api_key: "${GEMINI}"`)
      .replace('connection_url: ""', 'connection_url: "env:MONGODB_URL"');
    await writeFile(join(sandbox.directory, 'app/template.yaml'), config);
    let seen = '';
    const args = [
      '--config',
      'app/template.yaml',
      '--simulate',
      '--simulator-profile',
      'instant',
      '--auto-approve',
      '--verbose',
    ];
    const result = await sandbox.run(args, {
      env: { MONGODB_URL: MONGODB },
      when: [{ printed: /store_secrets started/, act: () => (seen = commandLines()) }],
    });
    expect(result.exitCode, result.stderr).toBe(0);
    const second = await sandbox.run([...args, '--output', 'json'], { env: { MONGODB_URL: MONGODB } });
    expect(second.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });
    expect(seen).toContain('template.yaml');

    const values = await secretValues(sandbox);
    expect(values.length).toBeGreaterThan(9);
    const texts = new Map<string, string>([
      ['standard output', result.stdout + second.stdout],
      ['standard error', result.stderr + second.stderr],
      ['process arguments', seen],
    ]);
    const own = filesBelow(sandbox.directory).filter(
      (path) => !path.includes(SIMULATED_CLOUD) && !path.endsWith('template.yaml'),
    );
    for (const path of own) texts.set(path, readFileSync(path, 'latin1'));
    // Bodies sent to Azure, but for the vault's own, and for the two of the database server that must carry a password.
    const bodies = (await sandbox.requests()).filter(
      ({ host, path }) => !host.endsWith('.vault.azure.net') && !/flexibleServers\/[^/]+$/i.test(path),
    );
    texts.set('request bodies', JSON.stringify(bodies.map(({ body }) => body)));
    const leaks = [...texts].flatMap(([place, text]) =>
      values.filter((value) => value.length > 5 && text.includes(value)).map(() => place),
    );
    expect(leaks).toEqual([]);
  });

  it('keeps the password of the database out of every body but its own PATCH', async () => {
    const sandbox = await createSandbox();
    expect((await sandbox.deploy()).exitCode).toBe(0);
    const values = await secretValues(sandbox);
    const requests = (await sandbox.requests()).filter(({ path }) => /flexibleServers\/[^/]+$/i.test(path));
    const carriers = requests.filter(({ body }) =>
      values.some((value) => value.length > 5 && JSON.stringify(body ?? '').includes(value)),
    );
    expect(carriers.map(({ method }) => method)).toEqual(['PATCH']);
  });
});
