import type { DeploymentConfig, SecretSetting } from '../domain/config/model.ts';
import { MADE_UP, SecretName } from '../domain/config/secrets.ts';
import {
  type ComposedKind,
  composedOf,
  isRead,
  rabbitMq,
  sectionOfSecret,
} from '../domain/sections/composed-secrets.ts';
import { hasSection, type Sections } from '../domain/sections/sections.ts';

type Secrets = Sections & Pick<DeploymentConfig, 'secrets' | 'services' | 'jobs' | 'postgresql'>;

/**
 * The configured secrets and those without which there is no database or queue, by the name under which they are spoken of: all that
 * the vault may have.
 */
export function secretSettings(config: Secrets): Readonly<Record<string, SecretSetting>> {
  const generated: SecretSetting = { source: 'generated' };
  const rabbit = rabbitMq(config);
  return {
    [SecretName.postgresPassword]: generated,
    ...(rabbit && { [rabbit.passwordName]: generated }),
    ...config.secrets,
  };
}

/** Those that a deployment sees to: what is given, and of what would be made up only what there is a use for. */
export function storedSettings(config: Secrets): Readonly<Record<string, SecretSetting>> {
  const settings = Object.entries(secretSettings(config));
  return Object.fromEntries(settings.filter(([name, setting]) => isUsed(config, name, setting)));
}

function isUsed(config: Secrets, name: string, { source }: SecretSetting): boolean {
  const section = sectionOfSecret(config, name);
  if (section !== undefined) return hasSection(config, section);
  // Whoever writes a name of his own wants a secret of that name.
  return source !== 'generated' || !MADE_UP.includes(name) || isRead(config, name);
}

/**
 * Whether the value is known without the vault, so that another one there is put back: it is given from outside, or composed. Of
 * all others the vault has the only value, and the next write of secrets takes whatever that is by then.
 */
export function isPutBack(config: Secrets, name: string): boolean {
  const { [name]: setting } = secretSettings(config);
  if (setting) return PUT_BACK.includes(setting.source);
  return composedSecrets(config).has(name);
}

const PUT_BACK: readonly SecretSetting['source'][] = ['literal', 'environment', 'reference'];

/** How each composed secret begins. */
const BEGINNINGS: Readonly<Record<ComposedKind, string>> = {
  database: 'postgresql://',
  redis: 'rediss://',
  rabbitmq: 'amqp://',
  // A key begins like no other one.
  storageKey: '',
  storage: 'DefaultEndpointsProtocol=https;AccountName=',
};

/** The secrets that are made of others, with how their values begin; what the configuration gives under such a name is none. */
export function composedSecrets(config: Secrets): ReadonlyMap<string, string> {
  return new Map(composedOf(config).map(({ kind, name }) => [name, BEGINNINGS[kind]]));
}
