import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openConsole } from '../../../../src/cli/console/console.ts';
import { findKey } from '../../../../src/cli/remote/key.ts';
import type { Terminal } from '../../../../src/cli/terminal.ts';

function terminal(interactive: boolean): Terminal & { readonly stdin: PassThrough; readonly shown: PassThrough } {
  const stdin = new PassThrough();
  const shown = new PassThrough();
  const streams = { stdin, stdout: shown, stderr: shown, screen: shown, interactive };
  return { ...openConsole(streams, { isJson: false }).terminal, stdin, shown };
}

describe('the access key', () => {
  it('is that of the option, else that of the variable', async () => {
    expect(await findKey(terminal(true), { option: 'a', variable: 'b' })).toBe('a');
    expect(await findKey(terminal(true), { option: undefined, variable: ' b\n' })).toBe('b');
  });

  it('is asked for on a terminal, and what is typed is not shown', async () => {
    const screen = terminal(true);
    const asked = findKey(screen, { option: undefined, variable: undefined });
    screen.stdin.write('c4n4ry\n');
    expect(await asked).toBe('c4n4ry');
    screen.shown.end();
    expect(await text(screen.shown)).toBe('Access key of the app: \n');
  });

  it('may be missing without a terminal: an app behind a login page needs none', async () => {
    expect(await findKey(terminal(false), { option: undefined, variable: undefined })).toBeUndefined();
  });

  it('with characters that no header carries is refused without being repeated', async () => {
    const refused = findKey(terminal(false), { option: 'c4n4ry\u00e9', variable: undefined });
    await expect(refused).rejects.toThrow(/characters that no key has/);
    await expect(refused).rejects.not.toThrow(/c4n4ry/);
  });
});
