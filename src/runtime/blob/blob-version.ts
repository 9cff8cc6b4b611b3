/** Which version of which blob a function is called for. */
export interface BlobVersion {
  readonly functionName: string;
  readonly container: string;
  readonly blob: string;
  /** In quotes, as the service writes it. */
  readonly etag: string;
}

/** The name by which the host knows a function: {app}.Functions.{function}. */
export function functionId(functionName: string): string {
  return `Host.Functions.${functionName}`;
}
