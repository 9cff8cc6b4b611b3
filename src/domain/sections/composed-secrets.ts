import type { DeploymentConfig, ServiceConfig } from '../config/model.ts';
import { SecretName, vaultName } from '../config/secrets.ts';
import { secretsOf } from '../config/service/service-secrets.ts';
import { shareVolumesOf } from '../config/service/service-shares.ts';
import { workloads } from '../config/workloads.ts';
import type { SectionName } from './names.ts';
import { hasSection, type Sections } from './sections.ts';

/** Names of the vault secrets that are made of other ones. */
export const COMPOSED = {
  database: 'DATABASE-URL',
  redis: 'REDIS-URL',
  rabbitmq: 'RABBITMQ-URL',
  storageKey: SecretName.storageKey,
  storage: 'STORAGE-CONNECTION-STRING',
} as const;
export type ComposedKind = keyof typeof COMPOSED;

/** Secrets that come of a section, as long as the configuration gives none of its own under that name. */
const SECTION_OF: Readonly<Record<string, SectionName>> = {
  [COMPOSED.database]: 'postgresql',
  [SecretName.postgresPassword]: 'postgresql',
  [COMPOSED.redis]: 'redis',
  [COMPOSED.storageKey]: 'storage',
  [COMPOSED.storage]: 'storage',
};

type Secrets = Sections & Pick<DeploymentConfig, 'secrets' | 'services' | 'jobs' | 'postgresql'>;

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
    return isThere && isWanted(config, kind) && !Object.hasOwn(config.secrets, name);
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

/** The key of the account is asked for where something is opened with it, and is nowhere else. */
function isWanted(config: Secrets, kind: ComposedKind): boolean {
  if (kind === 'storageKey') return mountsBySmb(config) || isRead(config, COMPOSED.storageKey);
  return kind !== 'storage' || isRead(config, COMPOSED.storage);
}

/** Whether any secret of this deployment is, or has in it, the key of the account. */
export function asksForAccountKey(config: Secrets): boolean {
  return composedOf(config).some(({ kind }) => kind === 'storageKey' || kind === 'storage');
}

/** Whether a service or a job names it, wherever. */
export function isRead(config: Pick<DeploymentConfig, 'services' | 'jobs'>, secret: string): boolean {
  return workloads(config).some(({ workload }) => secretsOf(workload).some(({ name }) => name === secret));
}

/** Whether a share is mounted that asks for the key of its account. */
export function mountsBySmb(config: Pick<DeploymentConfig, 'services' | 'jobs' | 'storage'>): boolean {
  const mounted = workloads(config).flatMap(({ workload }) => shareVolumesOf(workload));
  return mounted.some(({ share }) => config.storage?.shares[share]?.protocol === 'smb');
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
 * that can be reached, none whose password is a secret, or none whose user stands in the file. Its user is `guest` unless it is told another: https://www.rabbitmq.com/docs/access-control#default-state
 */
export function rabbitMq({ services }: Pick<DeploymentConfig, 'services'>): RabbitMq | undefined {
  const service: ServiceConfig | undefined = services.infrastructure.find(({ key }) => key === 'rabbitmq');
  const password = service?.env.RABBITMQ_DEFAULT_PASS;
  if (service?.port === undefined || password?.kind !== 'secret') return undefined;
  const user = service.env.RABBITMQ_DEFAULT_USER;
  if (user?.kind === 'reference') return undefined;
  return {
    user: user?.kind === 'plain' ? user.value : 'guest',
    host: service.name,
    port: service.port,
    passwordName: password.name,
  };
}
