import { AzureError } from '../azure/errors.ts';
import type { StreamOptions } from '../azure/logs/ports.ts';
import type { ArmResource, Azure } from '../azure/ports.ts';
import { nameOf } from '../domain/ids.ts';
import { jsonAt, scalarText } from '../shared/json.ts';
import { mapLimited } from '../shared/map-limited.ts';
import { inOrder, type LogLine } from './log-line.ts';

/** Something that writes lines now: a container of a replica, or the platform about an app. */
export interface LiveSource {
  /** The same for as long as it is the same one. */
  readonly key: string;
  lines(options: StreamOptions): AsyncGenerator<LogLine>;
}

/** Azure gives so many lines of before: `--tail` of https://learn.microsoft.com/cli/azure/containerapp/logs */
export const MOST_TAIL = 300;
const AT_A_TIME = 8;

/** The containers of all replicas of an app, or of one revision. @throws AzureError */
export async function consoleSources(
  { apps, logs }: Pick<Azure, 'apps' | 'logs'>,
  appId: string,
  revision: string | undefined,
): Promise<readonly LiveSource[]> {
  const [, , subscription = '', , group = ''] = appId.split('/');
  const revisions = await apps.revisions(subscription, group, nameOf(appId));
  const wanted = revisions.filter(({ name, active }) => (revision === undefined ? active : name === revision));
  const found = await mapLimited(
    wanted,
    AT_A_TIME,
    async ({ name }) => await orNone(() => logs.containers(appId, name)),
  );
  return found.flat().map((stream) => ({
    key: `${stream.replica}/${stream.container}`,
    async *lines(options) {
      const { revision: of, replica, container } = stream;
      for await (const { time, text, stream: out } of logs.console(appId, stream, options)) {
        yield { source: 'console', time, revision: of, replica, container, stream: out, reason: null, text };
      }
    },
  }));
}

/** What the platform says of an app, or of one revision. */
export function systemSources(
  { logs }: Pick<Azure, 'logs'>,
  app: ArmResource,
  revision: string | undefined,
): readonly LiveSource[] {
  const endpoint = scalarText(jsonAt(app, 'properties.eventStreamEndpoint'));
  if (endpoint === '') return [];
  return [
    {
      key: 'system',
      async *lines(options) {
        for await (const event of logs.events(app.id, endpoint, options)) {
          const { time, revision: of, replica, reason, text } = event;
          if (revision !== undefined && of !== revision) continue;
          yield { source: 'system', time, revision: of, replica, container: '', stream: null, reason, text };
        }
      },
    },
  ];
}

/**
 * The last lines of all of them, the oldest first.
 * @param isPassing whether one that fails so has none, as one that is gone by then
 */
export async function lastLines(
  sources: readonly LiveSource[],
  tail: number,
  isPassing: (error: unknown) => boolean = isGone,
): Promise<readonly LogLine[]> {
  const options = { tail: Math.min(tail, MOST_TAIL), follow: false };
  const all = await mapLimited(sources, AT_A_TIME, async ({ lines }) =>
    orNone(async () => {
      const own: LogLine[] = [];
      for await (const line of lines(options)) own.push(line);
      return own;
    }, isPassing),
  );
  return inOrder(all.flat());
}

async function orNone<Item>(
  read: () => Promise<readonly Item[]>,
  isPassing: (error: unknown) => boolean = isGone,
): Promise<readonly Item[]> {
  try {
    return await read();
  } catch (error) {
    if (isPassing(error)) return [];
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof AzureError && error.statusCode === 404;
}
