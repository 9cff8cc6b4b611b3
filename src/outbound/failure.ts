import { ERROR_CODES, type ErrorCode } from '../shared/error-codes.ts';
import { UserError } from '../shared/errors.ts';

const CODES = [
  'proxy_refused',
  'proxy_unreachable',
  'certificate_untrusted',
  'host_refused',
  'address_private',
] as const satisfies readonly ErrorCode[];
type OutboundCode = (typeof CODES)[number];

/**
 * OpenSSL's codes for a certificate of an authority that is not trusted, such as that of a proxy that looks into TLS.
 * https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
const UNTRUSTED =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/;

/** Why a request did not leave as far as its host, in whatever an SDK made of the error; undefined for any other reason. */
export function outboundCodeOf(error: unknown): OutboundCode | undefined {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && UNTRUSTED.test(code)) return 'certificate_untrusted';
  return CODES.find((known) => known === code);
}

/** The same as users are told of it. */
export function outboundFailure(error: unknown): UserError | undefined {
  const code = outboundCodeOf(error);
  if (code === undefined) return undefined;
  const { message } = error as Error;
  return new UserError(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`, {
    code,
    hint: ERROR_CODES[code].next,
  });
}

/** What another attempt does not change. */
export function isLasting({ code }: UserError): boolean {
  return code !== 'proxy_unreachable';
}
