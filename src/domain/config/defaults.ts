import type { ServiceConfig } from './model.ts';
import type { RawConfig } from './schema.ts';
import { SecretName } from './secrets.ts';
import type { EnvValue } from './service/service-containers.ts';

/** The services that the original script built. */
const ORIGINAL_SERVICES = ['api_gateway', 'speaker_service', 'draft_service', 'rag_service', 'evaluation_service'];

/** Those of the keys that the original script's services have: another application may well have an `api_gateway`. */
export function originalKeys(keys: readonly string[]): readonly string[] {
  return ORIGINAL_SERVICES.filter((key) => keys.includes(key));
}

export function hasOriginalShape(keys: readonly string[]): boolean {
  return originalKeys(keys).length === ORIGINAL_SERVICES.length;
}

/** Whether the services are the original script's application: by all of its keys, unless the file says it. */
export function isDraftGenie({ defaults, services }: Pick<RawConfig, 'defaults' | 'services'>): boolean {
  return defaults ? defaults === 'draftgenie' : hasOriginalShape(Object.keys(services));
}

/** The defaults that the original script gave to its services, by their keys. The configuration overrides or disables them. */
export interface ServiceDefaults {
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly healthPath?: string;
  readonly transport?: ServiceConfig['transport'];
  readonly migration?: { readonly command: readonly string[]; readonly requires: readonly string[] };
}

export interface DefaultsInput {
  readonly corsOrigin: string;
  readonly swaggerEnabled: boolean;
  readonly port: number;
  readonly hasMongodb: boolean;
}

const plain = (value: string): EnvValue => ({ kind: 'plain', value });
const secret = (name: string): EnvValue => ({ kind: 'secret', name });
const address = (key: string, format?: string): EnvValue => ({ kind: 'service', key, ...(format && { format }) });

const LOG_LEVEL = plain('info');
const NODE_ENV = plain('production');
const ENVIRONMENT = plain('production');
const DATABASE_URL = secret('DATABASE-URL');
const REDIS_URL = secret('REDIS-URL');
const RABBITMQ_URL = secret('RABBITMQ-URL');
const JWT_SECRET = secret(SecretName.jwt);
const GEMINI_API_KEY = secret(SecretName.gemini);
const QDRANT_URL = address('qdrant', 'http://{address}');
const ALEMBIC = ['alembic', 'upgrade', 'head'];

export function serviceDefaults(key: string, input: DefaultsInput): ServiceDefaults {
  const PORT = plain(String(input.port));
  const mongodb: Record<string, EnvValue> = input.hasMongodb ? { MONGODB_URL: secret(SecretName.mongodbUrl) } : {};
  const python = { ENVIRONMENT, PORT, GEMINI_API_KEY, DATABASE_URL, LOG_LEVEL };
  switch (key) {
    case 'api_gateway':
      return {
        healthPath: '/api/v1/health',
        env: {
          NODE_ENV,
          PORT,
          SPEAKER_SERVICE_URL: address('speaker_service'),
          DRAFT_SERVICE_URL: address('draft_service'),
          RAG_SERVICE_URL: address('rag_service'),
          EVALUATION_SERVICE_URL: address('evaluation_service'),
          JWT_SECRET,
          CORS_ORIGIN: plain(input.corsOrigin),
          SWAGGER_ENABLED: plain(String(input.swaggerEnabled)),
          LOG_LEVEL,
        },
      };
    case 'speaker_service':
      return {
        env: { NODE_ENV, PORT, JWT_SECRET, DATABASE_URL, REDIS_URL, RABBITMQ_URL, LOG_LEVEL },
        migration: { command: ['npx', 'prisma', 'migrate', 'deploy'], requires: ['apps/speaker-service/prisma'] },
      };
    case 'draft_service':
      return {
        healthPath: '/health',
        env: { ...python, QDRANT_URL, RABBITMQ_URL, ...mongodb },
        migration: { command: ALEMBIC, requires: ['services/draft-service/alembic.ini'] },
      };
    case 'rag_service':
      return {
        healthPath: '/health',
        env: {
          ...python,
          QDRANT_URL,
          SPEAKER_SERVICE_URL: address('speaker_service'),
          DRAFT_SERVICE_URL: address('draft_service'),
          ...mongodb,
        },
        migration: { command: ALEMBIC, requires: ['services/rag-service/alembic.ini'] },
      };
    case 'evaluation_service':
      return {
        healthPath: '/health',
        env: { ...python, DRAFT_SERVICE_URL: address('draft_service') },
        migration: { command: ALEMBIC, requires: ['services/evaluation-service/alembic.ini'] },
      };
    case 'rabbitmq':
      return {
        transport: 'tcp',
        env: { RABBITMQ_DEFAULT_USER: plain('admin'), RABBITMQ_DEFAULT_PASS: secret(SecretName.rabbitmqPassword) },
      };
    case 'qdrant':
      return { transport: 'tcp', env: {} };
    default:
      return { env: {} };
  }
}
