import type { DeploymentConfig, SecretSetting } from '../domain/config/model.ts';
import { COMPOSED, POSTGRES_PASSWORD, rabbitMq } from './connection-strings.ts';

/** The configured secrets and those without which there is no database or queue, by the name under which they are spoken of. */
export function secretSettings(
  config: Pick<DeploymentConfig, 'secrets' | 'services'>,
): Readonly<Record<string, SecretSetting>> {
  const generated: SecretSetting = { source: 'generated' };
  const rabbit = rabbitMq(config);
  return {
    [POSTGRES_PASSWORD]: generated,
    ...(rabbit && { [rabbit.passwordName]: generated }),
    ...config.secrets,
  };
}

/**
 * Whether the value is known without the vault, so that another one there is put back: it is given from outside, or composed. Of
 * all others the vault has the only value, and the next write of secrets takes whatever that is by then.
 */
export function isPutBack(config: Pick<DeploymentConfig, 'secrets' | 'services'>, name: string): boolean {
  const { [name]: setting } = secretSettings(config);
  if (setting) return setting.source === 'literal' || setting.source === 'environment';
  return (Object.values(COMPOSED) as readonly string[]).includes(name);
}

/** How each composed secret begins. */
const BEGINNINGS: Readonly<Record<keyof typeof COMPOSED, string>> = {
  database: 'postgresql://',
  redis: 'rediss://',
  rabbitmq: 'amqp://',
};

/** The secrets that are made of others, with how their values begin; what the configuration gives under such a name is none. */
export function composedSecrets(config: Pick<DeploymentConfig, 'secrets' | 'services'>): ReadonlyMap<string, string> {
  const kinds = Object.entries(BEGINNINGS) as readonly [keyof typeof COMPOSED, string][];
  const made = kinds.filter(([kind]) => kind !== 'rabbitmq' || rabbitMq(config) !== undefined);
  return new Map(
    made
      .map(([kind, begin]) => [COMPOSED[kind], begin] as const)
      .filter(([name]) => !Object.hasOwn(config.secrets, name)),
  );
}
