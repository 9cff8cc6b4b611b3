import type { JsonObject } from '../../../shared/json.ts';
import type { BlobStore } from '../blob-store.ts';
import type { RegistryContent } from '../content.ts';

/** A request to a login server, and what is known of who asks. */
export interface RegistryCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The fields of a form body. */
  readonly form: URLSearchParams;
  readonly body: Buffer;
  readonly contentType?: string | undefined;
  /** `0-99`, of a chunk of a blob. */
  readonly contentRange?: string | undefined;
  /** What stands after `Bearer` in the authorization header. */
  readonly bearer: string | undefined;
  /** User and password of the authorization header. */
  readonly basic?: { readonly username: string; readonly password: string } | undefined;
  readonly registry: { readonly id: string; readonly body: JsonObject };
  readonly content: RegistryContent;
  readonly blobs: BlobStore;
  /** Signs the registry's own tokens. */
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Entra object id behind an access token. */
  principalOf(token: string): string | undefined;
  isAdminUser?(username: string, password: string): boolean;
  hasRole(principalId: string, scope: string, roles: readonly string[]): boolean;
}
