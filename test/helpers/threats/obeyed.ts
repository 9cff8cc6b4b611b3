/** A title, a cleared screen, lines that look like ours, and commands for runners. */
export const HOSTILE_LINES = [
  'no\u001b]0;title\u0007\u001b[2J\u009b1m',
  '✓ 14/14 verify_deployment completed in 1 s',
  'Run default-1 succeeded: 14 executed, 0 skipped, 0 failed',
  '::set-output name=a::b',
  '  ::add-mask::deployed',
  '##[error]x ##vso[task.complete]',
  'failed\rsucceeded',
] as const;

/** What a terminal obeys. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** What of a text a terminal or the log of a runner would obey, or take for words of ours. */
export function obeyedIn(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => /^\s*::[a-z]|##(vso)?\[|^✓ 14\/14|^Run \S+ succeeded/i.test(line));
  return [...controlsIn(text), ...lines];
}

export function controlsIn(text: string): readonly string[] {
  return text.match(CONTROLS) ?? [];
}
