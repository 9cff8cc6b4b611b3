import { asksForTheSame } from '../domain/config/provenance.ts';
import { type RunRequest, runOptionsSchema } from '../domain/run.ts';
import { UserError } from '../shared/errors.ts';
import { sha256 } from '../shared/json.ts';
import type { DeploymentStorage, EnvironmentStores } from '../state/ports.ts';

/** The id that a request's run has. */
export interface EarlierRun {
  readonly runId: string;
  /** The run was made before. */
  readonly isThere: boolean;
}

/**
 * The run of the first call with this idempotency key; of this one when there is no key, or none before. A run that was not made to
 * its end, summary and all, is made by whoever calls again.
 *
 * @param configStored the configuration of this request is stored
 * @throws UserError `key_reused` when the first call asked for something else
 */
export async function runOfKey(
  storage: Pick<DeploymentStorage, 'keyedCall'>,
  { runs }: EnvironmentStores,
  key: string | undefined,
  request: RunRequest,
  configStored: Promise<unknown> = Promise.resolve(),
): Promise<EarlierRun> {
  if (key === undefined) return { runId: request.runId, isThere: false };
  const call = { runId: request.runId, requestDigest: callDigest(request) };
  const first = await storage.keyedCall(request.environment, key, call);
  if (first.requestDigest !== call.requestDigest) throw keyReused(first.runId);
  // Only another call with the same key can have made it already.
  const made = first.runId === request.runId ? undefined : await runs.request(first.runId);
  if (!made) return { runId: first.runId, isThere: false };
  await configStored;
  if (!(await hasSameSections({ runs }, made, request))) throw keyReused(first.runId);
  return { runId: first.runId, isThere: (await runs.summary(first.runId)) !== undefined };
}

/** Whether two requests of one digest, which says nothing of sections, ask for the same ones. */
export async function hasSameSections(
  { runs }: Pick<EnvironmentStores, 'runs'>,
  one: RunRequest,
  other: RunRequest,
): Promise<boolean> {
  if (one.configDigest === other.configDigest) return true;
  return asksForTheSame(await runs.config(one.configDigest), await runs.config(other.configDigest));
}

/** In the order of their schema, as the first version hashed them: it is not that in which somebody put them together. */
function callDigest({ requestDigest, options }: RunRequest): string {
  return sha256(`${requestDigest} ${JSON.stringify(runOptionsSchema.parse(options))}`);
}

function keyReused(runId: string): UserError {
  return new UserError('This Idempotency-Key was used for another request.', {
    code: 'key_reused',
    hint: `Use a new key for each request; this one started ${runId}.`,
  });
}
