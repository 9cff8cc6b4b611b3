import { randomBytes, randomInt } from 'node:crypto';
import type { JsonObject } from '../../shared/json.ts';

const ADJECTIVES = [
  'ashy',
  'blue',
  'calm',
  'gentle',
  'happy',
  'kind',
  'lively',
  'mango',
  'nice',
  'orange',
  'proud',
  'red',
  'salmon',
  'witty',
];
const NOUNS = [
  'bay',
  'beach',
  'bush',
  'cliff',
  'coast',
  'desert',
  'field',
  'forest',
  'grass',
  'hill',
  'meadow',
  'moss',
  'pond',
  'river',
  'sky',
  'tree',
];

/** Made once, when the environment is: `wittyhill-8a009f22.eastus2.azurecontainerapps.io` and an address. */
export function environmentOutputs(id: string, location: string): JsonObject {
  const region = regionName(location);
  const [, subscription = '', group = ''] = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)/i.exec(id) ?? [];
  const name = id.slice(id.lastIndexOf('/') + 1);
  return {
    defaultDomain: `${pick(ADJECTIVES)}${pick(NOUNS)}-${randomBytes(4).toString('hex')}.${region}.azurecontainerapps.io`,
    // 20.0.0.0/8 is in part Azure's; nothing ever connects to it here.
    staticIp: `20.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`,
    eventStreamEndpoint: `https://${region}.azurecontainerapps.dev/subscriptions/${subscription}/resourceGroups/${group}/managedEnvironments/${name}/eventstream`,
    kedaConfiguration: { version: '2.17.2' },
    daprConfiguration: { version: '1.13.6-msft.1' },
  };
}

/** `westeurope` for `West Europe`. */
export function regionName(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}

/** Address of an app in its environment: internal apps have a name of their own. */
export function appAddress(name: string, defaultDomain: string, external: boolean): string {
  return `${name}.${external ? '' : 'internal.'}${defaultDomain}`;
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? '';
}
