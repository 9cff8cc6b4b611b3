import type { TokenCredential } from '@azure/core-auth';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { AzureError, errorOfException, errorOfResponse } from './errors.ts';

/** A longer wait is left to the durable timer: the identity library would sleep for as long as the service asks. */
const LONGEST_PAUSE_IN_SECONDS = 2;
/**
 * After a 429 or 5xx the library refuses the same request for a minute, without sending it and without saying why
 * (DEFAULT_THROTTLE_TIME_SECONDS of msal-common, in whole seconds).
 */
const SILENT_REFUSAL_IN_SECONDS = 62;

const CUT = 'the answer of the sign-in was cut short';

/** Sign-ins whose failures say what the service answered; the identity library says only that there is no token. */
export interface SignIn {
  /** For the credential's client, as its innermost policy. */
  readonly policy: PipelinePolicy;
  watch(credential: TokenCredential): TokenCredential;
}

export function createSignIn(now: () => number = Date.now): SignIn {
  let last: { readonly error: AzureError; readonly at: number } | undefined;

  function keep(error: AzureError): AzureError {
    last = { error, at: now() };
    return error;
  }

  const policy: PipelinePolicy = {
    name: 'draftgenieSignIn',
    async sendRequest(request, next) {
      const response = await next(request).catch((error: unknown) => {
        keep(errorOfException(error));
        throw error;
      });
      const { status } = response;
      if (status === 200 && !isJson(response.bodyAsText))
        keep(new AzureError({ code: 'ConnectionFailed', message: CUT }));
      if (status !== 429 && status < 500) return response;
      const error = keep(errorOfResponse(status, response.headers.toJSON(), response.bodyAsText));
      if ((error.retryAfterInSeconds ?? 0) > LONGEST_PAUSE_IN_SECONDS) throw error;
      return response;
    },
  };

  /** Why there is no token now; undefined when the service gave no reason. */
  function reason(since: number): AzureError | undefined {
    if (!last) return undefined;
    const { error, at } = last;
    const isAnswer = error.statusCode !== undefined;
    const pause = isAnswer ? Math.max(error.retryAfterInSeconds ?? 0, SILENT_REFUSAL_IN_SECONDS) : 0;
    const left = pause - (now() - at) / 1000;
    if (at < since && left <= 0) return undefined;
    return isAnswer
      ? new AzureError({ ...error, message: error.message, retryAfterInSeconds: Math.max(1, left) })
      : error;
  }

  return {
    policy,
    watch: (credential) => ({
      async getToken(scopes, options) {
        const since = now();
        try {
          return await credential.getToken(scopes, options);
        } catch (error) {
          throw reason(since) ?? error;
        }
      },
    }),
  };
}

function isJson(text: string | null | undefined): boolean {
  try {
    JSON.parse(text ?? '');
    return true;
  } catch {
    return false;
  }
}
