import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { shownText } from '../src/shared/shown-text.ts';

/**
 * What a step says to the runner of GitHub Actions, in its log and in its files:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export interface Runner {
  mask(secret: string): void;
  /** Text of others, in which nothing is taken for a command of the runner. */
  log(text: string): void;
  group<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  notice(message: string): void;
  warning(message: string, place?: Place): void;
  error(message: string, place?: Place): void;
  output(name: string, value: string): void;
  summary(markdown: string): void;
}

interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export function createRunner(
  env: Readonly<Record<string, string | undefined>>,
  write: (text: string) => void = (text) => void process.stdout.write(text),
): Runner {
  const command = (name: string, properties: string, text: string): void => {
    write(`::${name}${properties && ` ${properties}`}::${escapeData(text)}\n`);
  };
  const append = (file: string | undefined, text: string): void => {
    if (file) appendFileSync(file, text);
  };
  return {
    mask: (secret) => command('add-mask', '', secret),
    log(text) {
      const token = randomUUID();
      write(`::stop-commands::${token}\n${shownText(text)}\n::${token}::\n`);
    },
    async group(title, work) {
      command('group', '', title);
      try {
        return await work();
      } finally {
        command('endgroup', '', '');
      }
    },
    notice: (message) => command('notice', '', shownText(message)),
    warning: (message, place) => command('warning', propertiesOf(place), shownText(message)),
    error: (message, place) => command('error', propertiesOf(place), shownText(message)),
    output(name, value) {
      const end = randomUUID();
      append(env.GITHUB_OUTPUT, `${name}<<${end}\n${value}\n${end}\n`);
    },
    summary: (markdown) => append(env.GITHUB_STEP_SUMMARY, `${markdown}\n`),
  };
}

function propertiesOf({ file, line, column }: Partial<Place> = {}): string {
  return Object.entries({ file, line, col: column })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`]))
    .join(',');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
