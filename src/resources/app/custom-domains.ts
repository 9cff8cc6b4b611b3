import type { ServiceConfig } from '../../domain/config/model.ts';
import type { DesireInput } from '../../domain/desired.ts';
import { isJsonObject, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import { certificateId } from '../managed-certificate.ts';

/** Where an app has them. */
export const CUSTOM_DOMAINS = 'properties.configuration.ingress.customDomains';

/**
 * The names of an app, each with its certificate. The platform's own `Auto` finds its certificates by names that it makes up, and
 * loses them (https://github.com/microsoft/azure-container-apps/issues/1652).
 */
export function customDomains(input: DesireInput, { domains = [] }: ServiceConfig): readonly JsonObject[] {
  return domains.map((domain) => ({
    name: domain.name,
    bindingType: 'SniEnabled',
    certificateId: certificateId(input, domain),
  }));
}

/** As a name is before its certificate is there: Azure asks for none for a name that no app has. */
export function unboundDomain(name: string): JsonObject {
  return { name, bindingType: 'Disabled' };
}

/** The names that a body has, in lower case. */
export function namedDomains(body: JsonObject): ReadonlyMap<string, JsonObject> {
  const members = jsonAt(body, CUSTOM_DOMAINS);
  return new Map(
    (Array.isArray(members) ? members.filter(isJsonObject) : []).map((member) => [
      scalarText(member.name).toLowerCase(),
      member,
    ]),
  );
}
