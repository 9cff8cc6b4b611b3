import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * So long it is waited for whether what was started fails. Programs that hand the address on end at once; where there is none to hand it to,
 * `xdg-open` is the browser itself, and goes on (its exit codes: https://linux.die.net/man/1/xdg-open).
 */
const FAILS_WITHIN_MS = 2000;

/**
 * Opens an address in the browser of whoever sits at this machine. It is on the screen already, so that a browser that does not
 * start is a line, and no failure.
 *
 * @param findAddress asked only where there is a browser
 * @param tell shows a line to the person at the terminal
 */
export async function openInBrowser(findAddress: () => Promise<string>, tell: (line: string) => void): Promise<void> {
  if (!hasDisplay(process.platform, process.env)) {
    tell('There is no browser here: open it where there is one.');
    return;
  }
  const { default: open } = await import('open');
  const address = await findAddress();
  try {
    // It answers once the program has started, and goes on without it: https://github.com/sindresorhus/open#api
    const code = await failureOf(await open(address));
    if (code !== undefined) tell(`The browser did not start (exit code ${code}): open the address by yourself.`);
  } catch (error) {
    tell(`The browser did not start (${(error as Error).message}): open the address by yourself.`);
  }
}

/** With what it ends, as long as that is waited for; undefined: it has not failed. */
async function failureOf(program: ChildProcess): Promise<number | undefined> {
  program.ref();
  try {
    if (program.exitCode === null) await once(program, 'exit', { signal: AbortSignal.timeout(FAILS_WITHIN_MS) });
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
  } finally {
    program.unref();
  }
  return program.exitCode || undefined;
}

/** Windows and macOS have one; others by the variables of X11 and Wayland, or of the Windows around WSL. */
export function hasDisplay(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  const isRemote = Boolean(env.SSH_CONNECTION);
  if (platform === 'win32' || platform === 'darwin') return !isRemote;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME);
}
