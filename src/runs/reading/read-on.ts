import type { EventPage } from '../../state/ports.ts';
import { isInvalidPosition } from '../../state/positions.ts';

export interface ReadOn {
  readonly page: EventPage;
  /** It has everything, from the start. */
  readonly isAnew: boolean;
}

/**
 * What came after a position that the stream itself once gave. Where there is no such place any more, the storage has lost events that
 * were read before: it is read anew, and whoever has seen some of them knows them by their ids.
 *
 * @param position undefined: from the start
 */
export async function readOn(
  read: (after: string | undefined) => Promise<EventPage>,
  position: string | undefined,
): Promise<ReadOn> {
  try {
    return { page: await read(position), isAnew: position === undefined };
  } catch (error) {
    if (!isInvalidPosition(error) || position === undefined) throw error;
    return { page: await read(undefined), isAnew: true };
  }
}
