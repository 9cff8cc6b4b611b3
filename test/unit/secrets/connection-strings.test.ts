import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceConfig } from '../../../src/domain/config/model.ts';
import { rabbitMq } from '../../../src/domain/sections/composed-secrets.ts';
import { databaseUrl, rabbitmqUrl, redisUrl } from '../../../src/secrets/connection-strings.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';

describe('databaseUrl', () => {
  it('is what DraftGenie reads', () => {
    expect(
      databaseUrl({
        user: 'draftgenie',
        password: 'pw',
        host: 'h.postgres.database.azure.com',
        database: 'draftgenie',
      }),
    ).toBe('postgresql://draftgenie:pw@h.postgres.database.azure.com:5432/draftgenie?sslmode=require');
  });

  it('brings any user and password back when it is parsed', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, (user, password) => {
        const url = new URL(databaseUrl({ user, password, host: 'h', database: 'd' }));
        expect([decodeURIComponent(url.username), decodeURIComponent(url.password), url.host]).toEqual([
          user,
          password,
          'h:5432',
        ]);
      }),
    );
  });
});

it('redisUrl has TLS and no user', () => {
  expect(redisUrl({ key: 'a+b/c=', host: 'h', port: '10000' })).toBe('rediss://:a%2Bb%2Fc%3D@h:10000');
});

describe('rabbitMq', () => {
  const service = (env: ServiceConfig['env']): ServiceConfig => ({
    key: 'rabbitmq',
    name: 'queue',
    kind: 'infrastructure',
    image: 'rabbitmq:3',
    port: 5672,
    cpu: 0.5,
    memory: '1Gi',
    minReplicas: 1,
    maxReplicas: 1,
    ingress: 'internal',
    transport: 'tcp',
    env,
    consumer: false,
  });
  const withService = (env: ServiceConfig['env']) =>
    rabbitMq(deploymentConfig({ services: { infrastructure: [service(env)], application: [] } }));

  it('takes the credentials that the service is started with', () => {
    const found = withService({
      RABBITMQ_DEFAULT_USER: { kind: 'plain', value: 'me@home' },
      RABBITMQ_DEFAULT_PASS: { kind: 'secret', name: 'QUEUE-PASSWORD' },
    });
    expect(found).toEqual({ user: 'me@home', host: 'queue', port: 5672, passwordName: 'QUEUE-PASSWORD' });
    expect(found && rabbitmqUrl(found, 'p:w')).toBe('amqp://me%40home:p%3Aw@queue:5672');
  });

  it('is guest without a user of its own, as the image has it', () => {
    const found = withService({ RABBITMQ_DEFAULT_PASS: { kind: 'secret', name: 'QUEUE-PASSWORD' } });
    expect(found).toMatchObject({ user: 'guest', passwordName: 'QUEUE-PASSWORD' });
  });

  it('is nothing when its password is no secret of the deployment', () => {
    expect(withService({})).toBeUndefined();
  });

  it('is nothing when the application has no RabbitMQ', () => {
    expect(rabbitMq(deploymentConfig())).toBeUndefined();
  });
});
