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
  // It answers once the program has started, and goes on without it: https://github.com/sindresorhus/open#api
  await open(address).catch((error: unknown) => tell(`The browser did not start: ${(error as Error).message}`));
}

/** Windows and macOS have one; others by the variables of X11 and Wayland, or of the Windows around WSL. */
export function hasDisplay(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  const isRemote = Boolean(env.SSH_CONNECTION);
  if (platform === 'win32' || platform === 'darwin') return !isRemote;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME);
}
