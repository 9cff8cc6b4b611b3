import { comparableTime, type LogLine } from './log-line.ts';

/** What was shown last of each container: whoever connects again is told lines of before once more. */
export interface SeenLines {
  note(line: LogLine): void;
  /** For one connection: whether a line of it is new. */
  connection(): (line: LogLine) => boolean;
}

interface Last {
  readonly at: string;
  /** All of that time. */
  readonly texts: readonly string[];
}

export function createSeenLines(): SeenLines {
  const last = new Map<string, Last>();
  return {
    note(line) {
      const key = keyOf(line);
      const at = comparableTime(line.time);
      const known = last.get(key);
      if (known === undefined || at > known.at) last.set(key, { at, texts: [line.text] });
      else if (at === known.at) last.set(key, { at, texts: [...known.texts, line.text] });
    },
    connection() {
      const before = new Map([...last].map(([key, { at, texts }]) => [key, { at, left: [...texts] }]));
      return (line) => {
        const key = keyOf(line);
        const overlap = before.get(key);
        if (!overlap) return true;
        const at = comparableTime(line.time);
        if (at < overlap.at) return false;
        if (at === overlap.at) {
          const index = overlap.left.indexOf(line.text);
          if (index < 0) return true;
          overlap.left.splice(index, 1);
          return false;
        }
        // From here on all of it is new, whatever its order.
        before.delete(key);
        return true;
      };
    },
  };
}

function keyOf({ source, replica, container }: LogLine): string {
  return `${source}/${replica}/${container}`;
}
