import type { DeploymentConfig, ServiceConfig } from '../domain/config/model.ts';

/** Names of the vault secrets that are made of other ones. */
export const COMPOSED = { database: 'DATABASE-URL', redis: 'REDIS-URL', rabbitmq: 'RABBITMQ-URL' } as const;
export const POSTGRES_PASSWORD = 'POSTGRES-PASSWORD';

const POSTGRES_PORT = 5432;

/** `postgresql://USER:PASSWORD@HOST:5432/DATABASE?sslmode=require`, with user and password percent-encoded. */
export function databaseUrl(parts: {
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly database: string;
}): string {
  const { user, password, host, database } = parts;
  return `postgresql://${encode(user)}:${encode(password)}@${host}:${POSTGRES_PORT}/${encode(database)}?sslmode=require`;
}

/** `rediss://:KEY@HOST:PORT` */
export function redisUrl({ key, host, port }: { key: string; host: string; port: string }): string {
  return `rediss://:${encode(key)}@${host}:${port}`;
}

/** `amqp://USER:PASSWORD@HOST:PORT`; host and port of the app inside the environment. */
export function rabbitmqUrl({ user, host, port }: RabbitMq, password: string): string {
  return `amqp://${encode(user)}:${encode(password)}@${host}:${port}`;
}

export interface RabbitMq {
  readonly user: string;
  readonly host: string;
  readonly port: number;
  /** The vault secret with its password. */
  readonly passwordName: string;
}

/** The RabbitMQ service of the configuration, with the credentials it is started with; undefined when there is none that can be reached. */
export function rabbitMq({ services }: Pick<DeploymentConfig, 'services'>): RabbitMq | undefined {
  const service: ServiceConfig | undefined = services.infrastructure.find(({ key }) => key === 'rabbitmq');
  if (service?.port === undefined) return undefined;
  const user = service.env.RABBITMQ_DEFAULT_USER;
  const password = service.env.RABBITMQ_DEFAULT_PASS;
  return {
    user: user?.kind === 'plain' ? user.value : 'admin',
    host: service.name,
    port: service.port,
    passwordName: password?.kind === 'secret' ? password.name : 'RABBITMQ-PASSWORD',
  };
}

/** Stricter than encodeURIComponent: what it leaves (`!'()*`) has a meaning to some URL parsers. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
