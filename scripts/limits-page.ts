import { LIMITS, type Limit } from '../src/shared/limits.ts';

/** The page that documents every limit. */
export function limitsPage(): string {
  const rows = Object.values(LIMITS).map((limit) => `| ${limit.of} | ${amount(limit)} | ${limit.beyond} |`);
  return `${[
    '# Limits',
    '',
    'Made by `npm run limits` from src/shared/limits.ts; a test compares.',
    '',
    'What others make has a limit, so that nobody fills a memory, a disk or a day. How long a request may take to be answered says',
    '[RELIABILITY.md](../RELIABILITY.md).',
    '',
    '| Of | At most | More |',
    '| --- | ---: | --- |',
    ...rows,
  ].join('\n')}\n`;
}

function amount({ value, unit }: Limit): string {
  const mebibytes = value / (1024 * 1024);
  if (unit === 'bytes' && Number.isInteger(mebibytes)) return `${mebibytes} MiB`;
  return `${value.toLocaleString('en')}${unit && ` ${unit}`}`;
}
