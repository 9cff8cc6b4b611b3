import { createHttpHeaders, createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import type { IHttpClient, WebResource } from '@azure/storage-blob';

/**
 * The transport in the older form that @azure/storage-blob needs: its headers are of an older class, with a method that the
 * newer class does not have.
 */
export function storageTransport(transport: HttpClient): IHttpClient {
  return {
    async sendRequest(resource) {
      const { url, method, timeout, body, abortSignal, streamResponseStatusCodes } = resource;
      const response = await transport.sendRequest(
        createPipelineRequest({
          url,
          method,
          timeout,
          // Plain HTTP is for a storage emulator; whether it is allowed, the address of the account decided.
          allowInsecureConnection: true,
          headers: createHttpHeaders(resource.headers.toJson({ preserveCase: true })),
          ...(body !== undefined && { body }),
          ...(abortSignal && { abortSignal }),
          ...(streamResponseStatusCodes && { streamResponseStatusCodes }),
        }),
      );
      const { status, bodyAsText, readableStreamBody } = response;
      return {
        request: resource,
        status,
        headers: olderHeaders(resource, response.headers.toJSON({ preserveCase: true })),
        ...(bodyAsText !== undefined && { bodyAsText }),
        ...(readableStreamBody && { readableStreamBody }),
      };
    },
  };
}

/** Headers of the older kind are made by copying some: their class is not exported. */
function olderHeaders(resource: WebResource, values: Readonly<Record<string, string>>): WebResource['headers'] {
  const headers = resource.headers.clone();
  for (const name of headers.headerNames()) headers.remove(name);
  for (const [name, value] of Object.entries(values)) headers.set(name, value);
  return headers;
}
