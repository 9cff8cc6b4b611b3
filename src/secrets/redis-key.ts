import type { StepContext } from '../engine/step.ts';
import { classicRedis } from '../resources/redis-classic.ts';
import { managedRedisDatabase } from '../resources/redis-managed-database.ts';
import { UserError } from '../shared/errors.ts';
import { jsonAt } from '../shared/json.ts';

/** The access key of the environment's Redis; in memory only. */
export async function readRedisKey(context: StepContext): Promise<string> {
  const isClassic = context.outputs.read('redisKind') === 'classic';
  const { id, kind } = isClassic ? classicRedis(context) : managedRedisDatabase(context);
  const reply = await context.azure.arm.post(`${id}/listKeys`, kind.apiVersion, undefined, { repeatable: true });
  const key = reply.kind === 'done' ? jsonAt(reply.body, 'primaryKey') : undefined;
  if (typeof key === 'string' && key !== '') return key;
  throw new UserError('Azure answers no access key for Redis.', {
    code: 'azure_answer_incomplete',
    hint: 'Check that access keys are on for the cache, then start the deployment again.',
  });
}
