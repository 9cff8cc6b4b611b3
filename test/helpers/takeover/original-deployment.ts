import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CloudState } from '../../../src/simulator/store.ts';
import { copyExample, createSandbox, type Sandbox } from '../cli.ts';
import { cloudOf, type Group, type GroupResource } from './group.ts';

const RESOURCES = new URL('../../fixtures/original-deployment/resources.json', import.meta.url);
const STATE = new URL('../../fixtures/original-deployment/state.json', import.meta.url);
const TEMPLATE = new URL('../../fixtures/configs/draftgenie.template.yaml', import.meta.url);

/** Where the template has it. */
const STATE_FILE = '.azure-deployment-state.json';
const CONFIG_FILE = 'app/takeover.yaml';
export const CLOUD_FILE = '.draftgenie-deploy/simulator/cloud.json';

/** As the applications have them in their variables, and the state in clear. */
export const SECRETS = {
  'GEMINI-API-KEY': 'gem-key-000111',
  'JWT-SECRET': 'qV9_2ZA1B9nAu9X1916Zb9NpTy04xjAj5efMgp8rZxE',
  'RABBITMQ-PASSWORD': 'ElUaWqbJXoZPJE3xBReQibyQ*iiUCHV5',
  'POSTGRES-PASSWORD': '!H%u#05*9la@#vJ4m$3Oh%$GI2jp7RoT',
  'DATABASE-URL':
    'postgresql://draftgenieadmind1b5e8:!H%u#05*9la@#vJ4m$3Oh%$GI2jp7RoT@draftgenie-postgres.postgres.database.azure.com:5432/draftgenie?sslmode=require',
  'REDIS-URL': 'rediss://:classickey1234567890@draftgenie-redis.redis.cache.windows.net:6380',
} as const;

/** Secrets that no deployment has a reason to write again; the addresses are composed anew, with what they hold encoded. */
export const KEPT_SECRETS = ['GEMINI-API-KEY', 'JWT-SECRET', 'RABBITMQ-PASSWORD', 'POSTGRES-PASSWORD'] as const;

export interface Takeover {
  readonly sandbox: Sandbox;
  /** `--config … --simulate --simulator-profile instant`. */
  readonly simulate: readonly string[];
  /** The resources that were there before, by lower-case id. */
  readonly originals: ReadonlySet<string>;
  /** The state file as the original script left it. */
  readonly originalState: string;
  cloud(): Promise<CloudState>;
}

/** What the original script deployed with the template, and today's users' configuration. */
export async function originalGroup(): Promise<Group> {
  return {
    resources: JSON.parse(await readFile(RESOURCES, 'utf8')) as readonly GroupResource[],
    secrets: { 'draftgenie-kv': SECRETS },
    password: SECRETS['POSTGRES-PASSWORD'],
    revisions: {},
    config: await usersConfig(),
    state: await readFile(STATE, 'utf8'),
  };
}

/**
 * The example application's sources, today's users' configuration, and a cloud in which the original script has deployed them.
 *
 * @param directory where; by default one that goes with the test
 * @param change of the configuration's text
 * @param behaviour of the cloud
 */
export async function originalDeployment({
  directory,
  change = (config) => config,
  behaviour = {},
}: {
  readonly directory?: string;
  readonly change?: (config: string) => string;
  readonly behaviour?: Partial<CloudState['behaviour']>;
} = {}): Promise<Takeover> {
  const group = await originalGroup();
  return await takeoverOf({ ...group, config: change(group.config) }, directory, behaviour);
}

/** The same of any group. */
export async function takeoverOf(
  group: Group,
  directory?: string,
  behaviour: Partial<CloudState['behaviour']> = {},
): Promise<Takeover> {
  if (directory !== undefined) await copyExample(directory);
  const sandbox = await createSandbox(directory);
  await sandbox.write(CONFIG_FILE, group.config);
  if (group.state !== null) await sandbox.write(STATE_FILE, group.state);
  const file = join(sandbox.directory, CLOUD_FILE);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(cloudOf(group, behaviour)));
  return {
    sandbox,
    simulate: ['--config', CONFIG_FILE, '--simulate', '--simulator-profile', 'instant'],
    originals: new Set(group.resources.map(({ id }) => id.toLowerCase())),
    originalState: group.state ?? '',
    cloud: async () => JSON.parse(await sandbox.read(CLOUD_FILE)) as CloudState,
  };
}

/** The template with what its users had to fill in. */
async function usersConfig(): Promise<string> {
  const template = await readFile(TEMPLATE, 'utf8');
  return template
    .replace('gemini_api_key: ""', `gemini_api_key: "${SECRETS['GEMINI-API-KEY']}"`)
    .replace('  sku: "Standard_B1ms"\n', '  sku: "Standard_B1ms"\n  postgres_sku: "Standard_B1ms"\n');
}
