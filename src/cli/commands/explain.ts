import { closest, distance } from 'fastest-levenshtein';
import { ERROR_KINDS } from '../../azure/error-kinds.ts';
import { ERROR_TABLE, type ErrorRow } from '../../azure/error-table.ts';
import { ERROR_CODES, type ErrorCode, isErrorCode } from '../../shared/error-codes.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { writeOutput } from '../json/write-output.ts';
import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/** Every code that a person can meet: ours, and those of Azure that the product knows. */
export const KNOWN_CODES: readonly string[] = [
  ...new Set([...Object.keys(ERROR_CODES), ...ERROR_TABLE.flatMap(({ codes }) => codes)]),
].sort();

/** What is known of a code of an error: the rows of docs/errors.md about it. */
export async function explainCommand(
  terminal: Terminal,
  { output }: Pick<CommonOptions, 'output'>,
  asked: string,
): Promise<ExitCode> {
  const code = KNOWN_CODES.find((known) => known.toLowerCase() === asked.toLowerCase());
  if (code === undefined) throw unknownCode(asked);
  const own = isErrorCode(code) ? ERROR_CODES[code] : undefined;
  const azure = ERROR_TABLE.filter(({ codes }) => codes.includes(code));
  if (output === 'json') {
    writeOutput(terminal, 'error_code', { type: 'error_code', code, ...own, azure: azure.map(azureJson) });
  } else {
    terminal.stdout.write(`${[code, ...(own ? ownLines(own) : []), ...azure.flatMap(azureLines)].join('\n')}\n`);
  }
  return ExitCode.ok;
}

function ownLines({ meaning, next, exitCode, status }: (typeof ERROR_CODES)[ErrorCode]): readonly string[] {
  return [
    `  Meaning     ${meaning}`,
    `  What to do  ${next}`,
    `  Exit code   ${exitCode}${status === undefined ? '' : `, HTTP status ${status}`}`,
  ];
}

function azureLines({ kind, when, hint, limitInSeconds }: ErrorRow): readonly string[] {
  const condition = [
    ...(when ? [` with ${when.source} in its message`] : []),
    ...(limitInSeconds === undefined ? [] : [` for ${limitInSeconds} seconds`]),
  ].join(',');
  const { title, text } = ERROR_KINDS[kind];
  return [`  From Azure${condition}: ${title.toLowerCase()}. ${text.replaceAll('`', '')}`, `  What to do  ${hint}`];
}

function azureJson({ kind, when, hint }: ErrorRow) {
  return { kind, ...(when && { when: when.source }), next: hint };
}

/** A code and another are near each other when fewer than half of the letters differ. */
function unknownCode(asked: string): UserError {
  const lower = new Map(KNOWN_CODES.map((code) => [code.toLowerCase(), code]));
  const wanted = asked.toLowerCase();
  const near = [...lower.keys()]
    .map((code) => ({ code, by: distance(wanted, code) }))
    .filter(({ code, by }) => by * 2 < Math.max(wanted.length, code.length) || code.includes(wanted))
    .sort((a, b) => a.by - b.by)
    .slice(0, 3)
    .flatMap(({ code }) => lower.get(code) ?? []);
  const best = lower.get(closest(wanted, [...lower.keys()]));
  const suggestions = near.length > 0 ? near : [best];
  return new UserError(`No error has the code ${asked}. Did you mean ${suggestions.join(', ')}?`, {
    code: 'code_unknown',
    hint: ERROR_CODES.code_unknown.next,
  });
}
