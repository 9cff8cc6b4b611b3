import type { RabbitMq } from '../domain/sections/composed-secrets.ts';

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

/** https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string */
export function storageConnectionString({
  account,
  key,
  suffix,
}: {
  readonly account: string;
  readonly key: string;
  /** `core.windows.net` */
  readonly suffix: string;
}): string {
  return `DefaultEndpointsProtocol=https;AccountName=${account};AccountKey=${key};EndpointSuffix=${suffix}`;
}

/** Stricter than encodeURIComponent: what it leaves (`!'()*`) has a meaning to some URL parsers. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
