import { isJsonObject, type Json, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import type { CloudState } from '../../../src/simulator/store.ts';
import type { Hand } from '../cloud/changes-by-hand.ts';

/** What is said of one thing that was changed. */
interface Told {
  /** Of the resource; empty where it has none of ours. */
  readonly key: string;
  /** In the body, or the end of it; a name that is sure to be said; empty for a resource as a whole. */
  readonly path: string;
  /** In drift: from what we had to what was found. */
  readonly says?: RegExp;
}

/** Things that no line tells, and lines that tell of none of them. */
export function misfits(lines: readonly string[], expected: readonly Told[]): readonly string[] {
  const isToldBy = ({ key, path, says }: Told, line: string): boolean =>
    (key === '' || line.startsWith(`${key} `) || line.startsWith(`${key}:`)) &&
    line.includes(path) &&
    (says === undefined || says.test(line));
  const untold = expected.filter((one) => !lines.some((line) => isToldBy(one, line)));
  const unasked = lines.filter((line) => !expected.some((one) => isToldBy(one, line)));
  return [...untold.map((one) => `not told: ${one.key} ${one.path} ${one.says}`), ...unasked];
}

/** What somebody did to the deployed example, past its deployer: one line of the table of changes by hand. */
export interface HandChange {
  readonly what: string;
  /** True: `drift --fix` puts it back. False: it is told, and stays whatever else is deployed. */
  readonly isOurs: boolean;
  request(hand: Hand): Promise<void>;
  /** Each thing that drift names; none where nothing is to be said. */
  readonly expected: readonly Told[];
}

/** What is done to a vault's secrets, which Resource Manager does not do. */
export interface VaultChange extends Omit<HandChange, 'request'> {
  edit(cloud: CloudState): void;
}

export const POSTGRES = '2025-08-01';
export const APPS = '2026-01-01';
export const SERVER = 'Microsoft.DBforPostgreSQL/flexibleServers/draftgenie-example-pg';
export const REGISTRY = 'Microsoft.ContainerRegistry/registries/draftgenieexampleacr';
export const VAULT = 'Microsoft.KeyVault/vaults/draftgenie-example-kv';
export const REDIS = 'Microsoft.Cache/redisEnterprise/draftgenie-example-redis';
export const ENVIRONMENT = 'Microsoft.App/managedEnvironments/draftgenie-env';
export const app = (name: string): string => `Microsoft.App/containerApps/${name}`;

export const properties = (changed: JsonObject): JsonObject => ({ properties: changed });
export const configuration = (changed: JsonObject): JsonObject => properties({ configuration: changed });

/** The template of an app, changed; somebody's own revision comes of it. */
export async function changeTemplate(
  hand: Hand,
  name: string,
  change: (template: JsonObject, container: JsonObject) => void,
): Promise<void> {
  const live = await hand.get(app(name), APPS);
  const template = structuredClone(jsonAt(live, 'properties.template')) as JsonObject;
  const [container] = template.containers as JsonObject[];
  if (container) change(template, container);
  await hand.patch(app(name), APPS, properties({ template: { ...template, revisionSuffix: 'by-hand' } }));
}

export function variable(container: JsonObject, name: string): JsonObject {
  const found = (container.env as Json[]).filter(isJsonObject).find((one) => one.name === name);
  if (!found) throw new Error(`no variable ${name}`);
  return found;
}

/** The app's references to the vault, as a client has to send them back. */
export async function secretsOf(hand: Hand, name: string): Promise<readonly JsonObject[]> {
  const live = await hand.get(app(name), APPS);
  return (jsonAt(live, 'properties.configuration.secrets') as JsonObject[]).map((one) => ({
    name: one.name ?? '',
    keyVaultUrl: one.keyVaultUrl ?? '',
    identity: one.identity ?? '',
  }));
}
