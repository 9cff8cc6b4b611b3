import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpClient } from '@azure/core-rest-pipeline';
import {
  type BlobRequestConditions,
  BlobServiceClient,
  type ContainerClient,
  type RestError,
  type StoragePipelineOptions,
} from '@azure/storage-blob';
import { outboundCodeOf } from '../../outbound/failure.ts';
import { storageTransport } from '../../outbound/storage-transport.ts';
import { type AllowedOrigins, withTerms } from '../../outbound/terms.ts';
import { isNoAnswer, type TimeLimits } from '../../outbound/time-limits.ts';
import { boundedPages } from '../../shared/bounded-pages.ts';
import type { Clock } from '../../shared/clock.ts';
import { ERROR_CODES } from '../../shared/error-codes.ts';
import { UserError } from '../../shared/errors.ts';
import type { StorageConnection } from './connection.ts';
import { CutShort, download } from './download.ts';

/** A blob's text, and the token of exactly this content. */
export interface Document {
  readonly text: string;
  readonly etag: string;
}

/** Somebody else wrote the blob, or it is there already, or not there any more. */
export class ConditionNotMet extends Error {
  override readonly name = 'ConditionNotMet';
}

/** Which names are wanted: who wants a few is not sent those of all that there ever were. */
interface ListedPart {
  /** Names of a page; absent: as many as the service gives. */
  readonly atATime?: number;
  /** The first name that is wanted, whether or not there is one; absent: they begin with the first there is. */
  readonly from?: string;
}

/** One container of a storage account, and the account's clock. */
export interface Container extends Clock {
  /** For people: account and container, never a key. */
  readonly location: string;
  readonly client: ContainerClient;
  readonly service: BlobServiceClient;
  /** @param known answered as it is when the blob still is that, without its content being sent again */
  read(name: string, known?: Document): Promise<Document | undefined>;
  /** @throws ConditionNotMet */
  write(name: string, text: string, conditions?: BlobRequestConditions): Promise<string>;
  /** False, and nothing is changed, when it is there already. */
  create(name: string, text: string): Promise<boolean>;
  remove(name: string): Promise<void>;
  exists(name: string): Promise<boolean>;
  /**
   * Names below a prefix, in alphabetical order, page by page as the service gives them.
   */
  list(prefix: string, part?: ListedPart): AsyncIterable<string>;
  /** Names that begin with a prefix and have no further slash, and the next parts of the others. */
  level(prefix: string): Promise<{ readonly blobs: readonly string[]; readonly folders: readonly string[] }>;
  /** Runs a request, learns the account's time from its answer, and makes errors of the network the user's. */
  ask<T extends { readonly date?: Date }>(request: () => Promise<T>): Promise<T>;
  /** The same for a request that writes: a container that is not there yet is created. */
  askToWrite<T extends { readonly date?: Date }>(request: () => Promise<T>): Promise<T>;
  prepare(): Promise<void>;
}

/** The client retries what cannot have had another effect; more would only hold up the message for people. */
const RETRIES: StoragePipelineOptions = { retryOptions: { maxTries: 4, maxRetryDelayInMs: 4000 } };
/**
 * The service ends what takes longer than half a minute by itself, but for bodies, which may be large; a stream of sources goes on
 * for as long as it is read. https://learn.microsoft.com/rest/api/storageservices/setting-timeouts-for-blob-service-operations
 */
