import { UserError } from '../shared/errors.ts';

/** A position of an event stream that no answer gave. */
export function invalidPosition(position: string): UserError {
  return new UserError(`${JSON.stringify(position.slice(0, 100))} is no position in this event stream.`, {
    code: 'position_invalid',
    hint: 'Use a position from an earlier answer, or none to read from the start.',
  });
}

export function isInvalidPosition(error: unknown): boolean {
  return error instanceof UserError && error.code === 'position_invalid';
}

/** The order of two positions of one stream, as for sorting: each is numbers, the most significant first (`3-4096`, `512`). */
export function comparePositions(one: string, other: string): number {
  const [left, right] = [one, other].map((position) => position.split('-').map(Number)) as [number[], number[]];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at === -1 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? 0);
}
