import { UserError } from '../shared/errors.ts';

/** A position of an event stream that no answer gave. */
export function invalidPosition(position: string): UserError {
  return new UserError(`${JSON.stringify(position.slice(0, 100))} is no position in this event stream.`, {
    code: 'position_invalid',
    hint: 'Use a position from an earlier answer, or none to read from the start.',
  });
}
