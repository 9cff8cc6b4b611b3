import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type Json, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import type { CloudState, StoredResource } from '../../../src/simulator/store.ts';
import type { SimulatorRequest } from '../cli.ts';
import { MADE_AT } from './group.ts';
import { KEPT_SECRETS, SECRETS, type Takeover } from './original-deployment.ts';

const OPEN_RULE = '/firewallrules/allowall';
/** Of the one revision that each app had. */
const OLD_REVISION = '--5zj2t4y';

/** Everything that a takeover must not have done, or has left undone, as sentences; none when it is as it should be. */
export async function takeoverProblems(takeover: Takeover): Promise<readonly string[]> {
  const [cloud, requests] = await Promise.all([takeover.cloud(), takeover.sandbox.requests()]);
  return [
    ...outagesOf(requests),
    ...lostData(takeover, cloud, requests),
    ...doorsClosedEarly(requests),
    ...oldWays(cloud),
    ...(await stateProblems(takeover)),
  ];
}

export function outagesOf(requests: readonly SimulatorRequest[]): readonly string[] {
  const told = requests.flatMap(({ method, path, outages = [] }) =>
    outages.map((outage) => `after ${method} ${path}: ${outage}`),
  );
  return told.slice(0, 5);
}

/** What holds data is the same resource as before, with what it held. */
export function lostData(
  { originals }: Takeover,
  { resources, secrets }: CloudState,
  requests: readonly SimulatorRequest[],
): readonly string[] {
  const problems = requests.flatMap(({ method, path }) =>
    method === 'DELETE' && !path.toLowerCase().endsWith(OPEN_RULE) && !/\/revisions\//.test(path)
      ? [`DELETE ${path}`]
      : [],
  );
  for (const id of originals) {
    if (id.endsWith(OPEN_RULE)) continue;
    if (resources[id]?.createdAt !== MADE_AT) problems.push(`${id} is not the resource that it was`);
  }
  const server = ofType(resources, 'Microsoft.DBforPostgreSQL/flexibleServers')[0];
  const login = jsonAt(server?.body ?? {}, 'properties.administratorLogin');
  if (login !== 'draftgenieadmind1b5e8') problems.push(`the login became ${String(login)}`);
  if (server?.extra.password !== SECRETS['POSTGRES-PASSWORD']) problems.push('the password of the server changed');
  if (ofType(resources, 'Microsoft.Cache/redisEnterprise').length > 0) problems.push('a second cache was made');
  const vault = Object.values(secrets)[0] ?? {};
  for (const name of KEPT_SECRETS) {
    const values = (vault[name.toLowerCase()]?.versions ?? []).map(({ value }) => value);
    if (values.join() !== SECRETS[name]) problems.push(`the secret ${name} was written again`);
  }
  const url = vault['database-url']?.versions.at(-1)?.value ?? '';
  if (!url.startsWith('postgresql://draftgenieadmind1b5e8:')) problems.push('DATABASE-URL has another login');
  return problems;
}

/** The admin user, the access policies and the open rule go when nobody needs them any more. */
export function doorsClosedEarly(requests: readonly SimulatorRequest[]): readonly string[] {
  const lastOld = requests.findLastIndex(({ traffic }) =>
    Object.keys(traffic?.weights ?? {}).some((revision) => revision.endsWith(OLD_REVISION)),
  );
  // Each door has grants of its own; registry and vault are seen to side by side.
  const lastGrantOn = (type: 'registries' | 'vaults'): number =>
    requests.findLastIndex(
      ({ method, path }) => method === 'PUT' && new RegExp(`/${type}/[^/]+/.*/roleAssignments/`, 'i').test(path),
    );
  const changes = (path: string, value: Json) => (one: SimulatorRequest) =>
    ['PUT', 'PATCH'].includes(one.method) && isJsonObject(one.body as Json) && jsonAt(one.body as Json, path) === value;
  const adminOff = requests.findIndex(changes('properties.adminUserEnabled', false));
  const policiesOff = requests.findIndex(changes('properties.enableRbacAuthorization', true));
  const ruleGone = requests.findIndex(
    ({ method, path }) => method === 'DELETE' && path.toLowerCase().endsWith(OPEN_RULE),
  );
  const problems: string[] = [];
  if (adminOff === -1) problems.push('the admin user stays');
  else if (adminOff < lastOld) problems.push('the admin user went while old revisions had traffic');
  if (policiesOff === -1) problems.push('the access policies stay');
  else if (policiesOff < lastGrantOn('vaults'))
    problems.push('the access policies went before the grants on the vault were made');
  if (ruleGone === -1) problems.push('the rule that is open to every address stays');
  else if (ruleGone < lastOld) problems.push('the open rule went while old revisions had traffic');
  if (adminOff !== -1 && adminOff < lastGrantOn('registries'))
    problems.push('the admin user went before the grants on the registry were made');
  for (const type of ['registries', 'vaults'] as const)
    if (lastGrantOn(type) === -1) problems.push(`nothing was granted on ${type}`);
  return problems;
}

/** What apps and jobs still have of the original script. */
export function oldWays({ resources }: CloudState): readonly string[] {
  return ofType(resources, 'Microsoft.App/containerApps').flatMap(({ name, body, extra }) => {
    const configuration = jsonAt(body, 'properties.configuration') as JsonObject;
    const text = JSON.stringify([body, newestTemplate(extra)]);
    const problems: string[] = [];
    for (const [secret, value] of Object.entries(SECRETS)) {
      // In JSON as in the body.
      if (text.includes(JSON.stringify(value).slice(1, -1))) problems.push(`${name} has the value of ${secret}`);
    }
    if (text.includes('regpw')) problems.push(`${name} pulls by the password of the admin user`);
    const secrets = Array.isArray(configuration.secrets) ? configuration.secrets.filter(isJsonObject) : [];
    if (secrets.some(({ value }) => value !== undefined)) problems.push(`${name} has a secret with a value`);
    if (/azurecr\.io\/[a-z-]+:latest/.test(text)) problems.push(`${name} runs a tag`);
    return problems;
  });
}

function newestTemplate(extra: JsonObject): JsonObject {
  const revisions = (extra.app as { revisions?: { template: JsonObject }[] } | undefined)?.revisions ?? [];
  return revisions.at(-1)?.template ?? {};
}

/** The old state is kept as a copy, byte by byte; no other file has a secret of it. */
export async function stateProblems({ sandbox, originalState }: Takeover): Promise<readonly string[]> {
  const names = (await readdir(sandbox.directory)).filter((name) => name.startsWith('.azure-deployment-state'));
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(sandbox.directory, name), 'utf8')] as const),
  );
  const problems = texts.some(([, text]) => text === originalState) ? [] : ['no copy of the old state is kept'];
  for (const [name, text] of texts) {
    if (text !== originalState && text.includes(SECRETS['POSTGRES-PASSWORD'])) problems.push(`${name} has a secret`);
  }
  return problems;
}

export function ofType(resources: CloudState['resources'], type: string): readonly StoredResource[] {
  return Object.values(resources).filter((one) => one.type === type);
}
