import type { AppendBlobClient } from '@azure/storage-blob';
import { type RunEvent, runEventSchema } from '../../domain/events.ts';
import { withRoom } from '../log-room.ts';
import { parseRecord } from '../parse-record.ts';
import type { EventPage } from '../ports.ts';
import { invalidPosition, isInvalidPosition } from '../positions.ts';
import { type Container, isAbsent, isRefusedCondition, statusOf, whileBusy } from './container.ts';
import { download } from './download.ts';

/** Azure takes 50,000 blocks in an append blob; the rest is room for writers that look late. */
export const BLOCKS_OF_A_BLOB = 40_000;

/** The events of one run. */
export interface EventLog {
  /** Makes the first blob, or learns what is there, before there is anything to tell. */
  begin(): Promise<void>;
  append(events: readonly RunEvent[]): Promise<void>;
  read(after: string): Promise<EventPage>;
}

interface Place {
  readonly blob: number;
  readonly offset: number;
}

interface Chunk {
  readonly text: string;
  readonly isFull: boolean;
}

/** What was read from a place on. */
interface ReadOn extends EventPage {
  readonly end: Place;
  /** Whole, also those that were begun before. */
  readonly bytesOfFullBlobs: number;
  /** The blob at the end is there. */
  readonly exists: boolean;
}

/**
 * Events in append blobs, one block for each call. A block is appended where this process believes the end to be; when
 * somebody else has written there, or when our own answer was lost, what came since is read first, so that an event that is there
 * is never written twice.
 */
export function openEventLog(container: Container, prefix: string, blocksOfABlob: number): EventLog {
  const known = new Set<string>();
  let end: Place = { blob: 1, offset: 0 };
  /** Of the blobs that are full. */
  let bytesBefore = 0;
  let isExisting = false;
  /** Appends of one process happen one after the other. */
  let appending: Promise<unknown> = Promise.resolve();

  const clientOf = (blob: number): AppendBlobClient =>
    container.client.getAppendBlobClient(`${prefix}/${String(blob).padStart(6, '0')}.ndjson`);

  /** From one byte before the place, which ends a line, so that a place at the end can be asked for. */
  async function chunkAt({ blob, offset }: Place): Promise<Chunk | undefined> {
    try {
      const start = Math.max(0, offset - 1);
      const { text, blocks } = await container.ask(() => download(clientOf(blob), start));
      if (offset > 0 && !text.startsWith('\n')) throw invalidPosition(positionOf({ blob, offset }));
      return {
        text: offset > 0 ? text.slice(1) : text,
        isFull: blocks >= blocksOfABlob,
      };
    } catch (error) {
      // 416: an empty blob has no first byte; any other place is beyond the end.
      if (statusOf(error) === 416 && offset === 0) return { text: '', isFull: false };
      if (statusOf(error) === 416 || (isAbsent(error) && offset > 0))
        throw invalidPosition(positionOf({ blob, offset }));
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async function readFrom(start: Place): Promise<ReadOn> {
    const events: RunEvent[] = [];
    const positions: string[] = [];
    let bytesOfFullBlobs = 0;
    let place = start;
    for (;;) {
      const chunk = await chunkAt(place);
      const page = (exists: boolean): ReadOn => {
        return { events, positions, position: positionOf(place), end: place, bytesOfFullBlobs, exists };
      };
      if (!chunk) return page(false);
      for (const line of chunk.text.split('\n').slice(0, -1)) {
        const where = `${clientOf(place.blob).name} at byte ${place.offset}`;
        events.push(parseRecord(line, (value) => runEventSchema.parse(value), where));
        place = { blob: place.blob, offset: place.offset + Buffer.byteLength(line) + 1 };
        positions.push(positionOf(place));
      }
      if (!chunk.isFull) return page(true);
      bytesOfFullBlobs += place.offset;
      place = { blob: place.blob + 1, offset: 0 };
    }
  }

  /** The storage has lost events that it had acknowledged: what there is has to be learned again. */
  function forget(): void {
    known.clear();
    end = { blob: 1, offset: 0 };
    bytesBefore = 0;
    isExisting = false;
  }

  async function catchUp(): Promise<void> {
    const page = await readFrom(end).catch((error: unknown) => {
      if (!isInvalidPosition(error)) throw error;
      forget();
      return readFrom(end);
    });
    for (const { id } of page.events) known.add(id);
    bytesBefore += page.bytesOfFullBlobs;
    end = page.end;
    isExisting = page.exists;
  }

  async function appendNew(events: readonly RunEvent[]): Promise<void> {
    for (;;) {
      const isNew = ({ id }: RunEvent): boolean => !known.has(id);
      const fresh = withRoom(events.filter(isNew), bytesBefore + end.offset).filter(isNew);
      if (fresh.length === 0) return;
      const body = Buffer.from(fresh.map((event) => `${JSON.stringify(event)}\n`).join(''), 'utf8');
      if (await appendAt(end, body)) {
        for (const { id } of fresh) known.add(id);
        return;
      }
      await catchUp();
    }
  }

  /** False when somebody else has written there. */
  async function appendAt(place: Place, body: Buffer): Promise<boolean> {
    const client = clientOf(place.blob);
    try {
      if (!isExisting) await create(client);
      const answer = await whileBusy(container.location, () =>
        container.ask(() => client.appendBlock(body, body.length, { conditions: { appendPosition: place.offset } })),
      );
      const isFull = (answer.blobCommittedBlockCount ?? 0) >= blocksOfABlob;
      isExisting = !isFull;
      if (isFull) bytesBefore += place.offset + body.length;
      end = isFull ? { blob: place.blob + 1, offset: 0 } : { ...place, offset: place.offset + body.length };
      return true;
    } catch (error) {
      if (isRefusedCondition(error)) return false;
      if (!isAbsent(error)) throw error;
      // It was there.
      forget();
      return false;
    }
  }

  /** False when it is there already: another writer's blocks are found by the condition of ours. */
  async function create(client: AppendBlobClient): Promise<boolean> {
    isExisting = true;
    try {
      await whileBusy(container.location, () =>
        container.askToWrite(() => client.create({ conditions: { ifNoneMatch: '*' } })),
      );
      return true;
    } catch (error) {
      if (isRefusedCondition(error)) return false;
      isExisting = false;
      throw error;
    }
  }

  let isRead = false;

  async function learn(): Promise<void> {
    // Most logs are new: one that could be made holds nothing to know.
    if (!isRead && !(await create(clientOf(1)))) await catchUp();
    isRead = true;
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = appending.then(work);
    appending = turn.catch(() => undefined);
    return turn;
  }

  return {
    begin: () => inTurn(learn),
    append: (events) =>
      inTurn(async () => {
        await learn();
        await appendNew(events);
      }),
    async read(after) {
      const { events, positions, position } = await readFrom(parsePosition(after));
      return { events, positions, position };
    },
  };
}

function positionOf({ blob, offset }: Place): string {
  return `${blob}-${offset}`;
}

/** `0` is the beginning, as for events in files. */
function parsePosition(position: string): Place {
  if (position === '0') return { blob: 1, offset: 0 };
  const [, blob, offset] = /^([1-9]\d{0,5})-(\d{1,15})$/.exec(position) ?? [];
  if (blob === undefined) throw invalidPosition(position);
  return { blob: Number(blob), offset: Number(offset) };
}
