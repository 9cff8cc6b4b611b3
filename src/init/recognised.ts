import { hasOriginalShape } from '../domain/config/defaults.ts';
import { readDocument } from '../domain/config/document/document.ts';
import { isJsonObject, type Json, type JsonObject } from '../shared/json.ts';

/** `compose`: of Docker Compose. `original`: the original script's configuration, which works here. `own`: a configuration of this program. */
export type FileKind = 'compose' | 'original' | 'own' | 'other';

/** What a text is, by its keys; `other` for what cannot be read, too. */
export function recognised(text: string): FileKind {
  const read = readDocument(text);
  if (!read.ok || !isJsonObject(read.document.value)) return 'other';
  const { value } = read.document;
  if (isOwn(value)) return isOriginal(value) ? 'original' : 'own';
  return isCompose(value) ? 'compose' : 'other';
}

/** A configuration cannot be without these: src/domain/config/schema.ts. */
const OURS = ['azure', 'key_vault'];

function isOwn(value: JsonObject): boolean {
  return OURS.some((key) => Object.hasOwn(value, key));
}

/** https://github.com/compose-spec/compose-spec/blob/main/05-services.md: what a service is made of, and how it is reached. */
function isCompose({ services, include }: JsonObject): boolean {
  if (Array.isArray(include)) return true;
  return isJsonObject(services) && Object.values(services).some(isComposeService);
}

function isComposeService(service: Json): boolean {
  if (!isJsonObject(service)) return false;
  return ['image', 'build', 'extends'].some((key) => Object.hasOwn(service, key)) || Array.isArray(service.ports);
}

/** The keys of the original script's template, at the top and of its services. */
const ORIGINAL_KEYS = [
  ...['azure', 'locations', 'container_registry', 'key_vault', 'monitoring', 'postgresql', 'redis', 'mongodb'],
  ...['container_apps', 'services', 'secrets', 'deployment', 'docker', 'networking', 'tags', 'advanced'],
];
const ORIGINAL_SERVICE_KEYS = ['name', 'port', 'cpu', 'memory', 'min_replicas', 'max_replicas', 'ingress', 'image'];

function isOriginal(value: JsonObject): boolean {
  const { services } = value;
  if (!isJsonObject(services) || !hasOriginalShape(Object.keys(services))) return false;
  const keys = Object.values(services).flatMap((service) => (isJsonObject(service) ? Object.keys(service) : []));
  return (
    Object.keys(value).every((key) => ORIGINAL_KEYS.includes(key)) &&
    keys.every((key) => ORIGINAL_SERVICE_KEYS.includes(key))
  );
}
