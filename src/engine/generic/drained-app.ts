import { unzipSync } from 'fflate';
import { AzureError } from '../../azure/errors.ts';
import { UserError } from '../../shared/errors.ts';
import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';
import { defineRecords, doneSchema } from '../record.ts';
import type { StepContext } from '../step.ts';
import { type NotReady, notReady, untilReady } from '../waiting/until-ready.ts';
import type { Waiting } from '../waiting/waiting.ts';

/** Deployments take minutes; one that waits for an approval, or is stuck, is for people. */
const LIMIT_IN_SECONDS = 900;

/** The app had come to its end before the first thing around it was changed: its host may not answer any more. */
const drained = defineRecords({ name: 'drained', scope: 'inherited', schema: doneSchema });

/**
 * Where the orchestrations of an archive are kept, by its host.json (`storageProvider.type`); empty: in the storage of the host.
 * https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-storage-providers
 */
export function durableBackendOf(archive: Uint8Array): string {
  const type = jsonAt(hostJsonOf(archive), 'extensions.durableTask.storageProvider.type');
  return typeof type === 'string' && type.toLowerCase() !== 'azurestorage' ? type : '';
}

function hostJsonOf(archive: Uint8Array): JsonObject {
  try {
    const { 'host.json': file } = unzipSync(archive, { filter: ({ name }) => name === 'host.json' });
    const document: unknown = JSON.parse(Buffer.from(file ?? '{}').toString('utf8'));
    return isJsonObject(document) ? document : {};
  } catch {
    // No archive, or no JSON: whoever publishes it says what is wrong with it.
    return {};
  }
}

/** An app whose orchestrations are about to be looked for elsewhere. */
interface Switched {
  readonly key: string;
  readonly id: string;
  /** As `durableBackendOf` tells it. */
  readonly from: string;
  readonly to: string;
}

/**
 * Nothing of a backend goes with an app to another one, so it changes when nothing is under way; until then nothing around the app is
 * changed either. https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-storage-providers#considerations
 *
 * @throws UserError `orchestrations_under_way`
 */
export async function drainedApp(context: StepContext, app: Switched): Promise<Waiting | undefined> {
  const { memory, azure } = context;
  const mark = `${app.key}:${app.from}:${app.to}`;
  if (memory.read(drained, mark)) return undefined;
  const answer = await untilReady<'drained'>(
    context,
    `drained:${app.key}`,
    async (): Promise<'drained' | NotReady<'drained'>> => {
      const found = await tellable(() => azure.orchestrations(app.id).underWay());
      if (found?.length === 0) return 'drained';
      return notReady({
        on: `the orchestrations of ${nameOf(app)}, which stay behind where it keeps them now`,
        limitInSeconds: LIMIT_IN_SECONDS,
        whenOver: () => {
          throw underWay(app, found);
        },
      });
    },
  );
  if (answer !== 'drained') return answer;
  await memory.write(drained, true, mark);
  return undefined;
}

/** Undefined: the host starts, or does not run. */
async function tellable(ask: () => Promise<readonly string[]>): Promise<readonly string[] | undefined> {
  try {
    return await ask();
  } catch (error) {
    const { statusCode = 0 } = error instanceof AzureError ? error : {};
    if (statusCode === 400 || statusCode >= 500) return undefined;
    throw error;
  }
}

function underWay(app: Switched, found: readonly string[] | undefined): UserError {
  if (found === undefined) {
    return new UserError(
      `The app ${nameOf(app)} does not tell whether orchestrations are under way, since its host does not run.`,
      {
        code: 'orchestrations_under_way',
        hint: 'Install it as it was, so that it runs; where it keeps orchestrations changes when none is under way.',
      },
    );
  }
  return new UserError(
    `The app ${nameOf(app)} would lose sight of orchestrations that are under way: ${found.join(', ')}.`,
    {
      code: 'orchestrations_under_way',
      hint: 'Wait until its runs have ended, or cancel them; then start again.',
    },
  );
}

function nameOf({ id }: Switched): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
