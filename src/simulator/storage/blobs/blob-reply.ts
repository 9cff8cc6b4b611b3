import type { HttpReply } from '../../http.ts';

/** An error as Blob Storage tells it: https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2 */
export function blobFailure(status: number, code: string, message = code): HttpReply {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml', 'x-ms-error-code': code }, body };
}

export function xmlText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