const STORAGE_LIMITS: Partial<TimeLimits> = { firstByte: 35, whole: 3600 };
/** https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
const REFUSED_CONDITIONS = [
  'BlobAlreadyExists',
  'ConditionNotMet',
  'TargetConditionNotMet',
  'AppendPositionConditionNotMet',
];
const LONGEST_PAGE = 5000;
const BUSY_PAUSES_IN_MS = [200, 1000, 3000];
const JSON_HEADERS = { blobHTTPHeaders: { blobContentType: 'application/json' } };

export function openContainer(
  connection: StorageConnection,
  name: string,
  { clock: local, transport }: { readonly clock: Clock; readonly transport: HttpClient },
): Container {
  const service = openService(connection, transport);
  const client = service.getContainerClient(name);
  const location = `${new URL(service.url).host.replace(/^127\.0\.0\.1.*/, service.accountName)}/${name}`;
  let offsetInMs = 0;

  function endless(how: string): UserError {
    return new UserError(`The storage ${location} lists blobs without an end: ${how}.`, { code: 'list_endless' });
  }

  async function ask<T extends { readonly date?: Date }>(request: () => Promise<T>): Promise<T> {
    try {
      const answer = await request();
      // createIfNotExists answers a text where the others answer a Date, when the container is there already.
      if (answer.date) offsetInMs = new Date(answer.date).getTime() - local.now().getTime();
      return answer;
    } catch (error) {
      throw explained(error as RestError, location);
    }
  }

  const container: Container = {
    location,
    client,
    service,
    ask,
    now: () => new Date(local.now().getTime() + offsetInMs),

    async askToWrite(request) {
      try {
        return await ask(request);
      } catch (error) {
        if ((error as RestError).code !== 'ContainerNotFound') throw error;
        await container.prepare();
        return await ask(request);
      }
    },

    async read(blob, known) {
      const conditions = known && { ifNoneMatch: known.etag };
      try {
        const { text, etag } = await ask(() => download(client.getBlobClient(blob), 0, conditions && { conditions }));
        return { text, etag };
      } catch (error) {
        if (isAbsent(error)) return undefined;
        if (statusOf(error) === 304) return known;
        throw error;
      }
    },

    async write(blob, text, conditions) {
      const bytes = Buffer.from(text, 'utf8');
      try {
        const { etag = '' } = await whileBusy(location, () =>
          container.askToWrite(() =>
            client
              .getBlockBlobClient(blob)
              .upload(bytes, bytes.length, { ...JSON_HEADERS, ...(conditions && { conditions }) }),
          ),
        );
        return etag;
      } catch (error) {
        throw isRefusedCondition(error) ? new ConditionNotMet(`${location}/${blob}`) : error;
      }
    },

    async create(blob, text) {
      try {
        await container.write(blob, text, { ifNoneMatch: '*' });
        return true;
      } catch (error) {
        if (error instanceof ConditionNotMet) return false;
        throw error;
      }
    },

    async remove(blob) {
      await ask(() => client.getBlobClient(blob).deleteIfExists());
    },

    async exists(blob) {
      try {
        await ask(() => client.getBlobClient(blob).getProperties());
        return true;
      } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
      }
    },

    async *list(prefix, { atATime, from } = {}) {
      try {
        // Services older than 2026-02-06 do not know `startFrom`, and begin at the beginning.
        const flat = client.listBlobsFlat({ prefix, ...(from !== undefined && { startFrom: from }) });
        const pages = flat.byPage(pageOf(atATime));
        for await (const { segment } of boundedPages(pages, markerOf, endless))
          for (const { name } of segment.blobItems) yield name;
      } catch (error) {
        if (!isAbsent(error)) throw explained(error as RestError, location);
      }
    },

    async level(prefix) {
      const blobs: string[] = [];
      const folders: string[] = [];
      try {
        const pages = client.listBlobsByHierarchy('/', { prefix }).byPage();
        for await (const { segment } of boundedPages(pages, markerOf, endless)) {
          blobs.push(...segment.blobItems.map((blob) => blob.name));
          folders.push(...(segment.blobPrefixes ?? []).map((folder) => folder.name.slice(prefix.length, -1)));
        }
      } catch (error) {
        if (!isAbsent(error)) throw explained(error as RestError, location);
      }
      return { blobs, folders };
    },

    async prepare() {
      await ask(() => client.createIfNotExists());
    },
  };
  return container;
}

/** https://learn.microsoft.com/rest/api/storageservices/list-blobs: 5,000 at most, which is what a page has otherwise. */
function pageOf(atATime = LONGEST_PAGE): { readonly maxPageSize: number } {
  return { maxPageSize: Math.max(1, Math.min(atATime, LONGEST_PAGE)) };
}

function markerOf({ continuationToken }: { readonly continuationToken?: string }): string | undefined {
  return continuationToken || undefined;
}

/** What is there is not what the request was conditional on. */
export function isRefusedCondition(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code !== undefined && REFUSED_CONDITIONS.includes(code);
}

/** A conflict with whatever else goes on in the account passes: it is tried again, and then told as a storage that is away. */
export async function whileBusy<T>(location: string, request: () => Promise<T>): Promise<T> {
  for (const pause of BUSY_PAUSES_IN_MS) {
    try {
      return await request();
    } catch (error) {
      if (!isConflict(error)) throw error;
      await sleep(pause);
    }
  }
  try {
    return await request();
  } catch (error) {
    throw isConflict(error) ? away(error as RestError, location) : error;
  }
}

function isConflict(error: unknown): boolean {
  return [409, 412].includes(statusOf(error) ?? 0) && !isRefusedCondition(error);
}

export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

/** Neither the blob nor its container is there. */
export function isAbsent(error: unknown): boolean {
  return statusOf(error) === 404;
}

function openService(connection: StorageConnection, transport: HttpClient): BlobServiceClient {
  const pipeline = (origins: AllowedOrigins): StoragePipelineOptions => ({
    ...RETRIES,
    httpClient: storageTransport(withTerms(transport, { origins, limits: STORAGE_LIMITS, isOwnStorage: true })),
  });
  if ('serviceUrl' in connection)
    return new BlobServiceClient(connection.serviceUrl, connection.credential, pipeline(connection.origins));
  const { connectionString } = connection;
  try {
    const { origin } = new URL(BlobServiceClient.fromConnectionString(connectionString).url);
    return BlobServiceClient.fromConnectionString(connectionString, pipeline([origin]));
  } catch {
    // The library's own error may quote what it was given.
    throw new UserError('The connection string of the storage cannot be read.', {
      code: 'storage_setting_invalid',
      hint: 'It looks like DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…;EndpointSuffix=core.windows.net',
    });
  }
}

function away({ statusCode, code }: Pick<RestError, 'statusCode' | 'code'>, location: string): UserError {
  return new UserError(`The storage ${location} answers ${statusCode} (${code ?? 'without a code'}).`, {
    code: 'storage_unreachable',
    hint: 'It is busy or not well; what was acknowledged before is stored.',
  });
}

/** What people can act on; everything else is passed on as it is. */
function explained(error: Pick<RestError, 'statusCode' | 'code' | 'message'>, location: string): unknown {
  if (error instanceof UserError) return error;
  const { statusCode, code, message } = error;
  if (statusCode === undefined && code !== undefined) {
    // A proxy that refuses is the storage's absence all the same: nothing can be written down.
    const onItsWay = outboundCodeOf(error);
    const lost = isNoAnswer(error) || error instanceof CutShort ? `: ${message}` : ` (${code})`;
    const reason = onItsWay === undefined ? lost : ` (${onItsWay}): ${message}`;
    return new UserError(`The storage ${location} cannot be reached${reason}.`, {
      code: 'storage_unreachable',
      hint: onItsWay
        ? ERROR_CODES[onItsWay].next
        : 'Check the address and the network; what was acknowledged before is stored.',
    });
  }
  // The client has tried again by itself.
  if (statusCode !== undefined && (statusCode >= 500 || [408, 429].includes(statusCode))) return away(error, location);
  if (statusCode === 401 || statusCode === 403) {
    return new UserError(`The storage ${location} refuses access (${code ?? statusCode}).`, {
      code: 'storage_forbidden',
      hint: 'The identity needs the role Storage Blob Data Contributor there; a new role takes minutes to be effective.',
    });
  }
  return error;
}
