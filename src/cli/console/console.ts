import { fitting } from '../../text/fitting.ts';
import type { Streams, Terminal } from '../terminal.ts';
import type { Console, Holder } from './owner.ts';
import { createWaiting } from './waiting.ts';

const LOOK_EVERY_MS = 100;
const USUAL_COLUMNS = 80;
/** To the beginning of the line, and empties it. https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const EMPTY_LINE = '\r\u001b[2K';

/**
 * The terminal of a command, on which it is told what is waited for: by one line that is drawn anew on a screen, else by a few lines on
 * standard error.
 * @param isJson machines read standard output, and nobody is told before it takes long
 */
export function openConsole(
  streams: Streams,
  { isJson }: { readonly isJson: boolean },
): { readonly terminal: Terminal; readonly console: Console } {
  const { ticks, screen, redraws } = streams;
  const isDrawn = redraws === true && !isJson;
  const waiting = createWaiting(ticks?.startedAt ?? 0, !isJson);
  const holders: Holder[] = [];
  const reminders = new Set<{ readonly at: number; readonly tell: () => void }>();
  let drawn = '';
  let isMoving = false;
  let isAtLineStart = true;
  const now = (): number => ticks?.now() ?? 0;

  const show = (text: string): void => {
    if (text === drawn) return;
    screen.write(`${drawn === '' ? '' : EMPTY_LINE}${text}`);
    drawn = text;
  };
  /** What is written by the holder himself, while he makes room, is his. */
  const aside = (act: () => void): void => {
    if (isMoving) {
      act();
      return;
    }
    isMoving = true;
    try {
      show('');
      holders.at(-1)?.leave?.();
      act();
      holders.at(-1)?.comeBack?.();
    } finally {
      isMoving = false;
    }
  };
  const writer = (to: Streams['stdout']): Streams['stdout'] => ({
    write(text) {
      waiting.heard(now());
      isAtLineStart = text === '' ? isAtLineStart : text.endsWith('\n');
      aside(() => to.write(text));
    },
  });
  const look = (): void => {
    if (holders.length > 0 || !isAtLineStart) return;
    for (const reminder of reminders) {
      if (now() < reminder.at) continue;
      reminders.delete(reminder);
      reminder.tell();
    }
    if (isDrawn) show(fitting(waiting.shown(now()) ?? '', Math.max((screen.columns || USUAL_COLUMNS) - 1, 1)));
    else {
      const line = waiting.due(now());
      if (line !== undefined) streams.stderr.write(`${line}\n`);
    }
  };
  const stop = ticks?.every(LOOK_EVERY_MS, look);
  const console: Console = {
    doing(what) {
      waiting.begin(what, now());
      // What is loaded meanwhile may keep the process busy for longer than anybody should wait.
      look();
    },
    remind(afterInMs, tell) {
      const reminder = { at: now() + afterInMs, tell };
      reminders.add(reminder);
      return () => reminders.delete(reminder);
    },
    hold(holder = {}) {
      show('');
      const before = holders.at(-1);
      const asked = holders.findIndex(({ asks }) => asks);
      holders.splice(holder.asks || asked < 0 ? holders.length : asked, 0, holder);
      if (holders.at(-1) !== before) before?.leave?.();
      return {
        hasScreen: () => holders.at(-1) === holder,
        release() {
          const hadScreen = holders.at(-1) === holder;
          holders.splice(holders.indexOf(holder), 1);
          waiting.heard(now());
          if (hadScreen) holders.at(-1)?.comeBack?.();
        },
      };
    },
    close() {
      stop?.();
      show('');
    },
  };
  return {
    terminal: { ...streams, stdout: writer(streams.stdout), stderr: writer(streams.stderr), console },
    console,
  };
}
