import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Frame } from './film.ts';

const run = promisify(execFile);

/** A look at the screen is taken so often, in milliseconds. */
const LOOK = 120;
/** Nothing that stands still is shown for longer. */
const LONGEST = 1500;
const KEYSTROKE = 60;
const PATIENCE = 120_000;

/** A shell on a screen of tmux (https://github.com/tmux/tmux/wiki), watched while somebody types on it. */
export interface RecordedTerminal {
  type(line: string): Promise<void>;
  /** An empty screen with the prompt at its top. */
  clear(): Promise<void>;
  /** Until the screen shows this, however long that takes. */
  until(shown: RegExp): Promise<void>;
  /** Leaves the time to read what is there. */
  read(milliseconds: number): void;
  frames(): readonly Frame[];
  close(): Promise<void>;
}

export async function recordedTerminal(options: {
  readonly columns: number;
  readonly rows: number;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly shell: string;
}): Promise<RecordedTerminal> {
  const { columns, rows, folder, env, shell } = options;
  // A server of its own: neither the settings nor the sessions of whoever records it.
  const tmux = async (...args: readonly string[]): Promise<string> =>
    (await run('tmux', ['-L', socket, '-f', '/dev/null', ...args], { env: { ...env, TERM: 'xterm-256color' } })).stdout;
  const socket = `record-${randomUUID().slice(0, 8)}`;
  const size = ['-x', String(columns), '-y', String(rows)];
  await tmux('new-session', '-d', '-s', 'main', ...size, '-c', folder, shell);
  await tmux('set', '-g', 'status', 'off');
  await tmux('resize-window', '-t', 'main', ...size);

  const frames: Frame[] = [];
  let isOpen = true;
  const look = async (): Promise<void> => {
    const lines = (await tmux('capture-pane', '-e', '-p', '-t', 'main')).split('\n').slice(0, rows);
    const last = frames.at(-1);
    if (last && last.lines.join('\n') === lines.join('\n')) {
      const milliseconds = Math.max(last.milliseconds, Math.min(last.milliseconds + LOOK, LONGEST));
      frames[frames.length - 1] = { ...last, milliseconds };
    } else frames.push({ lines, milliseconds: LOOK });
  };
  const watching = (async () => {
    while (isOpen) {
      await look();
      await sleep(LOOK);
    }
  })();

  const shown = (): string => (frames.at(-1)?.lines ?? []).join('\n');
  return {
    async type(line) {
      for (const character of line) {
        // For tmux a semicolon of its own begins another command.
        await tmux('send-keys', '-t', 'main', '-l', character === ';' ? '\\;' : character);
        await sleep(KEYSTROKE);
      }
      await sleep(3 * KEYSTROKE);
      await tmux('send-keys', '-t', 'main', 'Enter');
    },
    async clear() {
      await tmux('send-keys', '-t', 'main', 'C-l');
      await sleep(3 * LOOK);
    },
    async until(pattern) {
      const end = Date.now() + PATIENCE;
      while (!pattern.test(plain(shown()))) {
        if (Date.now() > end) throw new Error(`the screen never showed ${pattern}:\n${plain(shown())}`);
        await sleep(LOOK);
      }
    },
    read(milliseconds) {
      const last = frames.at(-1);
      if (last) frames[frames.length - 1] = { ...last, milliseconds: last.milliseconds + milliseconds };
    },
    frames: () => frames,
    async close() {
      isOpen = false;
      await watching;
      await tmux('kill-server');
    },
  };
}

function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
  return text.replaceAll(/\x1b\[[\d;]*m/g, '');
}
