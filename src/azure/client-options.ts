import type { HttpClient, PipelinePolicy } from '@azure/core-rest-pipeline';
import { type ClientTerms, withTerms } from '../outbound/terms.ts';
import { shortRetries } from './short-retries.ts';

/** Options of every Azure client of this product: one transport, bound to the client's terms, one retry policy, one user agent. */
export function clientOptions(
  transport: HttpClient,
  terms: ClientTerms,
  options: { readonly repeatable?: boolean } = {},
) {
  const additionalPolicies: { policy: PipelinePolicy; position: 'perCall' }[] =
    (options.repeatable ?? true) ? [{ policy: shortRetries(), position: 'perCall' }] : [];
  return {
    httpClient: withTerms(transport, terms),
    // Their own retries wait as long as an answer asks for, without a limit.
    retryOptions: { maxRetries: 0 },
    additionalPolicies,
    userAgentOptions: { userAgentPrefix: 'draftgenie-deploy' },
  };
}
