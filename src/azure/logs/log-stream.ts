import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { withTerms } from '../../outbound/terms.ts';
import { isJsonObject, type JsonObject, scalarText } from '../../shared/json.ts';
import type { ArmConnection } from '../arm.ts';
import { followedLogTerms, logStreamTerms } from '../client-terms.ts';
import { AzureError, errorOfException, errorOfResponse } from '../errors.ts';
import type { Arm } from '../ports.ts';
import { APP_LOG_VERSION, containersOf, logToken } from './container-logs.ts';
import type { AppLogs, StreamOptions } from './ports.ts';

/** What the stream says of itself before its first line: https://learn.microsoft.com/azure/container-apps/log-streaming */
const GREETING = /^(?:Connecting to the (?:container|events? )|Successfully Connected to (?:container|events? ))/i;

/**
 * What the runtime of the containers writes before a line: its stream, and whether it is all of it (F) or a part (P), since it cuts
 * longer ones. https://github.com/containerd/containerd/blob/main/docs/cri/config.md (`max_container_log_line_size`)
 */
const MARK = /^(stdout|stderr) ([FP]) ?/;
/** Of parts that are joined. */
const LONGEST_LINE = 1024 * 1024;

/**
 * The streams that `az containerapp logs show` reads: their addresses come with replicas and with the app, and a token for each
 * connection by `getAuthToken` (`stream_containerapp_logs` in
 * https://github.com/Azure/azure-cli/blob/dev/src/azure-cli/azure/cli/command_modules/containerapp/custom.py).
 */
export function createLogStreams(connection: ArmConnection, arm: Arm): Omit<AppLogs, 'query'> {
  return {
    async containers(appId, revision) {
      const replicas = await arm.list(`${appId}/revisions/${revision}/replicas`, APP_LOG_VERSION);
      return replicas.flatMap((replica) =>
        containersOf(replica).flatMap(({ name, logStreamEndpoint }) => {
          const endpoint = scalarText(logStreamEndpoint);
          const found = { revision, replica: scalarText(replica.name), container: scalarText(name), endpoint };
          return endpoint === '' ? [] : [found];
        }),
      );
    },
    async *console(appId, { endpoint }, options) {
      /** What was told of a line so far, by its stream. */
      const begun = new Map<string, string>();
      for await (const { TimeStamp, Log } of objects(connection, arm, appId, endpoint, options)) {
        const log = scalarText(Log);
        if (GREETING.test(log)) continue;
        const [mark = '', stream = '', extent] = MARK.exec(log) ?? [];
        const text = `${begun.get(stream) ?? ''}${log.slice(mark.length)}`;
        if (extent === 'P' && text.length < LONGEST_LINE) begun.set(stream, text);
        else {
          begun.delete(stream);
          yield { time: scalarText(TimeStamp), text, stream: stream || null };
        }
      }
    },
    async *events(appId, endpoint, options) {
      for await (const event of objects(connection, arm, appId, endpoint, options)) {
        const reason = scalarText(event.Reason);
        if (reason === 'ConnectedToEventsServer') continue;
        yield {
          ...{ time: isoTime(scalarText(event.TimeStamp)), text: scalarText(event.Msg), reason },
          revision: scalarText(event.RevisionName),
          replica: scalarText(event.ReplicaName),
          kind: scalarText(event.Type),
        };
      }
    },
  };
}

/** One connection: an object a line. What is none, such as a line that was cut off, is left out. */
async function* objects(
  connection: ArmConnection,
  arm: Arm,
  appId: string,
  endpoint: string,
  options: StreamOptions,
): AsyncGenerator<JsonObject> {
  const body = await open(connection, await logToken(arm, appId, APP_LOG_VERSION), endpoint, options);
  try {
    for await (const line of createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY })) {
      const value = parsed(line);
      if (value) yield value;
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    throw errorOfException(error);
  } finally {
    body.destroy();
  }
}

async function open(
  { transport, cloud }: ArmConnection,
  token: string | undefined,
  endpoint: string,
  { tail, follow, signal }: StreamOptions,
): Promise<Readable> {
  if (token === undefined)
    throw new AzureError({ code: 'UnexpectedAnswer', message: 'getAuthToken answered no token' });
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries({ follow, tailLines: tail, output: 'json' })) {
    url.searchParams.set(name, String(value));
  }
  const request = createPipelineRequest({
    url: url.href,
    method: 'GET',
    streamResponseStatusCodes: new Set([200]),
    ...(signal && { abortSignal: signal }),
  });
  request.headers.set('authorization', `Bearer ${token}`);
  const terms = follow ? followedLogTerms(cloud) : logStreamTerms(cloud);
  const response = await withTerms(transport, terms)
    .sendRequest(request)
    .catch((error: unknown) => {
      signal?.throwIfAborted();
      throw errorOfException(error);
    });
  const { status, headers, bodyAsText, readableStreamBody } = response;
  if (status !== 200) throw errorOfResponse(status, headers.toJSON(), bodyAsText);
  return readableStreamBody instanceof Readable ? readableStreamBody : Readable.from([bodyAsText ?? '']);
}

/** Events have times as Go writes them: https://learn.microsoft.com/azure/container-apps/tutorial-scaling shows `2023-08-01 18:09:52 +0000 UTC`. */
function isoTime(time: string): string {
  const [, date, clock, hours, minutes] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d)\b/.exec(time) ?? [];
  return date === undefined ? time : `${date}T${clock}${hours}:${minutes}`.replace('+00:00', 'Z');
}

function parsed(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
