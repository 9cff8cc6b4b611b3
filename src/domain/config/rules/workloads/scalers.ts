import { suggestion } from '../../../../shared/suggestion.ts';
import type { EventScale } from '../../service/service-scale.ts';
import { problem, type RuleProblem } from '../rule.ts';

/** Of each list one is needed. */
type Needs = readonly (readonly string[])[];

/**
 * What a scaler cannot work without, from the page of each at https://keda.sh/docs/latest/scalers/. A parameter may as well be read
 * from a variable (`NAMEFromEnv`), or be a secret. Of the rest of them nothing is known here.
 */
const NEEDS: Readonly<Record<string, Needs>> = {
  'apache-kafka': [['bootstrapServers'], ['consumerGroup']],
  'aws-sqs-queue': [['queueURL'], ['awsRegion']],
  'azure-blob': [['blobContainerName']],
  'azure-pipelines': [['poolID', 'poolName']],
  'azure-queue': [['queueName']],
  'azure-servicebus': [['queueName', 'topicName']],
  cron: [['timezone'], ['start'], ['end'], ['desiredReplicas']],
  external: [['scalerAddress']],
  'external-push': [['scalerAddress']],
  'github-runner': [['runnerScope']],
  kafka: [['bootstrapServers'], ['consumerGroup']],
  mongodb: [['dbName'], ['collection'], ['query'], ['queryValue']],
  mssql: [['query'], ['targetValue']],
  mysql: [['query'], ['queryValue']],
  postgresql: [['query'], ['targetQueryValue']],
  prometheus: [['serverAddress'], ['query'], ['threshold']],
  rabbitmq: [['queueName']],
  redis: [['listName'], ['address', 'addresses', 'host', 'hosts']],
  'redis-streams': [['stream'], ['address', 'addresses', 'host', 'hosts']],
};

/** What must come with another parameter, or with the identity. */
const TOGETHER: Readonly<Record<string, readonly (readonly [given: string, needed: string])[]>> = {
  'azure-queue': [['identity', 'accountName']],
  'azure-servicebus': [
    ['topicName', 'subscriptionName'],
    ['identity', 'namespace'],
  ],
  rabbitmq: [
    ['mode', 'value'],
    ['value', 'mode'],
  ],
};

/** What a scaler lacks, at its place. */
export function scalerProblems(path: readonly string[], scaler: EventScale): readonly RuleProblem[] {
  const { type, metadata } = scaler;
  const given = givenTo(scaler);
  const at = [...path, 'metadata'];
  const missing = (NEEDS[type] ?? []).filter((names) => !names.some((name) => given.has(name)));
  const apart = (TOGETHER[type] ?? []).filter(([first, second]) => given.has(first) && !given.has(second));
  const nameless = Object.entries({ metadata, secrets: scaler.secrets ?? {} }).filter(([, all]) =>
    Object.hasOwn(all, ''),
  );
  return [
    ...nameless.map(([key]) => problem([...path, key], 'has a parameter without a name')),
    ...missing.map((names) => {
      const meant = names.map((name) => suggestion(name, Object.keys(metadata))).find((one) => one !== undefined);
      const hint = meant === undefined ? '' : `; is ${meant} meant to be it?`;
      return problem(at, `${type} needs ${names.join(' or ')}${hint}`);
    }),
    ...apart.map(([first, second]) => problem(at, `with ${first} ${type} needs ${second}`)),
  ];
}

function givenTo({ metadata, secrets = {}, identity }: EventScale): ReadonlySet<string> {
  const read = Object.keys(metadata).map((name) => name.replace(/FromEnv$/, ''));
  return new Set([...Object.keys(metadata), ...read, ...Object.keys(secrets), ...(identity ? ['identity'] : [])]);
}
