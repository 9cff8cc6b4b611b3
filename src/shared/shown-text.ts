/**
 * What a terminal, a log or a browser would obey instead of showing it: control characters of C0 and C1 but for tab and newline, the
 * line separators that only some programs know, and the characters that turn the direction of text around.
 * https://invisible-island.net/xterm/ctlseqs/ctlseqs.html, https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const OBEYED = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Commands of the runners of GitHub Actions and Azure Pipelines, which read every line of a log: `::name` at its beginning, after blanks
 * too, and `##[name]` or `##vso[name]` anywhere.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs,
 * https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
 */
const COMMANDS = /(?<=^[^\S\n]*):(?=:[a-z])|#(?=#(?:vso)?\[)/gim;

/**
 * Text of others as it is to be written out: what would be obeyed is shown as `\u001b`. The same notation as JSON's, so that a line of
 * JSON says the same afterwards.
 * @param hasCommands whether somebody takes lines of the output for commands
 */
export function shownText(text: string, { hasCommands = false }: { readonly hasCommands?: boolean } = {}): string {
  const shown = text.replaceAll('\r\n', '\n').replace(OBEYED, escaped);
  return hasCommands ? shown.replace(COMMANDS, escaped) : shown;
}

/** Whether the output of this process goes to a runner that takes lines of it for commands. */
export function isReadByRunner(variables: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(variables.GITHUB_ACTIONS || variables.TF_BUILD);
}

/** Several lines as one entry: those that go on are set in, so that none looks like an entry of ours. */
export function asOneEntry(text: string): string {
  return text.replaceAll('\n', '\n      ');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
