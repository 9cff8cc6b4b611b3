import { createPipelineRequest, type HttpClient, type PipelineResponse } from '@azure/core-rest-pipeline';
import { type ImageReference, imageReference } from '../../domain/images/image-reference.ts';
import { withTerms } from '../../outbound/terms.ts';
import { isJsonObject, type Json, type JsonObject, scalarText } from '../../shared/json.ts';
import type { ArmConnection } from '../arm.ts';
import { AzureError, errorOfException } from '../errors.ts';
import { jsonOf } from '../json-answer.ts';
import type { FoundImage, ImageLook, PullAccess } from '../ports.ts';
import { registryPullToken } from './registry-token.ts';

const INDEXES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
export const MANIFEST_TYPES = [
  ...INDEXES,
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const TIMEOUT_IN_MS = 15_000;
/** Where the images of Docker Hub are asked for: https://distribution.github.io/distribution/spec/auth/token/ */
const API_HOSTS: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/**
 * Whether an image is in its registry, and for which machines, as somebody who pulls would find out:
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md, and for signing in
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export function createImageLook(connection: ArmConnection): ImageLook {
  return async (image, access) => {
    try {
      return await look(new Registry(connection, imageReference(image), access));
    } catch (error) {
      const { code, message } = errorOfException(error);
      return { kind: 'unknown', why: `${message} (${code})` };
    }
  };
}

async function look(registry: Registry): Promise<FoundImage> {
  const { version } = registry.image;
  const answer = await registry.get(`manifests/${version}`, MANIFEST_TYPES);
  if (answer.status !== 200) return refusalOf(answer);
  const manifest = objectIn(jsonOf(answer.bodyAsText));
  const { manifests, config } = manifest;
  if (Array.isArray(manifests))
    return { kind: 'found', platforms: manifests.filter(isJsonObject).flatMap(({ platform }) => platformOf(platform)) };
  const digest = isJsonObject(config) ? scalarText(config.digest) : '';
  // What has no configuration is of a form that only its registry knows.
  if (digest === '') return { kind: 'unknown', why: 'its manifest says nothing of a platform' };
  const described = await registry.get(`blobs/${digest}`, '*/*');
  if (described.status !== 200) return { kind: 'unknown', why: `its configuration answers ${described.status}` };
  return { kind: 'found', platforms: platformOf(jsonOf(described.bodyAsText)) };
}

/**
 * Errors have a form by which they are told from those of proxies: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes.
 * Whoever asks from outside of the networks that a registry of Azure lets in is told so; Azure may well be let in
 * (https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-access).
 */
function refusalOf({ status, bodyAsText }: PipelineResponse): FoundImage {
  const text = bodyAsText ?? '';
  const isOfRegistry = /"errors"\s*:\s*\[/.test(text) && !/client with ip/i.test(text);
  if (isOfRegistry && status === 404) return { kind: 'missing' };
  if (isOfRegistry && (status === 401 || status === 403)) return { kind: 'refused' };
  return { kind: 'unknown', why: `its registry answers ${status}` };
}

/** Attestations are for no machine: https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
function platformOf(platform: Json | undefined): readonly string[] {
  const { os, architecture } = objectIn(platform ?? null);
  if (typeof os !== 'string' || typeof architecture !== 'string' || os === 'unknown') return [];
  return [`${os}/${architecture}`];
}

/** One registry, asked about one image by one who signs in as he is told to. */
class Registry {
  readonly image: ImageReference;
  readonly #connection: ArmConnection;
  readonly #access: PullAccess | undefined;
  #authorization: string | undefined;

  constructor(connection: ArmConnection, image: ImageReference, access: PullAccess | undefined) {
    this.image = image;
    this.#connection = connection;
    this.#access = access;
  }

  async get(path: string, accept: string): Promise<PipelineResponse> {
    const { server, repository } = this.image;
    const url = `https://${API_HOSTS[server] ?? server}/v2/${repository}/${path}`;
    const first = await this.#send(url, accept);
    const challenge = first.headers.get('www-authenticate');
    if (first.status !== 401 || challenge === undefined || this.#authorization !== undefined) return first;
    this.#authorization = await this.#signIn(challenge);
    return this.#authorization === undefined ? first : await this.#send(url, accept);
  }

  async #send(url: string, accept: string): Promise<PipelineResponse> {
    const headers = { accept, ...(this.#authorization !== undefined && { authorization: this.#authorization }) };
    const answer = await ask(this.#connection.transport, url, headers);
    const location = answer.headers.get('location');
    // Blobs lie elsewhere mostly, where the token is nothing to anybody.
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
    const target = new URL(location, url);
    return target.protocol === 'https:' ? await ask(this.#connection.transport, target.href, { accept }) : answer;
  }

  async #signIn(challenge: string): Promise<string | undefined> {
    const { server, repository } = this.image;
    if (this.#access?.kind === 'deployer')
      return `Bearer ${await registryPullToken(this.#connection, server, repository)}`;
    const basic = this.#access && `Basic ${base64(`${this.#access.username}:${this.#access.password}`)}`;
    if (/^basic\b/i.test(challenge)) return basic;
    const realm = parameterOf(challenge, 'realm');
    if (!/^bearer\b/i.test(challenge) || !URL.canParse(realm)) return undefined;
    const address = new URL(realm);
    if (address.protocol !== 'https:') return undefined;
    const service = parameterOf(challenge, 'service');
    if (service !== '') address.searchParams.set('service', service);
    address.searchParams.set('scope', `repository:${repository}:pull`);
    const answer = await ask(
      this.#connection.transport,
      address.href,
      basic === undefined ? {} : { authorization: basic },
    );
    if (answer.status === 401 || answer.status === 403) return undefined;
    // Whatever else it says, nobody was refused.
    if (answer.status !== 200)
      throw new AzureError({ code: `Http${answer.status}`, message: `${address.host} signs nobody in for now` });
    const { token, access_token: accessToken } = objectIn(jsonOf(answer.bodyAsText));
    return `Bearer ${scalarText(token ?? accessToken)}`;
  }
}

async function ask(
  transport: HttpClient,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<PipelineResponse> {
  const request = createPipelineRequest({ url, method: 'GET', timeout: TIMEOUT_IN_MS });
  for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
  // Whoever is asked gets no more than what was meant for him: each request has terms of its own.
  const answer = await withTerms(transport, { origins: [new URL(url).origin] }).sendRequest(request);
  // Docker Hub lets everybody pull so often only: https://docs.docker.com/docker-hub/usage/pulls/
  if (answer.status === 429)
    throw new AzureError({ code: 'TooManyRequests', message: 'the registry has enough of us for now' });
  return answer;
}

function parameterOf(challenge: string, name: string): string {
  return new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(challenge)?.[1] ?? '';
}

function objectIn(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
