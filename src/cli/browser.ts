import { once } from 'node:events';

/**
 * Opens the address in the browser of whoever sits at this machine. It is on the screen already, so that a browser that does not
 * start is a line, and no failure.
 *
 * @param tell shows a line to the person at the terminal
 */
export async function openInBrowser(address: string, tell: (line: string) => void): Promise<void> {
  if (!hasDisplay(process.platform, process.env)) {
    tell('There is no browser here: open it where there is one.');
    return;
  }
  const { default: open } = await import('open');
  const child = await open(address);
  // A command that is not there is told by an event, after the call.
  await Promise.race([
    once(child, 'spawn'),
    once(child, 'error').then(([error]: unknown[]) => tell(`The browser did not start: ${(error as Error).message}`)),
  ]);
}

/** Windows and macOS have one; others by the variables of X11 and Wayland, or of the Windows around WSL. */
export function hasDisplay(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  const isRemote = Boolean(env.SSH_CONNECTION);
  if (platform === 'win32' || platform === 'darwin') return !isRemote;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME);
}
