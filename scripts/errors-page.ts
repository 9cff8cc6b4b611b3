import { ERROR_KINDS } from '../src/azure/error-kinds.ts';
import { ERROR_TABLE } from '../src/azure/error-table.ts';
import { ERROR_CODES } from '../src/shared/error-codes.ts';

/** The page that documents every code a person can meet. */
export function errorsPage(): string {
  return `${[...ownCodes(), ...azureCodes()].join('\n')}\n`;
}

function ownCodes(): readonly string[] {
  const rows = Object.entries(ERROR_CODES)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { meaning, next, exitCode, status }]) => {
      const name = `<a id="${code}"></a>\`${code}\``;
      return `| ${[name, meaning, next, String(exitCode), status === undefined ? '' : String(status)].map(cell).join(' | ')} |`;
    });
  return [
    '# Errors',
    '',
    'Made by `npm run errors` from src/shared/error-codes and src/azure/error-table.ts; a test compares.',
    '',
    'Every error carries one of these codes: the command line writes it below the message, events and the summary of a run',
    'have it as `code`, and problem details of the HTTP interface as `code` and at the end of `type` (`/problems/<code>`).',
    'An error’s own hint may say more than this page.',
    '',
    '## Codes of draftgenie-deploy',
    '',
    'Exit: of a command that ends with the error. A run that fails with it ends with 1. With `--remote`, a refusal ends with',
    '64, with 75 when the environment is busy, and with 1 from status 500 on. HTTP: the status where the code alone decides;',
    'otherwise 400, or 404 when the path names what is not there.',
    '',
    '| Code | Meaning | What to do | Exit | HTTP |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ];
}

function azureCodes(): readonly string[] {
  const sections = Object.entries(ERROR_KINDS).flatMap(([kind, { title, text }]) => {
    const rows = ERROR_TABLE.filter((row) => row.kind === kind).map(({ codes, when, limitInSeconds, hint }) => {
      const names = codes.toSorted().map((code) => `\`${code}\``);
      const limits = [
        ...(when ? [`only with \`${when.source}\` in the message`] : []),
        ...(limitInSeconds === undefined ? [] : [`for ${limitInSeconds} seconds`]),
      ];
      return `| ${[[names.join(', '), ...limits].join('; '), hint].map(cell).join(' | ')} |`;
    });
    return [`### ${title}`, '', text, '', '| Azure’s code | What a person does |', '| --- | --- |', ...rows.sort(), ''];
  });
  return [
    '## Codes of Azure',
    '',
    'A step that fails for Azure shows the deepest code of Azure’s answer, what the request was about, and the correlation',
    'id that Azure’s support asks for. A few are ours, for a connection, a sign-in or an answer that gave none:',
    '`ConnectionFailed`, `CredentialUnavailable`, `OperationVanished`, `Http<status>` and the like.',
    'A code that is in none of these tables is decided by its HTTP status: 408, 409, 429, 401 and from 500 on it is tried',
    'again, any other ends the run. Codes are compared without case; where several rows name one, the one with a message',
    'counts first.',
    '',
    ...sections,
  ].slice(0, -1);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
