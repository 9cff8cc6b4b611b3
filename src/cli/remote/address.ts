import { UserError } from '../../shared/errors.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The address of a served app, without a slash at its end. A key must not stand in it, since addresses end up in logs, nor
 * travel in clear, except to this machine.
 */
export function parseRemoteUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid('it is not a URL', 'Write it as https://<app>.azurewebsites.net.');
  }
  if (url.username || url.password || url.search || url.hash) {
    throw invalid('it carries more than scheme, host and path', 'Give the key with the variable DRAFTGENIE_KEY.');
  }
  if (url.protocol === 'http:' && !LOOPBACK.has(url.hostname)) {
    throw invalid('the key would travel in clear', 'Use https; http is for this machine only.');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw invalid(`it has the scheme ${url.protocol}`, 'Allowed are https, and http to this machine.');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/api$/, '')}`;
}

/** Whether an app is on this machine, and not under a name of Azure's. */
export function isHere(address: string): boolean {
  return LOOPBACK.has(new URL(address).hostname);
}

/** The address itself is not repeated: what is wrong with it may be that a key stands in it. */
function invalid(reason: string, hint: string): UserError {
  return new UserError(`The address given with --remote is not allowed: ${reason}.`, { code: 'remote_invalid', hint });
}
