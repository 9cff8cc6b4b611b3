import { setTimeout as sleep } from 'node:timers/promises';
import { type WhatIfChange, whatIfChanges } from '../../domain/templates/what-if.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { AzureError } from '../errors.ts';
import type { Arm } from '../ports.ts';

export type WhatIf =
  | { readonly kind: 'known'; readonly changes: readonly WhatIfChange[] }
  /** It could not be asked, or was not answered; a deployment may work all the same. */
  | { readonly kind: 'unknown'; readonly why: string };

/** A question, and no work: it takes seconds, and whoever asks can do without the answer. */
const ANSWERED_WITHIN_MS = 60_000;

/**
 * Asks what a deployment would change: https://learn.microsoft.com/rest/api/resources/deployments/what-if. Nothing is changed by it.
 *
 * @param id of the deployment, whether there is one or not
 * @param request as it would be sent
 * @throws AzureError only for what passes, so that the question is asked again
 */
export async function whatIf(
  arm: Pick<Arm, 'post' | 'poll'>,
  id: string,
  apiVersion: string,
  request: JsonObject,
): Promise<WhatIf> {
  try {
    const answer = await answerOf(arm, id, apiVersion, request);
    return answer === undefined
      ? { kind: 'unknown', why: `Azure did not answer within ${ANSWERED_WITHIN_MS / 1000} seconds` }
      : { kind: 'known', changes: whatIfChanges(answer) };
  } catch (error) {
    if (!(error instanceof AzureError) || isPassing(error)) throw error;
    return { kind: 'unknown', why: `${error.code}: ${error.message}` };
  }
}

async function answerOf(
  arm: Pick<Arm, 'post' | 'poll'>,
  id: string,
  apiVersion: string,
  { properties }: JsonObject,
): Promise<Json | undefined> {
  const body = {
    properties: { ...(properties as JsonObject), whatIfSettings: { resultFormat: 'FullResourcePayloads' } },
  };
  const reply = await arm.post(`${id}/whatIf`, apiVersion, body, { repeatable: true });
  if (reply.kind === 'done') return reply.body;
  let { retryAfterInSeconds } = reply;
  for (let passed = 0; passed < ANSWERED_WITHIN_MS; ) {
    const pause = Math.min(retryAfterInSeconds * 1000, ANSWERED_WITHIN_MS - passed);
    await sleep(pause);
    passed += Math.max(pause, 1);
    const progress = await arm.poll(reply.operation);
    if (progress.kind === 'succeeded') return progress.body;
    retryAfterInSeconds = progress.retryAfterInSeconds;
  }
  return undefined;
}

function isPassing({ statusCode = 0 }: AzureError): boolean {
  return statusCode === 429 || statusCode >= 500 || statusCode === 0;
}
