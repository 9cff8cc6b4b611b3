import { z } from 'zod';
import type { ServiceConfig, SmokeRequest } from '../domain/config/model.ts';
import { converge } from '../engine/converge.ts';
import { defineRecords } from '../engine/record.ts';
import type { StepContext } from '../engine/step.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import { internalSmoke, SMOKE_TIMEOUT_IN_SECONDS, smokeContainer } from '../resources/app/smoke.ts';
import { smokeJob } from '../resources/job.ts';
import { hashJson } from '../shared/json.ts';
import type { HealthProblem } from './health-problem.ts';
import { followExecution } from './job-execution.ts';
import { appAddress, revisionAddress } from './revisions.ts';
import { asEnvironmentTakes } from './workload-profile.ts';

/** What was last asked from within, and answered well. Version 0.1 wrote the run's id before it. */
const smoked = defineRecords({
  name: 'smoked',
  scope: 'run',
  schema: z.string().transform((subject) => subject.split('/').at(-1) ?? ''),
});

/** `services.*.smoke`: requests that a revision must answer as configured before it gets traffic. */
export async function smokeProblem(
  context: StepContext,
  service: ServiceConfig,
  revision: string | undefined,
): Promise<HealthProblem | Waiting | undefined> {
  const { smoke = [] } = service;
  if (internalSmoke(service).length > 0) return await askFromWithin(context, service, revision);
  if (smoke.length === 0 || service.ingress !== 'external') return undefined;
  const address = revision === undefined ? appAddress(context, service) : revisionAddress(context, service, revision);
  for (const request of smoke) {
    const url = `${address}${request.path}`;
    const answer = await context.azure.probe.request(request.method, url);
    const text = answer ? wrongAnswer(request, answer) : 'does not answer';
    if (text !== undefined) {
      const told = `${request.method} ${url} ${text}`;
      return { kind: 'problem', text: told, isUnhealthy: false, ...(revision !== undefined && { revision }) };
    }
  }
  return undefined;
}

/** By a job in the environment, once for each revision in a run. */
async function askFromWithin(
  context: StepContext,
  service: ServiceConfig,
  revision: string | undefined,
): Promise<Waiting | undefined> {
  const requests = internalSmoke(service);
  const address = revision === undefined ? appAddress(context, service) : revisionAddress(context, service, revision);
  const subject = hashJson({ address, requests: requests.map((request) => ({ ...request })) });
  if (context.memory.read(smoked, service.key) === subject) return undefined;
  const job = smokeJob(context, service);
  const converged = await converge(context, job, { asMade: (one) => asEnvironmentTakes(context, one) });
  if (isWaiting(converged)) return converged;
  const waiting = await followExecution(context, {
    ...{ job, service, subject },
    title: `the smoke test of ${service.name}`,
    timeoutInSeconds: SMOKE_TIMEOUT_IN_SECONDS,
    told: { container: (mark) => smokeContainer(context, address, requests, mark) },
    failure: {
      code: 'smoke_failed',
      hint: `Look at the logs of ${service.name}, or correct services.${service.key}.smoke.`,
    },
  });
  if (waiting) return waiting;
  await context.memory.write(smoked, subject, service.key);
  return undefined;
}

/** What is wrong with an answer; undefined when it is as expected. */
export function wrongAnswer(
  { status, contains }: Pick<SmokeRequest, 'status' | 'contains'>,
  answer: { readonly status: number; readonly body: string },
): string | undefined {
  const isExpected = status === undefined ? answer.status >= 200 && answer.status < 300 : answer.status === status;
  if (!isExpected) return `answers ${answer.status}, not ${status ?? '2xx'}`;
  if (contains !== undefined && !answer.body.includes(contains)) return `does not contain ${JSON.stringify(contains)}`;
  return undefined;
}
