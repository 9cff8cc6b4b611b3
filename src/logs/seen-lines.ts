import { comparableTime, type LogLine } from './log-line.ts';

/** What was shown of each container: whoever connects is told lines of before once more. */
export interface SeenLines {
  /** A line that a workspace had. It comes late there, and not in order, so that a stream has others of the same time. */
  noteKept(line: LogLine): void;
  /**
   * For one connection to a stream, in which lines are in order: whether a line is new. What is new counts as shown from then on.
   * @param onGap called when a container's first line is newer than its last one that was shown: there may have been others between
   */
  connection(onGap?: () => void): (line: LogLine) => boolean;
}

interface Last {
  readonly at: string;
  /** All of that time. */
  readonly texts: readonly string[];
}

export function createSeenLines(): SeenLines {
  const kept = new Map<string, number>();
  const last = new Map<string, Last>();

  function wasKept(line: LogLine): boolean {
    const key = keptKey(line);
    const count = kept.get(key) ?? 0;
    if (count > 0) kept.set(key, count - 1);
    return count > 0;
  }

  function show(line: LogLine): void {
    const key = containerOf(line);
    const at = comparableTime(line.time);
    const known = last.get(key);
    if (known === undefined || at > known.at) last.set(key, { at, texts: [line.text] });
    else if (at === known.at) last.set(key, { at, texts: [...known.texts, line.text] });
  }

  return {
    noteKept: (line) => void kept.set(keptKey(line), (kept.get(keptKey(line)) ?? 0) + 1),
    connection(onGap = () => undefined) {
      const before = new Map([...last].map(([key, { at, texts }]) => [key, { at, left: [...texts], isMet: false }]));
      const isRepeated = (line: LogLine): boolean => {
        const key = containerOf(line);
        const overlap = before.get(key);
        if (!overlap) return false;
        const at = comparableTime(line.time);
        if (at > overlap.at) {
          if (!overlap.isMet) onGap();
          // From here on all of it is new, whatever its order.
          before.delete(key);
          return false;
        }
        overlap.isMet = true;
        if (at < overlap.at) return true;
        const index = overlap.left.indexOf(line.text);
        if (index >= 0) overlap.left.splice(index, 1);
        return index >= 0;
      };
      return (line) => {
        if (isRepeated(line)) return false;
        show(line);
        return !wasKept(line);
      };
    },
  };
}

function containerOf({ source, replica, container }: LogLine): string {
  return `${source}/${replica}/${container}`;
}

/** What a workspace keeps of a value: https://learn.microsoft.com/azure/azure-monitor/fundamentals/service-limits#log-analytics-workspaces */
const LONGEST_KEPT = 32 * 1024;

/** By the second, since workspace and stream tell times more or less exactly; equal lines of one second are counted. */
function keptKey(line: LogLine): string {
  return `${containerOf(line)} ${comparableTime(line.time).slice(0, 19)} ${line.text.slice(0, LONGEST_KEPT / 4)}`;
}
