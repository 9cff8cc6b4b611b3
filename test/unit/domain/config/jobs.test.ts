import { describe, expect, it } from 'vitest';
import type { DeploymentConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { isWritten } from '../../../../src/domain/config/provenance.ts';
import { cronProblem } from '../../../../src/domain/config/rules/workloads/cron.ts';
import { storedConfigSchema } from '../../../../src/domain/config/stored.ts';
import { userKey } from '../../../../src/domain/config/user-key.ts';

const HEAD = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
secrets: { QUEUE: "env:QUEUE" }
services: { web: { dockerfile: Dockerfile, port: 80 } }
`;

function read(jobs: string): DeploymentConfig {
  const result = parseConfig(`${HEAD}jobs:\n${jobs}`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

function problems(jobs: string): readonly string[] {
  const result = parseConfig(`${HEAD}jobs:\n${jobs}`);
  return result.ok ? [] : result.problems.map(({ path, message, line }) => `${line} ${path}: ${message}`);
}

/** What is wrong with one job, without its own path. */
function wrong(lines: string): readonly string[] {
  return problems(`  sync: { image: busybox, ${lines} }`).map((one) => one.replace('8 jobs.sync.', ''));
}

const EVERYTHING = `
  by_hand: { dockerfile: Dockerfile.job, command: "./run.sh \${HOME}", args: [now], memory: 1Gi, env: { MODE: 0755 } }
  nightly: { image: "busybox:1.37", schedule: "0 3 * * *", parallelism: 4, completions: 2, retries: 3, timeout: 60 }
  queue:
    image: "worker:1"
    event:
      rules:
        rabbit: { type: rabbitmq, metadata: { queueName: jobs, mode: QueueLength, value: 5 }, secrets: { host: queue } }
        bus: { type: azure-servicebus, metadata: { queueName: jobs, namespace: shop }, identity: true }
      max_executions: 7
`;

describe('jobs', () => {
  it('have an image or a build, and start by hand, by the clock or for events', () => {
    const [byHand, nightly, queue] = read(EVERYTHING).jobs ?? [];
    expect(byHand).toEqual({
      key: 'by_hand',
      name: 'by-hand',
      dockerfile: 'Dockerfile.job',
      command: ['/bin/sh', '-c', './run.sh ${HOME}'],
      args: ['now'],
      cpu: 0.5,
      memory: '1Gi',
      env: { MODE: { kind: 'plain', value: '0755' } },
      parallelism: 1,
      completions: 1,
      retries: 0,
      timeoutInSeconds: 1800,
    });
    expect(nightly).toMatchObject({ schedule: '0 3 * * *', completions: 2, retries: 3, timeoutInSeconds: 60 });
    expect(queue?.event).toEqual({
      rules: {
        rabbit: {
          type: 'rabbitmq',
          metadata: { queueName: 'jobs', mode: 'QueueLength', value: '5' },
          secrets: { host: 'QUEUE' },
        },
        bus: { type: 'azure-servicebus', metadata: { queueName: 'jobs', namespace: 'shop' }, identity: true },
      },
      minExecutions: 0,
      maxExecutions: 7,
      pollingIntervalInSeconds: 30,
    });
  });

  it('are stored and read again, and told by the keys of the file', () => {
    const config = read(EVERYTHING);
    expect(storedConfigSchema.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
    expect(userKey('jobs.nightly.timeoutInSeconds')).toBe('jobs.nightly.timeout');
    expect(userKey('jobs.queue.event.maxExecutions')).toBe('jobs.queue.event.max_executions');
    expect(isWritten(config, 'jobs.queue.event.rules')).toBe(true);
  });

  it('leave configurations without them as they were', () => {
    const without = parseConfig(HEAD);
    expect(without.ok && 'jobs' in without.parsed.config).toBe(false);
    const empty = parseConfig(`${HEAD}jobs: {}\n`);
    expect(empty.ok && without.ok && empty.parsed.digest === without.parsed.digest).toBe(true);
  });

  it('may take their Dockerfile from docker.dockerfiles', () => {
    const result = parseConfig(`${HEAD}docker: { dockerfiles: { sync: Dockerfile.sync } }\njobs: { sync: {} }\n`);
    expect(result.ok && result.parsed.config.jobs?.[0]?.dockerfile).toBe('Dockerfile.sync');
  });
});

describe('what is wrong with jobs is told at its place', () => {
  it.each([
    ['schedule: "0 3 * *"', 'schedule: has 4 fields; expected: minute, hour, day of the month, month, day of the week'],
    [
      'schedule: "* * * * *", event: { rules: { a: { type: temporal } } }',
      'event: and schedule are two triggers; make two jobs, or keep one of them',
    ],
    ['event: { rules: {} }', 'event.rules: is empty; what starts the job?'],
    ['event: { rules: { a: { type: http } } }', 'event.rules.a.type: http is for services; it starts no job'],
    [
      'event: { rules: { a: { type: "my scaler" } } }',
      'event.rules.a.type: found "my scaler"; expected the name of a KEDA scaler, such as azure-servicebus',
    ],
    [
      'event: { rules: { a: { type: temporal, secrets: { host: QUEU } } } }',
      'event.rules.a.secrets.host: there is no secret QUEU; did you mean QUEUE?',
    ],
    [
      'event: { rules: { a: { type: temporal } }, min_executions: 9, max_executions: 2 }',
      'event.min_executions: 9 is more than max_executions (2)',
    ],
    ['dockerfile: Dockerfile', 'image: and a Dockerfile are two images; keep one of them'],
    ['cpu: 0.3', 'cpu: found 0.3; allowed: 0.25 to 4 in steps of 0.25'],
    ['env: { A: { secret: QUEU } }', 'env.A: there is no secret QUEU; did you mean QUEUE?'],
    ['env: { A: { service: wep } }', 'env.A: there is no service "wep"; did you mean web?'],
    ['env: { "A B": x }', 'env.A B: found the name "A B"; allowed: [-._a-zA-Z][-._a-zA-Z0-9]*'],
    ['name: web', 'name: "web" is also the name of services.web'],
    ['name: web-migrate', 'name: "web-migrate" is also the name of the migration of services.web'],
    ['name: web-smoke', 'name: "web-smoke" is also the name of the smoke requests of services.web'],
    ['name: 9', 'name: expected text, found 9'],
    ['parallelism: 0', 'parallelism: found 0; at least 1 is required'],
    ['parallelism: 2, completions: 3', 'completions: found 3; at most parallelism (2) is allowed'],
    ['completions: 2', 'completions: found 2; at most parallelism (1) is allowed'],
    ['timeout: 9000000000', 'timeout: found 9000000000; at most 2147483647 is allowed'],
    ['ingress: external', 'ingress: unknown key'],
    ['port: 80', 'port: unknown key; did you mean init?'],
  ])('%s', (lines, message) => {
    expect(wrong(lines)).toEqual([message]);
  });

  it('names and keys are there once', () => {
    expect(problems('  web: { image: busybox }')).toEqual([
      '8 jobs.web: is also the key of a service; choose another one',
    ]);
    expect(problems('  one: { image: busybox }\n  two: { image: busybox, name: one }')).toEqual([
      '9 jobs.two.name: "one" is also the name of jobs.one',
    ]);
    expect(problems('  one: {}')).toEqual(['8 jobs.one: needs an image, or what it is built from: jobs.one.build']);
  });
});

describe('a cron expression', () => {
  it.each(['* * * * *', '0/1 * * * *', '20 0,1,2 * * *', '20 0-2 * * *', '*/15 9-17/2 1,15 1-12 0-6'])('%s', (one) => {
    expect(cronProblem(one)).toBeUndefined();
  });

  it.each([
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 7',
    '5-1 * * * *',
    '*/0 * * * *',
    '@daily',
    '0 0 0 * * *',
    'a * * * *',
    '1, * * * *',
  ])('refuses %s', (one) => {
    expect(cronProblem(one)).toEqual(expect.any(String));
  });
});
