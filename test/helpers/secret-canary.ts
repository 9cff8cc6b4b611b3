import { readdirSync, readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import type { CliOptions, CliResult, Sandbox } from './cli.ts';
import { filesBelow } from './files.ts';

/** Marked values: whoever finds one of them outside of the vault has found a leak. */
export const GEMINI = 'canary-gemini-5f1c77';
const MONGODB_PASSWORD = 'canary-mongo-91b3';
const MONGODB = `mongodb+srv://user:${MONGODB_PASSWORD}@cluster.example.net/db`;
const TEMPLATE = new URL('../fixtures/configs/draftgenie.template.yaml', import.meta.url);
/** Where the simulated vault lives, and the services that know their own passwords. */
const SIMULATED_CLOUD = '.draftgenie-deploy/simulator/';
const APPLICATION = '/app/';
/** The simulator fails a job whose image holds it, with these lines in its log. */
const FAILING_JOB = 'app/services/draft-service/app/.failing-job';

interface CloudFile {
  readonly secrets: Readonly<Record<string, Readonly<Record<string, { versions: readonly { value: string }[] }>>>>;
  readonly resources: Readonly<
    Record<string, { extra: { password?: string; keys?: Readonly<Record<string, string>> } }>
  >;
}

async function cloudOf(sandbox: Sandbox): Promise<CloudFile> {
  return JSON.parse(await sandbox.read(`${SIMULATED_CLOUD}cloud.json`)) as CloudFile;
}

/** Every value that nobody but the vault and the simulated services may know. */
export async function secretValues(sandbox: Sandbox): Promise<readonly string[]> {
  const cloud = await cloudOf(sandbox);
  const stored = Object.values(cloud.secrets).flatMap((vault) =>
    Object.values(vault).flatMap(({ versions }) => versions.map(({ value }) => value)),
  );
  const known = Object.values(cloud.resources).flatMap(({ extra }) =>
    [extra.password ?? [], Object.values(extra.keys ?? {})].flat(),
  );
  const values = [...stored, ...known, GEMINI, MONGODB, MONGODB_PASSWORD];
  return [...new Set(values)].filter((value) => value.length > 5);
}

/** The newest value of a secret of the simulated vault. */
export async function secretValue(sandbox: Sandbox, name: string): Promise<string> {
  // Names of secrets are not case-sensitive.
  const [value] = Object.values((await cloudOf(sandbox)).secrets).flatMap(
    (vault) => vault[name.toLowerCase()]?.versions.at(-1)?.value ?? [],
  );
  if (value === undefined) throw new Error(`the simulated vault has no ${name}`);
  return value;
}

/** Where one of the values stands: in what was printed, in a file, in a request to Azure, or in a text of one's own. */
export async function leaks(
  sandbox: Sandbox,
  results: readonly CliResult[],
  more: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const texts = new Map<string, string>(Object.entries(more));
  for (const [index, { stdout, stderr }] of results.entries()) {
    texts.set(`standard output of run ${index + 1}`, stdout);
    texts.set(`standard error of run ${index + 1}`, stderr);
  }
  for (const path of filesBelow(sandbox.directory)) {
    const isOurs = !path.includes(SIMULATED_CLOUD) && !path.startsWith(join(sandbox.directory, APPLICATION));
    if (isOurs) texts.set(path, readFileSync(path, 'latin1'));
  }
  // But for the vault's own bodies, and for the two of the database server that must carry a password.
  const bodies = (await sandbox.requests()).filter(
    ({ host, path }) => !host.endsWith('.vault.azure.net') && !/flexibleServers\/[^/]+$/i.test(path),
  );
  texts.set('request bodies', JSON.stringify(bodies.map(({ body }) => body)));
  const values = await secretValues(sandbox);
  return [...texts].flatMap(([place, text]) => values.filter((value) => text.includes(value)).map(() => place));
}

/** Every blob of a storage account, by its name. */
export async function blobTexts(connectionString: string): Promise<Record<string, string>> {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const texts: Record<string, string> = {};
  for await (const { name: container } of service.listContainers()) {
    const client = service.getContainerClient(container);
    for await (const { name, metadata } of client.listBlobsFlat({ includeMetadata: true })) {
      const content = await client.getBlobClient(name).downloadToBuffer();
      texts[`${container}/${name}`] = content.toString('latin1') + JSON.stringify(metadata ?? {});
    }
  }
  return texts;
}

/** The argument lists of all processes of this machine. */
export function commandLines(): string {
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

/** Today's configuration with a marked key written in, and a marked address in the environment. */
export async function deployWithCanaries(
  sandbox: Sandbox,
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<CliResult> {
  const template = await readFile(TEMPLATE, 'utf8');
  const config = template
    .replace('gemini_api_key: ""', `gemini_api_key: "${GEMINI}"`)
    .replace('connection_url: ""', 'connection_url: "env:MONGODB_URL"');
  await writeFile(join(sandbox.directory, 'app/template.yaml'), config);
  const base = ['--config', 'app/template.yaml', '--simulate', '--auto-approve', '--verbose'];
  return await sandbox.run([...base, ...args], { ...options, env: { MONGODB_URL: MONGODB, ...options.env } });
}

/** Makes the migration of draft-service fail and print these lines, as an application does that logs its settings. */
export async function failMigration(sandbox: Sandbox, lines: readonly string[]): Promise<void> {
  await writeFile(join(sandbox.directory, FAILING_JOB), ['2', ...lines, ''].join('\n'));
}

export async function mendMigration(sandbox: Sandbox): Promise<void> {
  await rm(join(sandbox.directory, FAILING_JOB));
}
