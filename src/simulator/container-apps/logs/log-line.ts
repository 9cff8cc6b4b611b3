/** One line of what containers write, or of what the platform says of an app or a job. */
export interface LogLine {
  /** ISO 8601. */
  readonly at: string;
  readonly kind: 'console' | 'system';
  /** The revision of an app, the execution of a job. */
  readonly part: string;
  readonly replica: string;
  /** Empty where the platform speaks of a replica as a whole. */
  readonly container: string;
  readonly image?: string;
  readonly text: string;
  /** Of the console. */
  readonly stream?: 'stdout' | 'stderr';
  /** Of what the platform says. */
  readonly event?: PlatformEvent;
}

interface PlatformEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  /** How often it has been seen. */
  readonly count: number;
}

/** What makes two lines the same one, whenever they are told. */
export function lineKey({ kind, part, replica, container, text, event }: LogLine): string {
  return JSON.stringify([kind, part, replica, container, event?.reason ?? '', text]);
}

/** So many milliseconds later: lines of one moment keep their order. */
export function later(at: string, milliseconds: number): string {
  return new Date(Date.parse(at) + milliseconds).toISOString();
}
