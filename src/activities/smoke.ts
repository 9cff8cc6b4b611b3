import type { ServiceConfig, SmokeRequest } from '../domain/config/model.ts';
import { appAddress, revisionAddress } from './revisions.ts';
import type { HealthProblem } from './service-health.ts';
import type { StepContext } from './step.ts';

/** `services.*.smoke`: requests that a revision must answer as configured before it gets traffic. */
export async function smokeProblem(
  context: StepContext,
  service: ServiceConfig,
  revision: string | undefined,
): Promise<HealthProblem | undefined> {
  const { smoke = [] } = service;
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
