import type { DeploymentConfig, ServiceConfig } from '../config/model.ts';
import { SecretName, vaultName } from '../config/secrets.ts';
import type { SectionName } from './names.ts';
import { hasSection } from './sections.ts';

/** Names of the vault secrets that are made of other ones. */
export const COMPOSED = { database: 'DATABASE-URL', redis: 'REDIS-URL', rabbitmq: 'RABBITMQ-URL' } as const;
export type ComposedKind = keyof typeof COMPOSED;

/** Secrets that come of a section, as long as the configuration gives none of its own under that name. */
const SECTION_OF: Readonly<Record<string, SectionName>> = {
  [COMPOSED.database]: 'postgresql',
  [SecretName.postgresPassword]: 'postgresql',
  [COMPOSED.redis]: 'redis',
};

type Secrets = Pick<DeploymentConfig, 'secrets' | 'services' | 'unasked' | 'postgresql'>;

interface Databases {
  readonly postgresql: Pick<DeploymentConfig['postgresql'], 'databases'>;
}

/** One secret that is made of others. */
export interface ComposedSecret {
  readonly kind: ComposedKind;
  readonly name: string;
  /** Of an address of a database beside the first one. */
  readonly database?: string;
}

/** The vault secret with the address of a database beside the first one. */
export function databaseSecret(database: string): string {
  return vaultName(`${COMPOSED.database}-${database}`);
}

/** The section that a secret comes of; undefined: it comes of none. */
export function sectionOfSecret(
  { secrets, postgresql }: Pick<Secrets, 'secrets'> & Databases,
  name: string,
): SectionName | undefined {
  const { [name]: own } = secrets;
  if (own !== undefined && own.source !== 'generated') return undefined;
  return furtherAddresses({ postgresql }).some((one) => one.name === name) ? 'postgresql' : SECTION_OF[name];
}

/** The composed secrets that this deployment makes: of what there is, and what the configuration does not give itself. */
export function composedOf(config: Secrets): readonly ComposedSecret[] {
  return composedNames(config).filter(({ kind, name }) => {
    const section = SECTION_OF[COMPOSED[kind]];
    const isThere = section === undefined ? rabbitMq(config) !== undefined : hasSection(config, section);
    return isThere && !Object.hasOwn(config.secrets, name);
  });
}

/** All that could be composed, whether or not there is what they are made of. */
export function composedNames(config: Databases): readonly ComposedSecret[] {
  const kinds = Object.keys(COMPOSED) as ComposedKind[];
  return [...kinds.map((kind) => ({ kind, name: COMPOSED[kind] })), ...furtherAddresses(config)];
}

function furtherAddresses({ postgresql: { databases = [] } }: Databases): readonly ComposedSecret[] {
  return databases.map((database) => ({ kind: 'database', name: databaseSecret(database), database }));
}

export interface RabbitMq {
  readonly user: string;
  readonly host: string;
  readonly port: number;
  /** The vault secret with its password. */
  readonly passwordName: string;
}

/**
 * The RabbitMQ service of the configuration, with the credentials it is started with; undefined when there is none
 * that can be reached, or none whose password is a secret. Its user is `guest` unless it is told another: https://www.rabbitmq.com/docs/access-control#default-state
 */
export function rabbitMq({ services }: Pick<DeploymentConfig, 'services'>): RabbitMq | undefined {
  const service: ServiceConfig | undefined = services.infrastructure.find(({ key }) => key === 'rabbitmq');
  const password = service?.env.RABBITMQ_DEFAULT_PASS;
  if (service?.port === undefined || password?.kind !== 'secret') return undefined;
  const user = service.env.RABBITMQ_DEFAULT_USER;
  return {
    user: user?.kind === 'plain' ? user.value : 'guest',
    host: service.name,
    port: service.port,
    passwordName: password.name,
  };
}
